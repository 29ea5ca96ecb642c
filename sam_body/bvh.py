"""Read motion from a BVH file, strictly: what is missing or too much is named with its line."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError

Array = NDArray[np.float64]

MAX_FRAMES = 100_000
_CHANNELS = tuple(f"{axis}{kind}" for kind in ("position", "rotation") for axis in "XYZ")


@dataclass(frozen=True, eq=False)
class Clip:
    """A skeleton of some tool and its motion, in the file's own axes and unit.

    Args:
        names: J joints, parents first.
        parents: (J,) int64, −1 for the root.
        offsets: (J, 3) from the parent at rest.
        ends: (J, 3) from the joint to its end site; zero where it has none.
        turns: (N, J, 3, 3) local rotations.
        places: (N, 3) position channels of the root; its offset where it has none.
        frame_s: Seconds a frame.
    """

    names: tuple[str, ...]
    parents: NDArray[np.int64]
    offsets: Array
    ends: Array
    turns: Array
    places: Array
    frame_s: float

    def world_turns(self) -> Array:
        """(N, J, 3, 3) rotations from rest to each frame, file axes."""
        total = np.empty_like(self.turns)
        for j, parent in enumerate(self.parents):
            total[:, j] = self.turns[:, j] if parent < 0 else total[:, parent] @ self.turns[:, j]
        return total

    def joints(self, total: Array) -> Array:
        """(N, J, 3) positions, file axes and unit."""
        found = np.empty((len(total), len(self.names), 3))
        for j, parent in enumerate(self.parents):
            found[:, j] = self.places if parent < 0 else found[:, parent] + total[:, parent] @ self.offsets[j]
        return found

    def rest_joints(self) -> Array:
        """(J, 3) positions with all rotations zero, the root at the origin."""
        found = np.zeros((len(self.names), 3))
        for j, parent in enumerate(self.parents):
            if parent >= 0:
                found[j] = found[parent] + self.offsets[j]
        return found


def read_bvh(path: str | Path) -> Clip:
    """Read one file.

    Raises:
        InputError: The file cannot be read or is no sound BVH; says where.
    """
    path = Path(path)
    try:
        text = path.read_text("utf8", errors="strict")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Cannot read {path.name} as BVH: {error}.", "Give a BVH text file.") from error
    return _Reader(text, path.name).clip()


def _short(word: str) -> str:
    return repr(word if len(word) <= 24 else f"{word[:24]}…")


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self.words = [(word, n) for n, line in enumerate(text.splitlines(), 1) for word in line.split()]
        self.place, self.name = 0, name
        self.names: list[str] = []
        self.parents: list[int] = []
        self.offsets: list[Array] = []
        self.ends: list[Array] = []
        self.channels: list[list[str]] = []

    def wrong(self, what: str, cure: str = "Export the motion again as BVH.") -> InputError:
        line = self.words[min(self.place, len(self.words)) - 1][1] if self.words else 1
        return InputError(f"{self.name}, line {line}: {what}.", cure)

    def word(self) -> str:
        if self.place >= len(self.words):
            raise self.wrong("the file ends too early")
        self.place += 1
        return self.words[self.place - 1][0]

    def expect(self, *wanted: str) -> None:
        for want in wanted:
            if (came := self.word()).upper() != want.upper():
                raise self.wrong(f"expected {want}, but found {_short(came)}")

    def number(self) -> float:
        word = self.word()
        try:
            value = float(word)
        except ValueError:
            raise self.wrong(f"expected a number, but found {_short(word)}") from None
        if not np.isfinite(value):
            raise self.wrong(f"{word} is no finite number")
        return value

    def vector(self) -> Array:
        return np.array([self.number() for _ in range(3)])

    def clip(self) -> Clip:
        self.expect("HIERARCHY", "ROOT")
        self.joint(-1)
        self.expect("MOTION", "Frames:")
        count = int(self.number())
        self.expect("Frame", "Time:")
        frame_s = self.number()
        if not 1 <= count <= MAX_FRAMES:
            raise self.wrong(f"{count} frames; 1 to {MAX_FRAMES} can be read", "Export a clip with frames.")
        if not 1e-4 <= frame_s <= 10:
            raise self.wrong(f"a frame of {frame_s:g} seconds")
        if not any(name.endswith("rotation") for channels in self.channels for name in channels):
            raise self.wrong("no joint has a rotation channel", "Export the motion with joint rotations.")
        return self.moved(self.numbers(count), frame_s)

    def joint(self, parent: int) -> None:
        name, index = self.word(), len(self.names)
        if name in self.names:
            raise self.wrong(f"a second joint {name!r}", "Give each joint a name of its own.")
        self.names.append(name)
        self.parents.append(parent)
        self.ends.append(np.zeros(3))
        self.expect("{", "OFFSET")
        self.offsets.append(self.vector())
        self.expect("CHANNELS")
        self.channels.append([self.channel() for _ in range(int(self.number()))])
        while (word := self.word()) != "}":
            if word == "JOINT":
                self.joint(index)
            elif word == "End":
                self.expect("Site", "{", "OFFSET")
                self.ends[index] = self.vector()
                self.expect("}")
            else:
                raise self.wrong(f"expected JOINT, End Site or }}, but found {_short(word)}")

    def channel(self) -> str:
        name = self.word()
        if name not in _CHANNELS:
            raise self.wrong(f"there is no channel {name!r}", f"Channels are {', '.join(_CHANNELS)}.")
        return name

    def numbers(self, count: int) -> Array:
        wide = sum(map(len, self.channels))
        rest = [word for word, _ in self.words[self.place :]]
        if len(rest) != count * wide:
            raise self.wrong(
                f"{count} frames of {wide} channels want {count * wide} numbers, but {len(rest)} follow",
                "The file was cut or its frame count is wrong; export it again.",
            )
        try:
            values = np.array(rest, np.float64).reshape(count, wide)
        except ValueError as error:
            raise self.wrong(f"the motion holds something that is no number ({error})") from None
        if not np.isfinite(values).all():
            raise self.wrong("the motion holds numbers that are not finite")
        return values

    def moved(self, values: Array, frame_s: float) -> Clip:
        from scipy.spatial.transform import Rotation

        count, start = len(values), 0
        turns = np.tile(np.eye(3), (count, len(self.names), 1, 1))
        places = np.tile(self.offsets[0], (count, 1))
        for j, channels in enumerate(self.channels):
            part = values[:, start : start + len(channels)]
            start += len(channels)
            spins = [i for i, name in enumerate(channels) if name.endswith("rotation")]
            if spins:
                order = "".join(channels[i][0] for i in spins)
                if len(order) != len(set(order)):
                    raise self.wrong(f"joint {self.names[j]} turns twice about one axis")
                turns[:, j] = Rotation.from_euler(order, part[:, spins], degrees=True).as_matrix()
            for i, name in enumerate(channels):
                if j == 0 and name.endswith("position"):
                    places[:, "XYZ".index(name[0])] = part[:, i]
        return Clip(
            tuple(self.names), np.array(self.parents), np.array(self.offsets), np.array(self.ends),
            turns, places, frame_s,
        )  # fmt: skip
