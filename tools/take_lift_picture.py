"""Take the README's picture of lifts: photo, mask, mesh from two sides, and what the sliced STL says.

    python -m tools.take_lift_picture --out docs/images/lifts.png

Runs the real command on photos that scikit-image carries (coffee.png by R. Michelle, CC0; astronaut.png by
NASA, public domain), measures the STL with trimesh and slices it into layers of 0.2 mm.
"""

import argparse
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from PIL import Image

from tools.readme_sheet import facts, save, sheet

ROWS = (
    ("coffee.png", ["--box", "75,5,490,395"], "cup"),
    ("astronaut.png", ["--text", "person"], "bust"),
)


def lifted(photo: Path, flags: list[str], out: Path) -> None:
    """Run the command line: masks and mesh of one photo."""
    lift = ["3d", "lift", str(photo), *flags, "--formats", "stl,glb", "--out", str(out)]
    mask = ["image", "segment", str(photo), *flags, "--formats", "overlay", "--out", str(out / "masks")]
    for command in (lift, mask):
        subprocess.run([sys.executable, "-m", "apps.cli", *command], check=True)


def side(folder: Path) -> Image.Image:
    """Return the quarter turn of the turntable."""
    with Image.open(folder / "turntable.gif") as turning:
        turning.seek(turning.n_frames // 5)  # type: ignore[attr-defined]
        return turning.convert("RGB")


def main() -> int:
    """Lift each photo and set the panels side by side."""
    parser = argparse.ArgumentParser(description="Take the README's picture of lifts.")
    parser.add_argument("--out", type=Path, required=True)
    parsed = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as spare:
        for name, flags, title in ROWS:
            photo, out = Path(str(files("skimage.data").joinpath(name))), Path(spare) / title
            lifted(photo, flags, out)
            shown = [Image.open(path) for path in (photo, out / "masks" / "overlay.png", out / "preview.png")]
            rows.append(([*shown, side(out)], facts(out / "object.stl")))
        save(sheet(rows), parsed.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
