#!/usr/bin/env bash
# Make a virtual environment with the first Python 3.11 or 3.12 that works.
#   PYTHON=/path/to/python tools/setup/make_venv.sh .venv
set -euo pipefail
venv=$1
here=$(dirname "$0")

suits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; }

if suits "$venv/bin/python" && "$venv/bin/python" -m pip --version >/dev/null 2>&1; then exit 0; fi

python=
for candidate in ${PYTHON:-python3.12 python3.11 python3}; do
    if suits "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
    echo "No Python 3.11 or 3.12 was found${PYTHON:+ at $PYTHON}." \
        "Install one, or name it: make setup PYTHON=/path/to/python3.12" >&2
    exit 1
fi

echo "Making $venv with $("$python" --version) ..."
rm -rf "$venv"
if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
    # Debian keeps a part of venv in a package of its own.
    "$here/system_packages.sh" venv
    rm -rf "$venv"
    if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
        rm -rf "$venv"
        if command -v uv >/dev/null; then
            uv venv --quiet --seed --python "$python" "$venv"
        elif "$python" -m virtualenv --version >/dev/null 2>&1; then
            "$python" -m virtualenv --quiet "$venv"
        else
            echo "$python cannot make a virtual environment. Install python3-venv, virtualenv or uv," \
                "then try again." >&2
            exit 1
        fi
    fi
fi
