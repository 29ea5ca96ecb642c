"""Boxes of everyday things in a photo, and what the net saw on the way: NanoDet on the 80 COCO classes.

Decoding follows the published model: strides 8, 16, 32; each side of a box is the mean of an
11-bin distribution in strides; suppression class by class at an overlap of 0.5.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.onnx import net

FILE = "nanodet_coco80.onnx"
INPUT_PX, BINS, STRIDES_PX = 416, 11, (8, 16, 32)
MEAN = np.array([123.675, 116.28, 103.53], np.float32)  # of red, green, blue in 0..255
SPREAD = np.array([58.395, 57.12, 57.375], np.float32)
FEATURES = ("features_4", "features_8", "pyramid_8", "pyramid_16", "pyramid_32")
SAME_IOU = 0.5
CLASSES = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat",
    "traffic light", "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog",
    "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella",
    "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard", "sports ball", "kite",
    "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle",
    "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange",
    "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant",
    "bed", "dining table", "toilet", "tv", "laptop", "mouse", "remote", "keyboard", "cell phone",
    "microwave", "oven", "toaster", "sink", "refrigerator", "book", "clock", "vase", "scissors",
    "teddy bear", "hair drier", "toothbrush",
)  # fmt: skip


@dataclass(frozen=True)
class Detection:
    """One found thing.

    Args:
        label: One of `CLASSES`.
        score: 0..1.
        box_xyxy: Left, top, right, bottom in pixels, within the picture.
    """

    label: str
    score: float
    box_xyxy: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Look:
    """All that the net says of a photo.

    Args:
        things: What it found, the most certain first.
        features: Five (C, h, w) float32 maps, fine to coarse: strides 4 and 8 of the backbone, 8, 16 and 32
            of the pyramid behind it.
        boxes: For strides 8, 16, 32: (N, 4) left, top, right, bottom that each place of the (52, 26, 13)²
            grid sees a thing in, row by row, in shares of the photo's width and height.
        scores: For the same places: (N, 80) certainty of each class, 0..1.
    """

    things: tuple[Detection, ...]
    features: tuple[NDArray[np.float32], ...]
    boxes: tuple[NDArray[np.float32], ...]
    scores: tuple[NDArray[np.float32], ...]


def find_things(pixels: NDArray[np.uint8], *, least_score: float = 0.2) -> tuple[Detection, ...]:
    """Find things of the 80 classes, the most certain first; one thing may be found as two classes.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        least_score: Leave out what is less certain.
    """
    return look(pixels, least_score=least_score).things


def look(pixels: NDArray[np.uint8], *, least_score: float = 0.2) -> Look:
    """Run the net on a photo; see `find_things`."""
    import cv2

    height, width = pixels.shape[:2]
    small = cv2.resize(pixels, (INPUT_PX, INPUT_PX), interpolation=cv2.INTER_AREA)
    blue_first = ((small.astype(np.float32) - MEAN) / SPREAD)[:, :, ::-1]
    out = net(FILE)(picture=np.ascontiguousarray(blue_first.transpose(2, 0, 1)[None]))
    grids = [_decoded(out[f"boxes_{s}"][0], s) for s in STRIDES_PX]
    certain = [out[f"classes_{s}"][0] for s in STRIDES_PX]
    boxes, scores = np.concatenate(grids), np.concatenate(certain)
    boxes *= np.array([width, height, width, height]) / INPUT_PX
    boxes = np.clip(boxes, 0, [width, height, width, height])
    found = []
    for place, label in zip(*np.nonzero(scores >= least_score), strict=True):
        found.append((float(scores[place, label]), int(label), boxes[place]))
    return Look(
        tuple(_kept(sorted(found, key=lambda item: -item[0]))),
        tuple(out[name][0] for name in FEATURES),
        tuple((grid / INPUT_PX).astype(np.float32) for grid in grids),
        tuple(certain),
    )


def _decoded(bins: NDArray[np.float32], stride: int) -> NDArray[np.float64]:
    """(N, 44) logits of one layer to (N, 4) boxes in input pixels."""
    logits = bins.reshape(-1, 4, BINS).astype(np.float64)
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    sides = (weights @ np.arange(BINS)) / weights.sum(axis=-1) * stride
    cells = INPUT_PX // stride
    rows, columns = np.indices((cells, cells)).reshape(2, -1)
    centre = (np.stack([columns, rows], axis=1) + 0.5) * stride
    return np.concatenate([centre - sides[:, :2], centre + sides[:, 2:]], axis=1)


def _kept(found: list[tuple[float, int, NDArray[np.float64]]]) -> list[Detection]:
    kept: list[Detection] = []
    for score, label, box in found:
        name, place = CLASSES[label], (float(box[0]), float(box[1]), float(box[2]), float(box[3]))
        rivals = (k.box_xyxy for k in kept if k.label == name)
        if place[0] < place[2] and place[1] < place[3] and all(iou(place, r) <= SAME_IOU for r in rivals):
            kept.append(Detection(name, score, place))
    return kept


def iou(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Return the intersection over union of two boxes (left, top, right, bottom)."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    common = max(width, 0.0) * max(height, 0.0)
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return common / max(areas - common, 1e-9)
