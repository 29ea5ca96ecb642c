"""Turn a GLB into FBX with the Blender that a user has installed: a program apart, never a dependency."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from shared.errors import ExportError
from shared.registry import Missing

SETTING = "SEGSTUDIO_BLENDER"
"""Environment variable with the path of Blender's program, where it is not on the PATH."""
LIMIT_S = 180.0
SCRIPT = Path(__file__).with_name("blender_fbx.py")


def missing_blender() -> Missing | None:
    """Say what is missing to write FBX; None when Blender is here."""
    named = os.environ.get(SETTING, "").strip()
    if program():
        return None
    if named:
        return Missing(f"{SETTING} names {named}, which is no program.", "Name Blender's program file.")
    return Missing(
        "It needs Blender.", f"Install Blender 4 or later, or name its program in {SETTING}; or take glb."
    )


def program() -> str | None:
    """Return the path of Blender's program: of the setting, else on the PATH; None when there is none."""
    named = os.environ.get(SETTING, "").strip()
    return shutil.which(str(Path(named).expanduser())) if named else shutil.which("blender")


def write_fbx(
    write_glb: Callable[[Path], None], path: Path, *, frames_per_s: float = 30.0, limit_s: float = LIMIT_S
) -> None:
    """Write a GLB to a folder of its own and let Blender bring it to FBX.

    Args:
        write_glb: Writes the GLB to the path it is given.
        path: FBX to write.
        frames_per_s: Into how many frames a second of a clip is cut.
        limit_s: Seconds after which Blender is ended.

    Raises:
        ExportError: Blender is not here, takes too long, or fails.
    """
    found = program()
    if found is None:
        missing = missing_blender() or Missing("It needs Blender.")
        raise ExportError(f"FBX cannot be written here: {missing.reason}", missing.cure)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_glb(folder / "in.glb")
        command = [found, "--background", "--factory-startup", "--python-exit-code", "1"]
        command += ["--python", str(SCRIPT), "--", str(folder / "in.glb"), str(folder / "out.fbx")]
        said = _run([*command, repr(float(frames_per_s))], folder / "said.txt", limit_s)
        made = folder / "out.fbx"
        if not made.is_file() or not made.stat().st_size:
            raise ExportError(f"Blender wrote no FBX ({_last_line(said)}).", _CURE)
        path.write_bytes(made.read_bytes())


_CURE = "Take glb and convert it in Blender by hand, or install a newer Blender."


def _run(command: list[str], log: Path, limit_s: float) -> str:
    """Run to the end; return what the program said. A file, not a pipe, holds it: no child can hold us up."""
    try:
        with log.open("wb") as stream:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                timeout=limit_s,
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise ExportError(f"Blender took longer than {limit_s:g} s and was ended.", _CURE) from error
    except OSError as error:
        raise ExportError(f"Blender could not be started ({error.strerror}).", _CURE) from error
    said = log.read_text("utf8", "replace")
    if done.returncode:
        raise ExportError(f"Blender failed ({_last_line(said)}).", _CURE)
    return said


def _last_line(said: str) -> str:
    """Return the last line that tells of an error, else the last one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if "Error" in line]
    return (errors or lines or ["it said nothing"])[-1][:200]
