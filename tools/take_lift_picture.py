"""Take the README's picture of lifts: photo, mask, mesh from two sides, and what the sliced STL says.

    python tools/take_lift_picture.py --out docs/images/lifts.png

Runs the real command on photos that scikit-image carries (coffee.png by R. Michelle, CC0; astronaut.png by
NASA, public domain), measures the STL with trimesh and slices it into layers of 0.2 mm.
"""

import argparse
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

import numpy as np
import trimesh
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[1]
PANEL, GAP, TEXT = 300, 12, 210
LAYER_MM = 0.2
PAPER, INK = (250, 249, 246), (40, 40, 44)
ROWS = (
    ("coffee.png", ["--box", "75,5,490,395"], "cup"),
    ("astronaut.png", ["--text", "person"], "bust"),
)


def lifted(photo: Path, flags: list[str], out: Path) -> None:
    """Run the command line: masks and mesh of one photo."""
    lift = ["3d", "lift", str(photo), *flags, "--formats", "stl,glb", "--out", str(out)]
    mask = ["image", "segment", str(photo), *flags, "--formats", "overlay", "--out", str(out / "masks")]
    for command in (lift, mask):
        subprocess.run([sys.executable, "-m", "apps.cli", *command], cwd=ROOT, check=True)


def facts(stl: Path) -> list[str]:
    """Return what an independent reader finds in the STL, line by line."""
    mesh = trimesh.load_mesh(stl)
    width, depth, height = mesh.extents
    levels = np.arange(LAYER_MM / 2, height, LAYER_MM)
    layers = [s for s in mesh.section_multiplane((0, 0, 0), (0, 0, 1), levels) if s is not None]
    return [
        "object.stl, read by trimesh",
        "closed" if mesh.is_watertight else "open",
        f"{len(mesh.faces):,} triangles".replace(",", " "),
        f"{width:.0f} x {depth:.0f} x {height:.0f} mm",
        f"{mesh.volume / 1000:.0f} ml",
        f"{mesh.volume / 1000 * 1.24:.0f} g of solid PLA",
        f"{len(layers)} layers of {LAYER_MM} mm",
    ]


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
    wide = 4 * (PANEL + GAP) + TEXT + GAP
    sheet = Image.new("RGB", (wide, len(ROWS) * (PANEL + GAP) + GAP), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(16)
    with tempfile.TemporaryDirectory() as spare:
        for number, (name, flags, title) in enumerate(ROWS):
            photo, out = Path(str(files("skimage.data").joinpath(name))), Path(spare) / title
            lifted(photo, flags, out)
            panels = [
                Image.open(photo),
                Image.open(out / "masks" / "overlay.png"),
                Image.open(out / "preview.png"),
            ]
            top = GAP + number * (PANEL + GAP)
            for place, picture in enumerate([*panels, side(out)]):
                small = picture.convert("RGB")
                small.thumbnail((PANEL, PANEL), Image.Resampling.LANCZOS)
                left = GAP + place * (PANEL + GAP) + (PANEL - small.width) // 2
                sheet.paste(small, (left, top + (PANEL - small.height) // 2))
            lines = "\n".join(facts(out / "object.stl"))
            draw.multiline_text((GAP + 4 * (PANEL + GAP), top + 60), lines, INK, font, spacing=8)
    parsed.out.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(parsed.out, optimize=True)
    print(parsed.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
