#!/usr/bin/env bash
# Install Blender's Python package into an environment of its own, as a program that judges our files in tests.
#   tools/setup/install_blender.sh .venv/bin/python .blender
# Blender is GPL: it is started as a program apart, and nothing of ours imports it. About 350 MB to fetch, 900 MB
# on disk. Left out where Blender is installed, where SEGSTUDIO_WITHOUT_BLENDER is set, and where the package does
# not fit; tests that ask Blender are skipped then.
set -euo pipefail
python=$1 home=$2
version=5.0.1 fitting=3.11
script=$(cd "$(dirname "$0")/../.." && pwd)/tests/oracles/as_blender.py
program=$home/bin/blender

skip() { echo "$1: tests that ask Blender will be skipped." >&2 && exit 0; }

if [ -n "${SEGSTUDIO_WITHOUT_BLENDER:-}" ] || command -v blender >/dev/null; then exit 0; fi
if [ -x "$program" ] && [ "$(cat "$home/version" 2>/dev/null)" = "$version" ]; then exit 0; fi
if [ "$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" = "$fitting" ]; then
    base=$python
else
    base=$(command -v "python$fitting") || skip "Blender's package wants Python $fitting"
fi

echo "Installing Blender's Python package $version for the tests (about 350 MB) ..."
rm -rf "$home"
"$base" -m venv "$home" >/dev/null 2>&1 || skip "Python $fitting could not make an environment"
"$python" -m pip --python "$home/bin/python" install --quiet --disable-pip-version-check --only-binary bpy \
    "bpy==$version" >/dev/null 2>&1 || { rm -rf "$home" && skip "Blender's package could not be installed"; }
"$home/bin/python" -c "import bpy" >/dev/null 2>&1 || { rm -rf "$home" && skip "Blender's package does not start"; }
printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$(cd "$home" && pwd)/bin/python" "$script" >"$program"
chmod +x "$program"
echo "$version" >"$home/version"
