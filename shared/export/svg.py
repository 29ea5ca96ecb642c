"""Masks as outlines for drawing programs and cutters."""

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from shared.export.masks import MaskForm, MaskResult, write_text
from shared.outlines import Ring, outlines
from shared.preview import COLORS


def write_svg(result: MaskResult, folder: Path) -> tuple[Path, ...]:
    """Write outlines.svg: a path an object, in pixels of the picture, filled by the even-odd rule."""
    width, height = result.image.width, result.image.height
    masks = result.masks
    rows = [
        _path(f"object_{index}", label, COLORS[number % len(COLORS)], mask, result.simplify_px)
        for index, (mask, label, number) in enumerate(
            zip(masks.masks, result.labels, masks.object_ids, strict=True)
        )
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">\n'
    )
    return (write_text(head + "".join(rows) + "</svg>\n", folder / "outlines.svg"),)


def _path(name: str, label: str, color: tuple[int, int, int], mask: np.ndarray, simplify_px: float) -> str:
    rings = [ring for part in outlines(mask, simplify_px=simplify_px) for ring in (part.outer, *part.holes)]
    shape = " ".join(_drawn(ring) for ring in rings)
    paint = "#" + "".join(f"{value:02x}" for value in color)
    return (
        f'<path id="{name}" data-label={quoteattr(label)} fill="{paint}" fill-rule="evenodd" d="{shape}">'
        f"<title>{escape(label)}</title></path>\n"
    )


def _drawn(ring: Ring) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z"


FORMS = (MaskForm("svg", "Outlines (SVG)", write_svg),)
