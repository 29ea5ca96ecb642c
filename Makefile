# Segment Studio. `make app` on a fresh machine ends with the address of the running app.
.DEFAULT_GOAL := help
.PHONY: help setup app test quick lint types bench
.DELETE_ON_ERROR:
SHELL := bash
# Compiled modules are kept whatever the environment says: without them every start compiles all it imports.
export PYTHONDONTWRITEBYTECODE :=

# The Python that makes .venv; empty: the first of python3.12, python3.11, python3 that works.
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
ORACLES := tests/oracles
VIEWER := apps/web/javascript
# node and npm come with the development tools: tests find them on the path.
WITH_TOOLS := PATH="$(abspath $(BIN)):$$PATH"

help: ## Say what can be made
	@echo "make ..."
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 10

setup: $(VENV)/.setup ## Make .venv and install the suite into it

app: setup ## Serve the web app and print its address
	@$(BIN)/segstudio web

test: $(VENV)/.dev lint types ## Set up for development, lint, check types, run all tests
	@$(WITH_TOOLS) $(BIN)/python -m pytest -m "" -rs

quick: lint ## Lint, and run all tests but the slow ones
	@$(WITH_TOOLS) $(BIN)/python -m pytest

lint: $(VENV)/.dev ## Check style and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.dev ## Check types
	@$(BIN)/pyright

bench: $(VENV)/.dev ## Measure every bar and print the rows of benchmarks/
	@$(WITH_TOOLS) $(BIN)/python -m benchmarks.run

# Stamps: a step runs again only when what it read has changed.
$(VENV)/.made: tools/setup/make_venv.sh
	@PYTHON="$(PYTHON)" tools/setup/make_venv.sh $(VENV)
	@touch $@

$(VENV)/.setup: $(VENV)/.made requirements.txt pyproject.toml tools/setup/system_packages.sh $(VIEWER)/package-lock.json
	@tools/setup/system_packages.sh app
	@tools/setup/install.sh $(VENV) .
	@tools/setup/install_viewer.sh $(VENV) $(VIEWER)
	@touch $@

$(VENV)/.dev: $(VENV)/.setup tools/setup/install_blender.sh $(wildcard $(ORACLES)/package-lock.json)
	@tools/setup/system_packages.sh dev
	@tools/setup/install.sh $(VENV) '.[dev]'
	@$(WITH_TOOLS) tools/setup/install_oracles.sh $(ORACLES)
	@tools/setup/install_blender.sh $(BIN)/python .blender
	@touch $@
