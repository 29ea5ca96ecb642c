"""Find people and their 33 body landmarks in a photo with the BlazePose nets.

Stages as published for MediaPipe Pose (Bazarevsky et al., 2020): detector → rotated square region →
landmark net, repeated on the region that its own landmarks ask for.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from shared.onnx import net
from shared.pose_detector import detect
from shared.region import Region, crop, paste, region_from_axis, region_from_box

LANDMARKS = (
    "nose", "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye",
    "right_eye_outer", "left_ear", "right_ear", "mouth_left", "mouth_right", "left_shoulder",
    "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_pinky",
    "right_pinky", "left_index", "right_index", "left_thumb", "right_thumb", "left_hip", "right_hip",
    "left_knee", "right_knee", "left_ankle", "right_ankle", "left_heel", "right_heel",
    "left_foot_index", "right_foot_index",
)  # fmt: skip
AUXILIARY = ("hip_center", "body_extent", "left_palm_center", "right_palm_center", "unused_a", "unused_b")
WEIGHTS = ("blazepose_landmark_full.onnx", "blazepose_detector.onnx")
CROP_PX, HEATMAP_PX, PASSES = 256, 64, 3
LEAST_SCORE = 0.5
SURE = 8.0  # mask logits beyond it say no more, but would spoil the interpolation
_Scalar = TypeVar("_Scalar", bound=np.floating)


@dataclass(frozen=True, eq=False)
class Person:
    """One person as the landmark net sees it; left and right are the person's own.

    Args:
        landmarks_px: (39, 2) column and row in the photo: 33 `LANDMARKS`, then 6 `AUXILIARY`.
        depth_px: (33,) depth relative to the hip centre in photo pixels, smaller is nearer.
        visibility: (33,) 0..1, in the picture and not hidden.
        presence: (33,) 0..1, in the picture.
        world_m: (33, 3) metres from the hip centre: x right, y down, z away from the camera.
        score: 0..1, whether the region holds a person at all.
        region: The square that was looked at.
        mask_logits: (256, 256) person-or-not inside the region.
    """

    landmarks_px: NDArray[np.float64]
    depth_px: NDArray[np.float64]
    visibility: NDArray[np.float64]
    presence: NDArray[np.float64]
    world_m: NDArray[np.float64]
    score: float
    region: Region
    mask_logits: NDArray[np.float32]

    def mask_probability(self, height: int, width: int) -> NDArray[np.float32]:
        """Return (H, W) the probability of each pixel of the photo to be this person."""
        logits = np.clip(self.mask_logits, -SURE, SURE)
        return _sigmoid(paste(logits, self.region, height, width, outside=-SURE))

    def box_xyxy(self) -> tuple[float, float, float, float]:
        """Return the box around the landmarks that are likely in the picture (all, if none is)."""
        seen = self.landmarks_px[:33][self.presence > 0.5]
        points = seen if len(seen) > 1 else self.landmarks_px[:33]
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        return float(left), float(top), float(right), float(bottom)


def find_people(
    pixels: NDArray[np.uint8],
    *,
    boxes_xyxy: NDArray[np.float64] | None = None,
    limit: int = 10,
) -> tuple[Person, ...]:
    """Find people, the most certain first.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        boxes_xyxy: (N, 4) boxes of people from elsewhere (another detector, the user), in pixels;
            each is looked into on its own, beside the picture as a whole.
        limit: Most people to return.

    Returns:
        No one twice; empty when nobody was found.
    """
    found = [person_at(pixels, start) for start in detect(pixels)[:limit]]
    for left, top, right, bottom in () if boxes_xyxy is None else boxes_xyxy.tolist():
        found.append(person_in_box(pixels, (left, top, right, bottom)))
    people = sorted((p for p in found if p is not None), key=lambda p: -p.score)
    kept: list[Person] = []
    for person in people:
        if not any(_same(person, other) for other in kept):
            kept.append(person)
    return tuple(kept[:limit])


def person_in_box(pixels: NDArray[np.uint8], box_xyxy: tuple[float, float, float, float]) -> Person | None:
    """Find the person that a box encloses; None when the landmark net sees nobody there.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        box_xyxy: Left, top, right, bottom in pixels.
    """
    starts = [*detect(pixels, within=box_xyxy)[:1], region_from_box(box_xyxy)]
    people = [person for start in starts if (person := person_at(pixels, start))]
    return max(people, key=lambda p: p.score * (0.2 + _overlap(p.box_xyxy(), box_xyxy)), default=None)


def person_at(pixels: NDArray[np.uint8], start: Region, *, passes: int = PASSES) -> Person | None:
    """Run the landmark net from a first region, moving the region to where its landmarks point.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        start: First square to look at.
        passes: How often to look; each pass but the first starts from the one before.

    Returns:
        The last pass with a score of at least 0.5, or None when there is none.
    """
    region, person = start, None
    for _ in range(passes):
        seen = _look(pixels, region)
        if seen.score < LEAST_SCORE:
            break
        person = seen
        region = region_from_axis(seen.landmarks_px[33], seen.landmarks_px[34])
    return person


def _look(pixels: NDArray[np.uint8], region: Region) -> Person:
    picture = crop(pixels, region, CROP_PX).astype(np.float32) / 255.0
    out = net(WEIGHTS[0])(crop=picture[None])
    table = out["landmarks"].reshape(39, 5).astype(np.float64)
    xy = _refined(table[:, :2], _sigmoid(out["heatmaps"][0]))
    scale = region.side_px / CROP_PX
    world = out["world"].reshape(39, 3)[:33].astype(np.float64)
    cos, sin = np.cos(region.angle_rad), np.sin(region.angle_rad)
    world[:, :2] = world[:, :2] @ np.array([[cos, sin], [-sin, cos]])
    return Person(
        landmarks_px=region.to_photo(xy, CROP_PX),
        depth_px=table[:33, 2] * scale,
        visibility=_sigmoid(table[:33, 3]),
        presence=_sigmoid(table[:33, 4]),
        world_m=world,
        score=float(out["score"].ravel()[0]),
        region=region,
        mask_logits=out["mask"][0, :, :, 0],
    )


def _refined(xy: NDArray[np.float64], heat: NDArray[np.float32]) -> NDArray[np.float64]:
    """Move each landmark to the centre of its heatmap's 7×7 neighbourhood where that is certain."""
    cell, moved = CROP_PX / HEATMAP_PX, xy.copy()
    for index, (x, y) in enumerate(xy):
        column, row = int(x / cell), int(y / cell)
        if not (0 <= column < HEATMAP_PX and 0 <= row < HEATMAP_PX):
            continue
        top, left = max(row - 3, 0), max(column - 3, 0)
        near = heat[top : row + 4, left : column + 4, index].astype(np.float64)
        if near.max() < LEAST_SCORE:
            continue
        rows, columns = np.indices(near.shape)
        total = near.sum()
        moved[index] = (near * (columns + left)).sum() / total, (near * (rows + top)).sum() / total
        moved[index] *= cell
    return moved


def _same(a: Person, b: Person) -> bool:
    """Whether two findings are one person: landmarks closer than a tenth of the region on average."""
    seen = (a.presence > 0.5) & (b.presence > 0.5)
    seen = seen if seen.any() else np.ones(33, np.bool_)
    apart = np.linalg.norm(a.landmarks_px[:33] - b.landmarks_px[:33], axis=1)[seen].mean()
    return bool(apart < 0.1 * max(a.region.side_px, b.region.side_px))


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Intersection over union of two boxes."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0.0) * max(height, 0.0)
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return shared / max(areas - shared, 1e-9)


def _sigmoid(logits: NDArray[_Scalar]) -> NDArray[_Scalar]:
    return (1.0 / (1.0 + np.exp(-np.clip(logits, -60.0, 60.0)))).astype(logits.dtype)
