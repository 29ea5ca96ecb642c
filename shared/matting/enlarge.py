"""Bring opacity and colours from a small picture to the full size, so that they follow its finer edges.

After He & Sun (2015), "Fast guided filter": opacity is written as a local linear function of colour at the
small size, and that function is evaluated at every pixel of the large one.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
EPSILON = 1e-5  # variance of colour (0..1) that counts as flat
STRIP_PX = 1_000_000  # pixels worked on at a time
CLEAR, WHOLE = 0.015, 0.985  # opacities beyond these are 0 and 1


def enlarged(
    alpha: Array,
    pixels: NDArray[np.uint8],
    *,
    colors: Array,
    found: Array,
    unknown: NDArray[np.bool_],
    front: Array,
    back: Array,
) -> None:
    """Write opacities and the object's colours into the band of a large picture, strip by strip.

    Args:
        alpha: (H, W), changed in the band only.
        pixels: (H, W, 3) uint8, changed where the opacity is below 1.
        colors: (h, w, 3), 0..1, the picture at the small size.
        found: (h, w), 0..1, its opacity.
        unknown: (h, w), its band.
        front: (h, w, 3), 0..1, the object's colours.
        back: (h, w, 3), 0..1, the colours behind it.
    """
    rows, columns = alpha.shape
    same = colors.shape[:2] == alpha.shape
    maps = [found] if same else list(_linear(colors, found))
    maps += [unknown.astype(np.float32), front, back]
    step = max(STRIP_PX // columns, 1)
    for top in range(0, rows, step):
        part = slice(top, min(top + step, rows))
        *opacity, near, own, behind = (_strip(values, part, alpha.shape) for values in maps)
        seen = pixels[part].astype(np.float32) / np.float32(255)
        if same:
            soft = opacity[0]
        else:
            slope, offset = opacity
            soft = np.clip((slope * seen).sum(axis=2) + offset, 0, 1)
        soft = np.where(soft > WHOLE, 1, np.where(soft < CLEAR, 0, soft))
        band = near > 0
        alpha[part][band] = soft[band]
        kept = alpha[part][:, :, None]
        clean = own + kept * (seen - kept * own - (1 - kept) * behind)
        mixed = band & (kept[:, :, 0] < 1)
        pixels[part][mixed] = np.clip(np.rint(clean[mixed] * 255), 0, 255).astype(np.uint8)


def _strip(values: Array, part: slice, shape: tuple[int, ...]) -> Array:
    """Return rows of a map as they are at the full size, by linear interpolation."""
    import cv2

    if values.shape[:2] == shape[:2]:
        return values[part]
    scale_y, scale_x = values.shape[0] / shape[0], values.shape[1] / shape[1]
    y = ((np.arange(part.start, part.stop, dtype=np.float32) + 0.5) * scale_y - 0.5)[:, None]
    x = ((np.arange(shape[1], dtype=np.float32) + 0.5) * scale_x - 0.5)[None, :]
    right, down = (np.ascontiguousarray(places) for places in np.broadcast_arrays(x, y))
    linear = cv2.remap(values, right, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(linear, np.float32)


def _linear(guide: Array, target: Array) -> tuple[Array, Array]:
    """Return slope (h, w, 3) and offset (h, w) of the best local fit target ≈ slope · guide + offset."""
    import cv2

    def mean(values: Array) -> Array:
        return np.asarray(cv2.blur(values, (3, 3), borderType=cv2.BORDER_REFLECT), np.float32)

    centre, level = mean(guide), mean(target)
    spread = np.empty((*target.shape, 3, 3), np.float32)
    for i in range(3):
        for j in range(3):
            spread[:, :, i, j] = mean(guide[:, :, i] * guide[:, :, j]) - centre[:, :, i] * centre[:, :, j]
    spread += EPSILON * np.eye(3, dtype=np.float32)
    joint = mean(guide * target[:, :, None]) - centre * level[:, :, None]
    slope = np.linalg.solve(spread, joint[..., None])[..., 0]
    offset = level - (slope * centre).sum(axis=2)
    return mean(slope), mean(offset)
