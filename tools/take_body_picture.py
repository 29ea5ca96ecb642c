"""Take the README's picture of a character: photo, overlay, rig, painted body, and what the sliced STL says.

    python -m tools.take_body_picture --out docs/images/character.png

Runs the real command on the rendered person of examples/ and on a photo that scikit-image carries
(astronaut.png by NASA, public domain). Bones and facts are read from the written GLB and STL by trimesh.
"""

import argparse
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

import numpy as np
import trimesh
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from shared.mesh import Mesh
from shared.render import orbit, render
from tools.readme_sheet import PANEL, PAPER, facts, save, sheet

DRAWN_PX, FAINT, PREFIX = 2 * PANEL, 0.6, "mixamorig:"
BONE, JOINT = (216, 84, 48), (40, 40, 44)


def estimated(photo: Path, out: Path) -> None:
    """Run the command line: a rigged character, its posed surface, and a figure for the printer."""
    command = ["body", "estimate", str(photo), "--rig", "mixamo", "--formats", "glb,ply,stl"]
    figure = ["--print-height-mm", "150", "--plate", "--out", str(out)]
    subprocess.run([sys.executable, "-m", "apps.cli", *command, *figure], check=True)


def bones(glb: Path) -> tuple[NDArray[np.float64], list[tuple[int, int]]]:
    """Return where a GLB's joints are in its pose, (J, 3) metres, and which of them are a bone's two ends."""
    graph = trimesh.load_scene(glb).graph
    names = [name for name in graph.nodes if PREFIX in name]
    parents = graph.transforms.parents
    places = np.array([graph[name][0][:3, 3] for name in names])
    return places, [(names.index(parents[name]), k) for k, name in enumerate(names) if parents[name] in names]


def rig(folder: Path) -> Image.Image:
    """Draw the bones of the GLB over the posed surface of the PLY, from the front."""
    surface = trimesh.load_mesh(folder / "body.ply")
    clay = Mesh(np.asarray(surface.vertices), np.asarray(surface.faces), scale="metric")
    view = orbit([clay], 0, elevation_deg=0, size_px=(DRAWN_PX, DRAWN_PX))
    drawn = render([clay], [view]).frames[0].astype(np.float64)
    share = drawn[..., 3:] / 255 * FAINT
    frame = Image.fromarray((drawn[..., :3] * share + np.array(PAPER) * (1 - share)).astype(np.uint8))
    places, pairs = bones(folder / "body.glb")
    pixels = view.camera.project(places @ view.camera_from_world[:3, :3].T + view.camera_from_world[:3, 3])
    draw = ImageDraw.Draw(frame)
    for start, end in pairs:
        draw.line([*pixels[start], *pixels[end]], BONE, 4)
    for x, y in pixels:
        draw.ellipse((x - 4, y - 4, x + 4, y + 4), JOINT)
    return frame


def main() -> int:
    """Estimate the person of each photo and set the panels side by side."""
    parser = argparse.ArgumentParser(description="Take the README's picture of a character.")
    parser.add_argument("--out", type=Path, required=True)
    parsed = parser.parse_args()
    rows = []
    photos = Path("examples/body/person.jpg"), Path(str(files("skimage.data").joinpath("astronaut.png")))
    with tempfile.TemporaryDirectory() as spare:
        for photo in photos:
            out = Path(spare) / photo.stem
            estimated(photo, out)
            views = Image.open(out / "side.png")  # front, half to the side, side, back and top
            turned = views.crop((views.width // 5, 0, 2 * views.width // 5, views.height))
            shown = [Image.open(photo), Image.open(out / "overlay.png"), rig(out), turned]
            rows.append((shown, facts(out / "body.stl")))
        save(sheet(rows), parsed.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
