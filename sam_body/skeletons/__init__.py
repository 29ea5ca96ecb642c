"""Rigs by name. Each is the skeleton of the baked body under the bone names that a tool expects."""

from dataclasses import dataclass

from shared.discovery import declared
from shared.errors import InputError

FINGERS = ("thumb", "index", "middle", "ring", "pinky")


@dataclass(frozen=True)
class Skeleton:
    """Names of one rig.

    Args:
        name: What the user asks for: "mixamo".
        title: What a person calls it.
        names: Bone of the baked skeleton to its name in this rig. A bone that is left out is not in
            the rig; only the root on the floor may be (it moves no vertex).
    """

    name: str
    title: str
    names: dict[str, str]


def skeletons() -> tuple[Skeleton, ...]:
    """List all rigs, one module each in this folder."""
    return declared("sam_body.skeletons", "SKELETONS")


def skeleton(name: str) -> Skeleton:
    """Return the rig of this name.

    Raises:
        InputError: There is none; names those there are.
    """
    known = {s.name: s for s in skeletons()}
    if name not in known:
        raise InputError(f"There is no rig {name!r}.", f"Choose from {', '.join(known)}.")
    return known[name]
