#!/usr/bin/env bash
# Install the suite, editable, into a virtual environment: with uv when that works (fast), else with pip.
#   tools/setup/install.sh .venv '.[dev]'
set -euo pipefail
venv=$1 what=$2
python=$venv/bin/python

echo "Installing $what (the first time takes minutes: about 6 GB with torch) ..."
"$python" -m uv --version >/dev/null 2>&1 ||
    "$python" -m pip install --quiet --disable-pip-version-check uv ||
    echo "uv could not be installed; going on with pip." >&2

# uv does not read pip's configuration: tell it the index that pip would use.
index=$("$python" -m pip config get global.index-url 2>/dev/null || true)
if "$python" -m uv --version >/dev/null 2>&1; then
    if UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$index} "$python" -m uv pip install --quiet --python "$python" -e "$what"; then
        exit 0
    fi
    echo "uv could not install it; trying pip." >&2
fi
"$python" -m pip install --quiet --disable-pip-version-check -e "$what"
