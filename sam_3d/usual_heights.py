"""What names mean, and how high everyday things usually stand, which tells a camera's tilt and a scale."""

from dataclasses import dataclass

from shared.vocabulary import names_in

# Metres from the ground to the top of the thing as it usually stands, and how far one is from another: the
# standard deviation of the natural logarithm. Things that lie as often as they stand (forks, phones, books),
# or whose size says nothing (boats, kites), are left out. Rounded by hand from what such things measure.
_COMMON = {
    "bicycle": (1.05, 0.15),
    "car": (1.5, 0.12),
    "motorcycle": (1.15, 0.15),
    "bus": (3.0, 0.15),
    "truck": (2.8, 0.35),
    "fire hydrant": (0.75, 0.2),
    "parking meter": (1.4, 0.2),
    "bench": (0.85, 0.2),
    "bird": (0.2, 0.5),
    "cat": (0.3, 0.25),
    "dog": (0.5, 0.4),
    "horse": (1.7, 0.2),
    "sheep": (0.85, 0.25),
    "cow": (1.45, 0.2),
    "elephant": (2.8, 0.25),
    "bear": (1.1, 0.4),
    "zebra": (1.45, 0.15),
    "giraffe": (4.6, 0.2),
    "backpack": (0.48, 0.25),
    "suitcase": (0.65, 0.25),
    "bottle": (0.26, 0.25),
    "wine glass": (0.2, 0.2),
    "cup": (0.1, 0.25),
    "bowl": (0.08, 0.35),
    "apple": (0.075, 0.15),
    "orange": (0.075, 0.15),
    "chair": (0.9, 0.2),
    "couch": (0.85, 0.2),
    "potted plant": (0.45, 0.6),
    "bed": (0.7, 0.35),
    "dining table": (0.75, 0.15),
    "toilet": (0.75, 0.15),
    "laptop": (0.23, 0.2),
    "microwave": (0.3, 0.2),
    "oven": (0.9, 0.15),
    "toaster": (0.2, 0.2),
    "refrigerator": (1.7, 0.2),
    "vase": (0.28, 0.4),
    "teddy bear": (0.3, 0.5),
}


@dataclass(frozen=True)
class Height:
    """How high a thing is.

    Args:
        metres: The most likely height.
        spread: Standard deviation of its natural logarithm; 0.2 is about 20 %.
    """

    metres: float
    spread: float


def usual_height(name: str) -> Height | None:
    """Return how high what a name means usually stands; None where names tell nothing or several things.

    Args:
        name: A word or phrase, such as "cup", "mugs" or "wine glass".
    """
    known = _COMMON.get(kind_of(name) or "")
    return Height(*known) if known else None


def kind_of(name: str) -> str | None:
    """Return which of the 80 COCO nouns a name means; None where it means none of them or several."""
    found = {thing for things in names_in(name).values() for thing in things}
    return found.pop() if len(found) == 1 else None
