"""A second Python for tests: a real environment of its own, with numpy, torch and the packages given."""

import site
import venv
from pathlib import Path

from shared import elsewhere


def make_python(home: Path, *packages: Path) -> Path:
    """Make an environment and return its interpreter.

    It sees the folders given and, after them, what is installed beside the tests; the suite's own packages,
    which are installed there by an import hook of that folder, are not among it.
    """
    venv.create(home, with_pip=False, symlinks=True)
    (folder,) = home.glob("lib/python*/site-packages")
    lines = [str(package) for package in packages] + site.getsitepackages()
    (folder / "others.pth").write_text("\n".join(lines) + "\n")
    return home / "bin" / "python"


def end_workers() -> None:
    """End the processes of all official engines."""
    for worker in elsewhere._workers.values():
        worker.stop()
