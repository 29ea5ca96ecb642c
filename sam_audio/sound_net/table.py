"""What the shipped sound net knows: its classes, which of them are offered, and how well they did."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from shared import weights

FILE = "sound_net.json"


@dataclass(frozen=True)
class Offered:
    """One class that is offered by name.

    Args:
        id: Concept id.
        gain_db: Mean SI-SDR improvement on recordings that were never trained on, name alone.
        contested_db: The same with the other sound's name given.
        recordings: How many unseen recordings were asked for.
    """

    id: str
    gain_db: float
    contested_db: float
    recordings: int


@dataclass(frozen=True)
class Table:
    """The net's classes in the order of its outputs.

    Args:
        names: All trained classes.
        offered: Those good enough to be asked for, by id.
        alike: Groups of classes too much alike to compete with one another.
        heard: Presence from which a class counts as being there, by id.
        sure: Presence from which a result is trusted.
    """

    names: tuple[str, ...]
    offered: dict[str, Offered]
    alike: tuple[frozenset[str], ...]
    heard: dict[str, float]
    sure: float

    def compete(self, first: str, second: str) -> bool:
        """Whether two classes are unlike enough to be weighed against one another."""
        return first != second and not any(first in group and second in group for group in self.alike)


@cache
def table() -> Table:
    """Read the table that is shipped beside the weights (unchecked: the engines folder asks for it early)."""
    return parsed(json.loads((weights.FOLDER / FILE).read_text("utf8")))


def parsed(stored: dict[str, Any]) -> Table:
    """Return the table that a JSON file holds."""
    return Table(
        names=tuple(stored["names"]),
        offered={row["id"]: Offered(**row) for row in stored["offered"]},
        alike=tuple(frozenset(group) for group in stored["alike"]),
        heard=dict(stored["heard"]),
        sure=float(stored["sure"]),
    )
