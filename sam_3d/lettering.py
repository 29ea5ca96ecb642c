"""Words as outlines: the letters of Pillow's own typeface as flat shapes for manifold3d."""

from typing import Any

import numpy as np

from shared.errors import InputError

MOST_LETTERS = 60
_FONT_PX = 96
_SOFTNESS_PX = 0.7


def word_shape(text: str) -> Any:
    """Return a word as a `manifold3d.CrossSection`, its capital letters 1 high, its middle at the origin.

    Args:
        text: One line of 1 to 60 letters.

    Raises:
        InputError: No letters, too many, or some that the typeface does not have.
    """
    import manifold3d
    from PIL import Image, ImageDraw, ImageFilter, ImageFont
    from skimage import measure

    line = text.strip()
    if not 1 <= len(line) <= MOST_LETTERS or "\n" in line:
        raise InputError(f"A text wants one line of 1 to {MOST_LETTERS} letters, but got {text!r}.")
    if signs := sorted({c for c in line if c in ",@"}):
        raise InputError(f"A text takes no {' '.join(signs)}: they part a step's values.", "Leave them out.")
    font: Any = ImageFont.load_default(_FONT_PX)
    nothing = _drawn(font, "\uffff")
    if missing := sorted({c for c in line if c != " " and _drawn(font, c) == nothing}):
        raise InputError(
            f"The typeface has no {' '.join(missing)}.", "Use letters from A to Z, digits and signs."
        )
    left, top, right, bottom = (int(v) for v in font.getbbox(line))
    edge = 4
    canvas = Image.new("L", (right - left + 2 * edge, bottom - top + 2 * edge))
    ImageDraw.Draw(canvas).text((edge - left, edge - top), line, fill=255, font=font)
    canvas = canvas.filter(ImageFilter.GaussianBlur(_SOFTNESS_PX))
    # Rows run downwards: turned over, what is inside lies left of each outline.
    ink = np.flipud(np.asarray(canvas, np.float64))
    outlines = [c[:-1, ::-1] for c in measure.find_contours(ink, 127.5) if len(c) > 4]
    if not outlines:
        raise InputError(f"The text {text!r} has nothing to draw.")
    shape = manifold3d.CrossSection(
        [np.ascontiguousarray(c) for c in outlines], manifold3d.FillRule.EvenOdd
    ).simplify(0.15)
    _, cap_top, _, cap_bottom = font.getbbox("H")
    low_x, low_y, high_x, high_y = shape.bounds()
    factor = 1 / float(cap_bottom - cap_top)
    return shape.translate((-(low_x + high_x) / 2, -(low_y + high_y) / 2)).scale((factor, factor))


def _drawn(font: Any, letter: str) -> bytes:
    return bytes(font.getmask(letter))
