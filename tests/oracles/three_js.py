"""Ask three.js (npm) what it reads in a GLB file, and how it skins and plays it."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def pose(path: Path) -> dict[str, Any]:
    """Return {"clip", "loaded", "rest", "posed"}; the calling test is skipped where three.js is missing."""
    return _asked("pose_glb.mjs", path)


def meshes(path: Path) -> list[dict[str, Any]]:
    """Return each mesh: {"name", "parent", "vertices" in the world, "faces", "uv", "map"}; see `pose`."""
    return _asked("read_glb.mjs", path)


def _asked(script: str, path: Path) -> Any:
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "three").is_dir():
        pytest.skip("needs node, and `npm ci --prefix tests/oracles`")
    done = subprocess.run(
        [node, str(HERE / script), str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    return json.loads(done.stdout)
