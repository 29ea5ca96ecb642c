#!/usr/bin/env bash
# Install the independent programs that judge our files in tests (a glTF validator and the like).
#   tools/setup/install_oracles.sh tests/oracles
set -euo pipefail
folder=$1
if [ ! -f "$folder/package-lock.json" ]; then exit 0; fi
if ! command -v npm >/dev/null; then
    echo "npm is not here: tests that need an independent judge will be skipped." >&2
    exit 0
fi
npm ci --silent --no-audit --no-fund --prefix "$folder" ||
    echo "npm could not install $folder: tests that need an independent judge will be skipped." >&2
