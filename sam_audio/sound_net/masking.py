"""Masks of named sounds, window by window: the net's answers, weighed against competitors and cross-faded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from sam_audio.sound_net.bands import FRAMES_A_COLUMN, features, widened
from sam_audio.sound_net.table import Table
from shared.encoders.audio import Block, Frames

WINDOW_FRAMES = 256  # 4.1 s, as in training
CROSS_FADE_FRAMES = 64  # 1 s
MOST_DETECTED = 3  # competitors that are not named but heard
# A net that is unsure opens too little: of exponents from 0.4 to 2, those near a half did best on unseen
# sounds.
SOFTNESS = 0.6
LEAST_SHARE = 1e-4  # of a mask, where none of them opens


class Net(Protocol):
    """The two halves of the net."""

    def listen(self, seen: Block) -> tuple[dict[str, Any], Block]:
        """Return maps for `masks`, and the presence of every class a column, of features (128, F)."""
        ...

    def masks(self, maps: dict[str, Any], which: Sequence[int]) -> Block:
        """Return (K, F, 128) masks in 0..1 of the classes by their numbers."""
        ...


@dataclass
class Heard:
    """What was heard of the wanted sound, column by column, and which competitors were weighed."""

    presence: list[Block] = field(default_factory=list)
    rivals: set[str] = field(default_factory=set)

    def confidence(self) -> float:
        """Return how sure it is that the sound is there: the presence in its clearest tenth, 0..1."""
        if not self.presence:
            return 0.0
        columns = np.sort(np.concatenate(self.presence))
        return float(columns[-max(1, len(columns) // 10) :].mean())


class Masker:
    """Makes the masks of one run.

    Args:
        net: Both halves.
        table: The classes.
        concept: The wanted class.
        others: Competitors by name; those that the net does not know are left out.
        strength: 0 leaves competitors out, 1 divides by them, 2 keeps them out more strictly.
    """

    def __init__(self, net: Net, table: Table, concept: str, others: Sequence[str], strength: float) -> None:
        self._net, self._table, self._strength = net, table, strength
        self.concept, self._place = concept, table.names.index(concept)
        self._named = tuple(o for o in others if o in table.names and table.compete(concept, o))
        self.heard = Heard()

    def window(self, power: Block) -> Block:
        """Return the mask of a window, (F, 128), of its bins' power (F, bins)."""
        count = len(power)
        room = -count % FRAMES_A_COLUMN
        seen = np.pad(features(power), ((0, 0), (0, room)), mode="edge")
        maps, presence = self._net.listen(seen)
        rivals = self._rivals(presence)
        which = [self._place, *(self._table.names.index(name) for name in rivals)]
        masks = self._net.masks(maps, which)[:, :count]
        self.heard.presence.append(presence[:, self._place])
        self.heard.rivals.update(rivals)
        return contested(masks[0], masks[1:], self._strength)

    def _rivals(self, presence: Block) -> tuple[str, ...]:
        """Return the named competitors and the most present other classes of this window."""
        if self._strength == 0:
            return ()
        loud = presence.mean(0)
        heard = [
            name
            for name, level in sorted(zip(self._table.names, loud, strict=True), key=lambda pair: -pair[1])
            if level >= self._table.heard.get(name, 1.0) and self._table.compete(self.concept, name)
        ]
        return tuple(dict.fromkeys((*self._named, *heard[:MOST_DETECTED])))


def contested(mask: Block, rivals: Block, strength: float) -> Block:
    """Turn the net's mask into the one that is used: softened, or its share beside competitors.

    Args:
        mask: (F, 128) of the wanted sound.
        rivals: (K, F, 128) of competitors; none leaves the softened mask.
        strength: 0 leaves competitors out, 1 divides the mask by the sum of all, up to 2 weighs them more.
    """
    soft = mask**SOFTNESS
    if not len(rivals) or strength == 0:
        return soft
    share = mask / (mask + max(strength, 1.0) ** 2 * rivals.sum(0) + LEAST_SHARE)
    return soft + min(strength, 1.0) * (share - soft)


def masked(frames: Iterator[Frames], masker: Masker) -> Iterator[Frames]:
    """Mask (C, F, bins) frames; windows overlap and their masks are cross-faded.

    The mask is made from the mean power of the channels and lies on each of them alike. The last window
    reaches back so that it is as long as the others.
    """
    waiting = _Waiting()
    before: Block | None = None
    step = WINDOW_FRAMES - CROSS_FADE_FRAMES
    for block in frames:
        waiting.put(block)
        while waiting.ahead >= WINDOW_FRAMES + 1:  # more follows: the last window is cut another way
            mask = faded(before, masker.window(waiting.power(0, WINDOW_FRAMES)))
            yield _applied(waiting.take(step), mask[:step])
            before = mask[step:]
    if waiting.ahead:
        count = waiting.ahead
        back = min(waiting.behind, WINDOW_FRAMES - count)
        mask = faded(before, masker.window(waiting.power(-back, count))[back:])
        yield _applied(waiting.take(count), mask)


def _applied(frames: Frames, mask: Block) -> Frames:
    return frames * widened(mask, frames.shape[2])


def faded(before: Block | None, mask: Block) -> Block:
    """Blend the start of a window's mask with the end of the one before it."""
    if before is None:
        return mask
    count = min(len(before), len(mask))
    weight = np.linspace(0, 1, CROSS_FADE_FRAMES + 2, dtype=np.float32)[1 : count + 1, None]
    mask = mask.copy()
    mask[:count] = before[:count] * (1 - weight) + mask[:count] * weight
    return mask


class _Waiting:
    """Frames that wait for their mask, and the power of some that have gone."""

    def __init__(self) -> None:
        self._frames: list[Frames] = []
        self._power: list[Block] = []
        self.ahead = self.behind = 0

    def put(self, block: Frames) -> None:
        self._frames.append(block)
        self._power.append((block.real**2 + block.imag**2).mean(0, dtype=np.float32))
        self.ahead += block.shape[1]

    def power(self, start: int, stop: int) -> Block:
        """Return power of the frames start..stop, counted from the first that waits."""
        joined = np.concatenate(self._power)
        self._power = [joined]
        return joined[self.behind + start : self.behind + stop]

    def take(self, count: int) -> Frames:
        joined = np.concatenate(self._frames, axis=1)
        self._frames = [joined[:, count:].copy()]
        self.ahead -= count
        past = min(self.behind + count, WINDOW_FRAMES)
        power = np.concatenate(self._power)
        self._power = [power[self.behind + count - past :].copy()]
        self.behind = past
        return joined[:, :count]
