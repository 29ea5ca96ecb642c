"""How to take photos from all around a thing, told in pictures and a few lines."""

import math

_RINGS = ((84, 12, "low"), (60, 8, "middle"), (30, 3, "above"))
"""Of each ring: its radius in the plan, how many photos, and the class of its marks."""
_SIDES = ((14, "low"), (42, "middle"), (72, "above"))
"""Of each height: degrees above the table, and the class of its marks."""
_STEPS = (
    "Stand the thing on the printed <b>marker mat</b> (under “Cameras and marker mat”): it gives true "
    "millimetres. Without the mat, take a newspaper or another rich pattern; only the size is then unknown.",
    "Leave thing and light alone and <b>walk around it</b>: about 12 photos from low, 8 from higher up, "
    "3 from above. Fewer work too, with less of what lies between.",
    "Keep the whole thing in every picture, sharp, without flash or zoom. Shiny, clear and very thin "
    "things do badly.",
)


def guide_html() -> str:
    """Return the guide as HTML, folded."""
    steps = "".join(f"<li>{step}</li>" for step in _STEPS)
    return (
        '<details class="fold guide"><summary>How to take the photos</summary>'
        f'<div class="guide-plans">{_plan()}{_side()}</div><ol>{steps}</ol></details>'
    )


def _plan() -> str:
    """Return the rings of photos seen from above."""
    parts = ['<rect class="mat" x="-24" y="-34" width="48" height="68" rx="2"/>']
    for radius, count, name in _RINGS:
        parts.append(f'<circle class="way" r="{radius}"/>')
        parts += [_camera(radius, 360 * number / count - 90, name) for number in range(count)]
    parts.append('<circle class="thing" r="12"/>')
    return _drawing("Seen from above: three rings of photos around the thing", "-100 -100 200 200", parts)


def _side() -> str:
    """Return the heights of the photos seen from the side."""
    parts = ['<path class="table" d="M-100 34H100"/>']
    for degrees, name in _SIDES:
        for turn in (-degrees, degrees - 180):
            x, y = 84 * math.cos(math.radians(turn)), 84 * math.sin(math.radians(turn))
            parts += [f'<path class="way" d="M0 10L{x:.1f} {y:.1f}"/>', _camera(84, turn, name)]
    parts.append('<rect class="thing" x="-13" y="0" width="26" height="34" rx="5"/>')
    return _drawing(
        "Seen from the side: photos from low, from higher up and from above", "-100 -100 200 150", parts
    )


def _camera(radius: float, degrees: float, name: str) -> str:
    """Return a camera's mark at a place of a ring, that looks at the middle."""
    return f'<path class="{name}" transform="rotate({degrees:.1f}) translate({radius} 0)" d="M-7 0L6-6V6Z"/>'


def _drawing(words: str, box: str, parts: list[str]) -> str:
    return f'<svg viewBox="{box}" role="img" aria-label="{words}">{"".join(parts)}</svg>'
