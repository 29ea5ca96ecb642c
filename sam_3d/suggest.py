"""Which shape fits a mask: every mode with a score, a reason, and a small picture of what it would make."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_3d import shaping
from sam_3d.inflation.completion import completed
from sam_3d.look import Look, look_at
from shared.errors import StudioError
from shared.media import Image
from shared.progress import Progress

PICTURE_PX = 200
_CELLS = 60
_WORKING_PX = 360
_AZIMUTH_DEG, _ELEVATION_DEG = 32.0, 16.0
_ROUND = 0.94  # likeness of what is turned


@dataclass(frozen=True, eq=False)
class Suggestion:
    """One shape for a mask.

    Args:
        mode: Text form of the mode, as `lift` takes it.
        title: What a person calls it.
        score: How well it fits, 0..1.
        reason: One sentence: why.
        picture: (200, 200, 3) uint8 sRGB look at a rough version from the front right; None when not drawn.
    """

    mode: str
    title: str
    score: float
    reason: str
    picture: NDArray[np.uint8] | None = None


def suggest(
    image: Image, masks: NDArray[np.bool_], *, pictures: bool = True, progress: Progress | None = None
) -> tuple[Suggestion, ...]:
    """Judge which shapes fit what is marked, the best first.

    Symmetry about an axis speaks for revolve, sharp corners, holes and thinness for extrude, an object that
    fills the photo or is cut off by its edge for relief and lithophane, several masks for parts.

    Args:
        image: The photo.
        masks: (N, H, W) bool, one mask an object or part, none empty; or one (H, W).
        pictures: Whether to draw each shape; takes most of the time.
        progress: Told of each picture; may cancel.

    Returns:
        One suggestion a mode; parts only where there are several masks, and with pictures none that the mask
        is too thin for.
    """
    progress = progress or Progress()
    layers = np.asarray(masks, bool)
    layers = layers[None] if layers.ndim == 2 else layers
    largest = int(np.argmax(layers.sum(axis=(1, 2))))
    seen = look_at(layers[largest], len(layers))
    body_rim_deg = _rim_of_the_body(layers, largest) if len(layers) > 1 else 0.0
    ranked = sorted(_judged(seen, body_rim_deg), key=lambda found: -found[1])
    if not pictures:
        return tuple(Suggestion(mode, _title(mode), score, reason) for mode, score, reason in ranked)
    small, cut = _small(image, layers)
    found = []
    for number, (mode, score, reason) in enumerate(ranked):
        progress.step(number / len(ranked), f"drawing the shape {mode.partition(':')[0]}")
        kind = shaping.parse_mode(mode)
        try:
            picture = _picture(kind, small, cut if kind.several else cut[[largest]])
        except StudioError:
            continue  # this shape cannot be made of this mask
        found.append(Suggestion(mode, kind.title, score, reason, picture))
    return tuple(found)


def _title(mode: str) -> str:
    return shaping.modes()[mode.partition(":")[0]].title


def _rim_of_the_body(layers: NDArray[np.bool_], largest: int) -> float:
    """Return how far one looks down on the rim of the largest part, what others hide included; else 0."""
    others = np.delete(layers, largest, axis=0).any(axis=0)
    look = look_at(completed(layers[largest], np.asarray(others)))
    return look.rim_deg if look.likeness > _ROUND else 0.0


def _judged(seen: Look, body_rim_deg: float) -> list[tuple[str, float, str]]:
    """Return (mode, score, reason) of each mode."""
    upright = abs(seen.axis_deg)
    edges = f"the mask covers {seen.share:.0%} of the photo and meets {seen.borders} of its edges"
    found = [("round", 0.6 - 0.15 * (seen.borders > 1), "Fits most things, whatever their outline.")]
    turned = np.interp(seen.likeness, (0.86, 0.93, 0.98), (0.1, 0.65, 0.8)) - 0.3 * (upright > 35)
    turned -= 0.3 * (seen.holes > 0) + 0.25 * (seen.boxiness > 0.93) + 0.4 * (seen.borders > 1)
    axis = f"an axis {upright:.0f}° from upright"
    reason = f"The outline and its mirror picture about {axis} overlap by {seen.likeness:.0%}."
    if seen.rim_deg and turned > 0.5:
        reason += f" Its top looks like a rim seen from {seen.rim_deg:.0f}° above."
    found.append(("revolve:inside=vessel" if seen.rim_deg else "revolve", float(turned), reason))
    flat = 0.2 + 0.45 * (seen.boxiness > 0.93) + 0.3 * (seen.holes > 0) + 0.25 * (seen.slimness < 0.06)
    flat += 0.15 * (seen.solidity < 0.55) - 0.3 * (seen.borders > 1)
    reason = f"The outline fills {seen.boxiness:.0%} of its box; holes: {seen.holes}."
    found.append(("extrude", float(flat), reason))
    raised = 0.2 + 0.6 * (seen.share > 0.5) + 0.25 * min(seen.borders, 2)
    found.append(("relief", float(min(raised, 0.9)), f"As a plaque: {edges}."))
    found.append(("lithophane", 0.85 if seen.share > 0.9 else 0.1, f"As a picture against light: {edges}."))
    leaf = 0.2 + 0.15 * (seen.solidity > 0.9) - 0.1 * (seen.borders > 1)
    found.append(("shell", float(leaf), "For thin, curved things that are open behind."))
    if seen.count > 1:
        reason = f"{seen.count} masks are marked: each becomes a part of one thing."
        if body_rim_deg:
            reason += f" The largest has a rim seen from {body_rim_deg:.0f}° above."
        found.append(("parts:inside=vessel" if body_rim_deg else "parts", 0.95, reason))
    return [(mode, float(np.clip(score, 0.02, 1)), reason) for mode, score, reason in found]


def _small(image: Image, masks: NDArray[np.bool_]) -> tuple[Image, NDArray[np.bool_]]:
    """Crop photo and masks to what is marked, with a margin, and shrink them."""
    import cv2

    rows, columns = np.nonzero(masks.any(axis=0))
    reach = int(0.15 * max(np.ptp(rows), np.ptp(columns))) + 4
    top, left = max(int(rows.min()) - reach, 0), max(int(columns.min()) - reach, 0)
    bottom, right = int(rows.max()) + reach + 1, int(columns.max()) + reach + 1
    pixels, layers = image.pixels[top:bottom, left:right], masks[:, top:bottom, left:right]
    factor = _WORKING_PX / max(pixels.shape[:2])
    if factor >= 1:
        return Image(np.ascontiguousarray(pixels)), layers
    size = tuple(max(1, round(n * factor)) for n in pixels.shape[1::-1])
    pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    parts = [cv2.resize(layer.astype(np.float32), size, interpolation=cv2.INTER_AREA) for layer in layers]
    # A thing thinner than a pixel of the small picture is still there.
    return Image(np.asarray(pixels, np.uint8)), np.stack([p >= min(0.5, float(p.max())) for p in parts])


def _picture(mode: shaping.Mode, image: Image, masks: NDArray[np.bool_]) -> NDArray[np.uint8]:
    from shared.backdrop import compose
    from shared.render import orbit, sketch

    shape = mode(image, masks, cells=_CELLS, progress=Progress())
    view = orbit([shape.mesh], _AZIMUTH_DEG, size_px=(PICTURE_PX, PICTURE_PX), elevation_deg=_ELEVATION_DEG)
    drawn = sketch([shape.mesh], view)
    return compose(drawn[None], [view], [shape.mesh])[0]
