"""Colours of the object and of what is behind it, each from the pixels where it is seen alone."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
FAR, NEAR = 3.0, 0.25  # widths of the two blurs in widths of the band
LITTLE = 1e-4


def both_colors(colors: Array, alpha: Array, *, width_px: float) -> tuple[Array, Array]:
    """Return the colours (h, w, 3) of object and background that mix to the picture (blur fusion).

    After Forte (2021), "Approximate fast foreground colour estimation": colours are averaged with the
    opacity as weight, far and then near, and what they do not explain is shared out.

    Args:
        colors: (h, w, 3), 0..1, the picture.
        alpha: (h, w), 0..1.
        width_px: Width of the band in these pixels.
    """
    front, back = colors, colors
    for share in (FAR, NEAR):
        sigma = max(share * width_px, 1.0)
        front = _averaged(front, alpha, sigma)
        back = _averaged(back, 1 - alpha, sigma)
        kept = alpha[:, :, None]
        unexplained = colors - kept * front - (1 - kept) * back
        front = np.clip(front + kept * unexplained, 0, 1).astype(np.float32)
    return front, back


def guess(colors: Array, known: Array, unknown: NDArray[np.bool_], *, width_px: float) -> tuple[Array, Array]:
    """Return an opacity (h, w) from the mean colours of both sides nearby, and how far it is to be trusted.

    Args:
        colors: (h, w, 3), 0..1.
        known: (h, w), 1 on the object, 0 beside it.
        unknown: (h, w) bool, the band.
        width_px: Width of the band in these pixels.

    Returns:
        Opacity 0..1, and trust 0..1: high where the two colours differ and explain the pixel.
    """
    sigma = max(width_px, 1.0)
    sure = (~unknown).astype(np.float32)
    front = _averaged(colors, sure * known, sigma)
    back = _averaged(colors, sure * (1 - known), sigma)
    axis = front - back
    length = (axis * axis).sum(axis=2)
    share = ((colors - back) * axis).sum(axis=2) / (length + LITTLE)
    alpha = np.clip(share, 0, 1)
    left = colors - back - alpha[:, :, None] * axis
    wrong = (left * left).sum(axis=2)
    return alpha, (length / (length + 4 * wrong + 0.02)).astype(np.float32)


def _averaged(colors: Array, weight: Array, sigma: float) -> Array:
    """Return the weighted mean of the colours around each pixel."""
    total = _blurred(weight, sigma)[:, :, None] + LITTLE
    # Where nothing is near, the plain mean of all stands in.
    mean = (colors * weight[:, :, None]).sum(axis=(0, 1)) / max(float(weight.sum()), 1.0)
    return ((_blurred(colors * weight[:, :, None], sigma) + LITTLE * mean) / total).astype(np.float32)


def _blurred(values: Array, sigma: float) -> Array:
    import cv2

    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REFLECT), np.float32)
