"""The small picture that cuts work on: colours as people see them, and where the edges are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_PX = 8


@dataclass(frozen=True, eq=False)
class Picture:
    """A scaled part of a photo.

    Args:
        pixels: (h, w, 3) uint8 RGB.
        lab: (h, w, 3) float32 CIE L*a*b*.
        edges: (h, w) float32 0..1, strength of colour edges.
        left_px: Column of the photo where the part starts.
        top_px: Row of the photo where the part starts.
        scale: (x, y) pixels of this picture a photo pixel.
    """

    pixels: NDArray[np.uint8]
    lab: NDArray[np.float32]
    edges: NDArray[np.float32]
    left_px: int
    top_px: int
    scale: tuple[float, float]

    @property
    def shape(self) -> tuple[int, int]:
        """(h, w) of the scaled part."""
        return self.lab.shape[0], self.lab.shape[1]

    def to_small(self, xy_px: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, 2) photo positions of pixel centres as positions here; may lie outside."""
        return (xy_px - [self.left_px, self.top_px] + 0.5) * self.scale - 0.5

    def box(self, xyxy_px: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """Return a photo box (edges, not pixel centres) in the coordinates of this picture."""
        (sx, sy), left, top = self.scale, self.left_px, self.top_px
        x0, y0, x1, y1 = xyxy_px
        return (x0 - left) * sx, (y0 - top) * sy, (x1 - left) * sx, (y1 - top) * sy


def picture(
    pixels: NDArray[np.uint8],
    *,
    short_px: int,
    within: tuple[float, float, float, float] | None = None,
) -> Picture:
    """Cut a part out of a photo and shrink it until its shorter side has `short_px`; never enlarge.

    Args:
        pixels: (H, W, 3) uint8 RGB photo.
        short_px: Wanted shorter side.
        within: Part to look at (left, top, right, bottom in pixels); the whole photo when None.
    """
    import cv2

    height, width = pixels.shape[:2]
    x0, y0, x1, y1 = within or (0.0, 0.0, float(width), float(height))
    left, top = int(np.clip(x0, 0, width - 1)), int(np.clip(y0, 0, height - 1))
    right, bottom = int(np.clip(np.ceil(x1), left + 1, width)), int(np.clip(np.ceil(y1), top + 1, height))
    part = np.ascontiguousarray(pixels[top:bottom, left:right])
    full_h, full_w = part.shape[:2]
    factor = min(short_px / min(full_h, full_w), 1.0)
    size = (
        max(round(full_w * factor), min(full_w, LEAST_PX)),
        max(round(full_h * factor), min(full_h, LEAST_PX)),
    )
    small = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    lab = cv2.cvtColor(small.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    lab = np.asarray(lab, np.float32)
    return Picture(small, lab, edge_map(lab), left, top, (size[0] / full_w, size[1] / full_h))


def edge_map(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (h, w) 0..1: the gradient of all three channels together (Di Zenzo, 1986).

    Scaled so that the strongest 2 % of all pixels reach 1, and weakened where the neighbourhood is
    full of edges, which is texture rather than an outline.
    """
    import cv2

    smooth = cv2.GaussianBlur(lab, (0, 0), 0.8, borderType=cv2.BORDER_REPLICATE)
    dx = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, borderType=cv2.BORDER_REPLICATE) / 8.0
    dy = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, borderType=cv2.BORDER_REPLICATE) / 8.0
    xx, yy, xy = ((a * b).sum(axis=2) for a, b in ((dx, dx), (dy, dy), (dx, dy)))
    strength = np.sqrt((xx + yy + np.sqrt((xx - yy) ** 2 + 4 * xy**2)) / 2)
    around = cv2.GaussianBlur(strength, (0, 0), max(min(lab.shape[:2]) / 16, 2.0))
    contrast = strength / (1.0 + TEXTURE * around / (strength.mean() + 1e-6))
    return np.clip(contrast / (np.percentile(contrast, 98) + 1e-6), 0.0, 1.0).astype(np.float32)


TEXTURE = 0.5
