"""The result of image segmentation: N masks with score, label and box, and their COCO form."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.arrays import frozen
from shared.errors import InputError


@dataclass(frozen=True, eq=False)
class Masks:
    """Masks of one picture.

    Args:
        masks: (N, H, W) bool; one mask an object (or a candidate).
        scores: N numbers in 0..1, the engine's own belief in each mask.
        labels: N names ("" where the prompt named nothing).
        object_ids: N numbers that tell which prompt object a mask answers; candidates of the same
            object share one. Defaults to 0..N−1.

    Raises:
        InputError: The lengths differ, or a shape is wrong.
    """

    masks: NDArray[np.bool_]
    scores: tuple[float, ...]
    labels: tuple[str, ...]
    object_ids: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        masks = frozen("Masks.masks", self.masks, np.bool_, (None, None, None))
        object.__setattr__(self, "masks", masks)
        object.__setattr__(self, "scores", tuple(float(s) for s in self.scores))
        object.__setattr__(self, "labels", tuple(self.labels))
        ids = tuple(self.object_ids) or tuple(range(len(masks)))
        object.__setattr__(self, "object_ids", ids)
        if not len(masks) == len(self.scores) == len(self.labels) == len(ids):
            raise InputError(
                f"Masks wants one score, label and object id a mask, but has {len(masks)} masks, "
                f"{len(self.scores)} scores, {len(self.labels)} labels and {len(ids)} object ids."
            )

    def __len__(self) -> int:
        return len(self.masks)

    @property
    def boxes_xyxy(self) -> NDArray[np.float64]:
        """(N, 4) tight boxes in pixels: left, top, right, bottom; the last two exclusive. Empty: zeros."""
        return np.array([box_of(mask) for mask in self.masks], np.float64).reshape(-1, 4)

    def union(self) -> NDArray[np.bool_]:
        """(H, W) bool: every pixel that belongs to any mask."""
        return np.asarray(self.masks.any(axis=0), np.bool_)

    def select(self, indices: list[int]) -> "Masks":
        """Return only the masks of these indices, in this order.

        Raises:
            InputError: An index is not one of 0..N−1.
        """
        if any(not 0 <= i < len(self) for i in indices):
            raise InputError(f"There are masks 0 to {len(self) - 1}, but {indices} was asked for.")
        return Masks(
            self.masks[indices],
            tuple(self.scores[i] for i in indices),
            tuple(self.labels[i] for i in indices),
            tuple(self.object_ids[i] for i in indices),
        )


def box_of(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return the tight box of a (H, W) mask in pixels: left, top, right, bottom, the last two exclusive.

    An empty mask gives zeros.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


MAX_PIXELS = 100_000_000


def to_rle(mask: NDArray[np.bool_]) -> dict[str, Any]:
    """Encode a (H, W) bool mask as COCO run-length encoding: {"size": [H, W], "counts": str}."""
    flat = np.concatenate([[False], np.asarray(mask, bool).ravel(order="F")])
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    counts = np.diff(np.concatenate([[0], edges, [mask.size]])).tolist()
    return {"size": [int(n) for n in mask.shape], "counts": _to_text(counts)}


def from_rle(rle: dict[str, Any]) -> NDArray[np.bool_]:
    """Decode COCO run-length encoding, compressed (str) or plain (list of counts), to (H, W) bool.

    Raises:
        InputError: Not a COCO run-length encoding, or larger than 100 megapixels.
    """
    try:
        height, width = (int(n) for n in rle["size"])
        if not (height > 0 and width > 0 and height * width <= MAX_PIXELS):
            raise ValueError("size out of range")
        given = rle["counts"]
        counts = _from_text(given) if isinstance(given, str) else [int(n) for n in given]
        if sum(counts) != height * width or min(counts, default=0) < 0:
            raise ValueError("counts do not add up to the size")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"The mask is not a COCO run-length encoding ({error}).",
            'Give {"size": [height, width], "counts": ...}.',
        ) from error
    values = np.arange(len(counts)) % 2 == 1
    return np.repeat(values, counts).reshape(width, height).T


def _to_text(counts: list[int]) -> str:
    """Write counts in COCO's text form.

    From the fourth count on, the difference to the count two before is written. A number is cut into
    groups of five bits, lowest first, in two's complement; 32 marks that more follow; 48 makes it text.
    """
    codes = bytearray()
    for index, count in enumerate(counts):
        rest, more = count - (counts[index - 2] if index > 2 else 0), True
        while more:
            group, rest = rest & 31, rest >> 5
            more = rest != (-1 if group & 16 else 0)
            codes.append(48 + group + 32 * more)
    return codes.decode("ascii")


def _from_text(text: str) -> list[int]:
    """Read what `_to_text` writes; ValueError when it is cut off or holds another character."""
    counts: list[int] = []
    value = shift = 0
    for code in text.encode("ascii"):
        group = code - 48
        if not 0 <= group < 64 or shift > 30:
            raise ValueError("not the text of counts")
        value |= (group & 31) << shift
        shift += 5
        if not group & 32:
            value -= (group & 16) << (shift - 4)
            counts.append(value + (counts[-2] if len(counts) > 2 else 0))
            value = shift = 0
    if shift:
        raise ValueError("the text of counts is cut off")
    return counts
