"""Ask Blender what it makes of a file; tests are skipped where `shared.blender` finds no Blender.

Where no Blender is installed, its Python package does as well: name in SEGSTUDIO_BLENDER a program that hands
what follows `--python` to an interpreter that has bpy.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared import blender

READER = Path(__file__).with_name("blender_read.py")
needs_blender = pytest.mark.skipif(blender.missing_blender() is not None, reason="no Blender here")


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
    answer = path.with_name(f"{path.name}.json")
    command = [str(blender.program()), "--background", "--factory-startup", "--python-exit-code", "1"]
    command += ["--python", str(READER), "--", str(path), str(answer), ",".join(map(str, frames or (0,)))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert not done.returncode, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(answer.read_text("utf8"))
    return [
        Seen(*({name: np.array(v) for name, v in frame[kind].items()} for kind in ("meshes", "bones")))
        for frame in told["frames"]
    ]
