"""Prompts that point at a place in a picture, in pixels."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from shared.arrays import frozen
from shared.errors import PromptError
from shared.prompt_fields import Prompt, checked_object_id, flag, positions, words

MAX_POINTS = 1000


@dataclass(frozen=True)
class Points(Prompt):
    """Clicks on one object.

    Args:
        xy_px: (column, row) each, in pixels of the original picture.
        keep: True for a click on the object, False for one beside it; as many as points.
        object_id: Which object of the picture they belong to, 0..255.
    """

    kind: ClassVar[str] = "points"
    xy_px: tuple[tuple[float, float], ...]
    keep: tuple[bool, ...]
    object_id: int = 0

    def __post_init__(self) -> None:
        xy, keep = positions(self), tuple(self.keep)
        if not 1 <= len(xy) <= MAX_POINTS or len(keep) != len(xy):
            raise PromptError(
                f"Points want 1 to {MAX_POINTS} positions with one keep flag each, "
                f"but got {len(xy)} positions and {len(keep)} flags."
            )
        if not all(isinstance(k, bool) for k in keep):
            raise PromptError(f"The keep flags of points want true or false, but got {keep!r}.")
        checked_object_id(self)
        object.__setattr__(self, "xy_px", xy)
        object.__setattr__(self, "keep", keep)


@dataclass(frozen=True)
class Box(Prompt):
    """A box around an object (keep) or around what is not meant; left, top, right, bottom in pixels."""

    kind: ClassVar[str] = "box"
    xyxy_px: tuple[float, float, float, float]
    keep: bool = True
    object_id: int = 0

    def __post_init__(self) -> None:
        try:
            left, top, right, bottom = (float(v) for v in self.xyxy_px)
        except (TypeError, ValueError):
            raise PromptError(f"A box wants four numbers, but got {self.xyxy_px!r}.") from None
        if not (np.isfinite([left, top, right, bottom]).all() and left < right and top < bottom):
            raise PromptError(
                f"A box wants left < right and top < bottom, but got {left:g},{top:g},{right:g},{bottom:g}."
            )
        flag(self)
        checked_object_id(self)
        object.__setattr__(self, "xyxy_px", (left, top, right, bottom))


@dataclass(frozen=True, eq=False)
class MaskHint(Prompt):
    """An earlier or hand-made mask of an object: alone it is taken as it is, with clicks they correct it.

    Args:
        mask: (H, W) bool, of the picture's own size.
        object_id: Which object of the picture it is of, 0..255.
        label: The object's name, 0..200 characters.
    """

    kind: ClassVar[str] = "mask"
    mask: NDArray[np.bool_]
    object_id: int = 0
    label: str = ""

    def __post_init__(self) -> None:
        mask = frozen("The mask", self.mask, np.bool_, (None, None))
        if not mask.any():
            raise PromptError("The mask is empty.", "Mark at least one pixel of the object.")
        checked_object_id(self)
        object.__setattr__(self, "mask", mask)
        object.__setattr__(self, "label", words(self.label) if self.label else "")


@dataclass(frozen=True)
class Choice(Prompt):
    """Which of the masks that the other prompts find are meant: by number, by score, or by both.

    Args:
        numbers: From 0, in the order in which they are found; None takes them all.
        least_score: 0..1; masks with a lower score are left out.
    """

    kind: ClassVar[str] = "choice"
    numbers: tuple[int, ...] | None = None
    least_score: float = 0.0

    def __post_init__(self) -> None:
        if self.numbers is not None:
            object.__setattr__(self, "numbers", _mask_numbers(self.numbers))
        score = self.least_score
        if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
            raise PromptError(f"The least score wants a number 0 to 1, but got {score!r}.")
        object.__setattr__(self, "least_score", float(score))


def _mask_numbers(given: Any) -> tuple[int, ...]:
    """Return numbers of masks without repeats, or refuse them."""
    if not isinstance(given, list | tuple) or not all(type(n) is int and n >= 0 for n in given):
        raise PromptError(f"Masks are chosen by whole numbers from 0, but got {given!r}.")
    if not given:
        raise PromptError("None of the masks is chosen.", "Tick at least one of them.")
    return tuple(dict.fromkeys(given))


@dataclass(frozen=True)
class Keypoints(Prompt):
    """What the user knows better about a person's joints; the names are those of `sam_body.observation`.

    Args:
        names: Joints that are placed by hand.
        xy_px: (column, row) of each, in pixels of the original picture.
        object_id: Which person of the picture, 0..255.
        hidden: Joints out of sight, whose place is to be guessed.
        nearer: Joints nearer to the camera than the joint before them, such as a wrist than its elbow.
        farther: Joints farther from the camera than the joint before them.
    """

    kind: ClassVar[str] = "keypoints"
    names: tuple[str, ...] = ()
    xy_px: tuple[tuple[float, float], ...] = ()
    object_id: int = 0
    hidden: tuple[str, ...] = ()
    nearer: tuple[str, ...] = ()
    farther: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        xy = positions(self)
        for field in ("names", "hidden", "nearer", "farther"):
            object.__setattr__(self, field, _joint_names(field, getattr(self, field)))
        told = (*self.names, *self.hidden, *self.nearer, *self.farther)
        if not told or len(self.names) != len(xy):
            raise PromptError(
                f"Keypoints want one position a name, but got {len(self.names)} names "
                f"and {len(xy)} positions."
            )
        for one, other in ((self.names, self.hidden), (self.nearer, self.farther)):
            if both := sorted(set(one) & set(other)):
                raise PromptError(
                    f"Keypoints say two things about {', '.join(both)}.",
                    "A joint is placed or hidden, and nearer or farther.",
                )
        checked_object_id(self)
        object.__setattr__(self, "xy_px", xy)


def _joint_names(field: str, given: Any) -> tuple[str, ...]:
    """Return a list of names as a tuple, or refuse it."""
    if not isinstance(given, list | tuple) or not all(isinstance(name, str) for name in given):
        raise PromptError(f"The {field} of keypoints want a list of joint names, but got {given!r}.")
    return tuple(given)
