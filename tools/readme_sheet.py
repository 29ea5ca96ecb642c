"""Rows of pictures with the facts of a printed file beside them, as the README shows them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import trimesh
from PIL import Image, ImageDraw, ImageFont

PANEL, GAP, TEXT = 300, 12, 210
LAYER_MM, PLA_G_PER_ML = 0.2, 1.24
PAPER, INK = (250, 249, 246), (40, 40, 44)


def facts(stl: Path) -> list[str]:
    """Return what trimesh finds in an STL that it reads and slices into layers, line by line."""
    mesh = trimesh.load_mesh(stl)
    width, depth, height = mesh.extents
    levels = np.arange(LAYER_MM / 2, height, LAYER_MM)
    layers = [s for s in mesh.section_multiplane((0, 0, 0), (0, 0, 1), levels) if s is not None]
    return [
        f"{stl.name}, read by trimesh",
        "closed" if mesh.is_watertight else "open",
        f"{len(mesh.faces):,} triangles".replace(",", " "),
        f"{width:.0f} x {depth:.0f} x {height:.0f} mm",
        f"{mesh.volume / 1000:.0f} ml",
        f"{mesh.volume / 1000 * PLA_G_PER_ML:.0f} g of solid PLA",
        f"{len(layers)} layers of {LAYER_MM} mm",
    ]


def sheet(rows: Sequence[tuple[Sequence[Image.Image], Sequence[str]]]) -> Image.Image:
    """Set each row's pictures side by side, each within 300 px, and its lines to their right."""
    most = max(len(pictures) for pictures, _ in rows)
    paper = Image.new("RGB", (most * (PANEL + GAP) + TEXT + GAP, len(rows) * (PANEL + GAP) + GAP), PAPER)
    draw, font = ImageDraw.Draw(paper), ImageFont.load_default(16)
    for number, (pictures, lines) in enumerate(rows):
        top = GAP + number * (PANEL + GAP)
        for place, picture in enumerate(pictures):
            small = picture.convert("RGB")
            small.thumbnail((PANEL, PANEL), Image.Resampling.LANCZOS)
            left = GAP + place * (PANEL + GAP) + (PANEL - small.width) // 2
            paper.paste(small, (left, top + (PANEL - small.height) // 2))
        draw.multiline_text((GAP + most * (PANEL + GAP), top + 60), "\n".join(lines), INK, font, spacing=8)
    return paper


def save(paper: Image.Image, path: Path) -> None:
    """Write a picture and say where."""
    path.parent.mkdir(parents=True, exist_ok=True)
    paper.save(path, optimize=True)
    print(path)
