"""Ask three.js (npm) how it skins and plays a GLB file."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def pose(path: Path) -> dict[str, Any]:
    """Return {"clip", "loaded", "rest", "posed"}; the calling test is skipped where three.js is missing."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "three").is_dir():
        pytest.skip("needs node, and `npm ci --prefix tests/oracles`")
    done = subprocess.run(
        [node, str(HERE / "pose_glb.mjs"), str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    return json.loads(done.stdout)
