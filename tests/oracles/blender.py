"""Ask Blender what it makes of a file; tests are skipped where there is none.

It is the one on the PATH, else its Python package that `tools/setup/install_blender.sh` installs for tests.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared import blender

READER = Path(__file__).with_name("blender_read.py")
PACKAGE = Path(__file__).parents[2] / ".blender" / "bin" / "blender"
PROGRAM = blender.program() or (str(PACKAGE) if PACKAGE.is_file() else None)
needs_blender = pytest.mark.skipif(PROGRAM is None, reason="there is no Blender")


@pytest.fixture
def blender_named() -> Iterator[None]:
    """Let the suite find the Blender of the tests: it writes FBX by it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(blender.SETTING, str(PROGRAM))
        yield


@dataclass(frozen=True)
class Seen:
    """One frame: vertices (V, 3) of each mesh and head (3,) of each bone by name; metres, y up."""

    meshes: dict[str, np.ndarray]
    bones: dict[str, np.ndarray]

    @property
    def vertices(self) -> np.ndarray:
        """(V, 3) of all meshes."""
        return np.concatenate(list(self.meshes.values()))


def read(path: Path, *frames: int) -> list[Seen]:
    """Import a file into an empty scene and tell the frames asked for (0 when none is)."""
    return [
        Seen(*({name: np.array(v) for name, v in frame[kind].items()} for kind in ("meshes", "bones")))
        for frame in _told(path, frames)["frames"]
    ]


def read_colors(path: Path) -> dict[str, np.ndarray]:
    """Import a file; tell for each mesh with a picture what it shows at each vertex, (V, 3) sRGB."""
    return {name: np.array(colors) for name, colors in _told(path, ())["colors"].items()}


def _told(path: Path, frames: tuple[int, ...]) -> dict[str, Any]:
    answer = path.with_name(f"{path.name}.json")
    command = [str(PROGRAM), "--background", "--factory-startup", "--python-exit-code", "1"]
    command += ["--python", str(READER), "--", str(path), str(answer), ",".join(map(str, frames or (0,)))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert not done.returncode, done.stderr[-2000:]
    return json.loads(answer.read_text("utf8"))
