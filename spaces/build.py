"""Assemble a self-contained Hugging Face Space: `python spaces/build.py suite --out DIR`.

A Space sees only its own repository, so the library, its weights and examples are copied in, and
the requirements become one flat file.
"""

import argparse
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("shared", "sam_audio", "sam_3d", "sam_body", "apps")
FILES = ("LICENSE", "NOTICE")
SKIP = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "node_modules")


def names() -> list[str]:
    """Return the Spaces that can be built."""
    return sorted(path.parent.name for path in (ROOT / "spaces").glob("*/app.py"))


def build(name: str, out: Path) -> Path:
    """Assemble one Space into an empty or new folder and return it.

    Args:
        name: Folder below spaces/ that holds README.md, app.py, requirements.txt, packages.txt.
        out: Where the Space goes.

    Raises:
        ValueError: There is no such Space, or `out` holds other files.
    """
    source = ROOT / "spaces" / name
    if name not in names():
        raise ValueError(f"There is no Space {name!r}; choose from {', '.join(names())}.")
    if out.exists() and any(out.iterdir()):
        raise ValueError(f"{out} is not empty; name a new folder.")
    out.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, out / package, ignore=SKIP)
    shutil.copytree(ROOT / "examples", out / "examples", ignore=SKIP)
    for file in FILES:
        shutil.copy2(ROOT / file, out / file)
    for file in ("README.md", "app.py", "packages.txt"):
        shutil.copy2(source / file, out / file)
    parts = (ROOT / "requirements.txt", source / "requirements.txt")
    (out / "requirements.txt").write_text("".join(part.read_text("utf8") for part in parts), "utf8")
    return out


def main() -> int:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Assemble a self-contained Space.")
    parser.add_argument("name", choices=names())
    parser.add_argument("--out", type=Path, required=True)
    parsed = parser.parse_args()
    try:
        print(build(parsed.name, parsed.out))
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
