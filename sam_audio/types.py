"""What a separation is: the mix, one or more stems taken from it, and what is left."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from shared.encoders.audio import Block
from shared.errors import InputError
from shared.media import AudioSource, Waveform
from shared.progress import Progress
from shared.prompts import Prompts
from shared.registry import Chosen

SUM_LIMIT = 10 ** (-90 / 20)  # stems and residual give back the mix to −90 dBFS


Take = Callable[[Iterator[Block]], Iterator[Block]]
"""Turns (C, T) float32 blocks, T of any size, into the wanted sound alone: as many frames, in time with them,
in bounded memory. May have `facts: dict` and `warnings: list[str]`, read when its stream has ended."""


class ConceptEngine(Protocol):
    """What an engine loads to that takes sounds out by name.

    With an attribute `competing = True` it also takes `others` (names of other sounds in the mix) and
    `strength` (0..2, how strictly those are kept out) as keywords. Its stream may have `facts: dict` and
    `warnings: list[str]`, read when it has ended. With a method `stream_all(blocks, sample_rate_hz, *,
    concepts)` that yields one block a concept at a time, all its names of a run are taken in one pass.
    """

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, *, concept: str) -> Iterator[Block]:
        """Yield the wanted sound alone.

        Args:
            blocks: (C, T) float32, T of any size.
            sample_rate_hz: Of input and output.
            concept: One of the engine's concepts.

        Yields:
            (C, T) float32: in all as many frames as came in, in time with them, in bounded memory.
        """
        ...


class PromptEngine(Protocol):
    """What an engine loads to that takes sounds out by place, example, reference or free words."""

    def prepare(self, mix: AudioSource, prompts: Prompts, progress: Progress) -> Take:
        """Listen to the mix as far as needed, and return what takes out the sound that the prompts name.

        Args:
            mix: The whole recording; may be read several times, block by block.
            prompts: All of kinds that the engine accepts.
            progress: Where to report and when to stop.

        Raises:
            PromptError: The prompts do not fit this recording.
        """
        ...


@dataclass(frozen=True, eq=False)
class Stem:
    """One sound taken out of a mix.

    Args:
        name: What it is: the prompt's words, or "residual".
        sound: The sound alone.
        concept: The name that the engine separated; the kind of prompt where it was not a name.
        chosen: The engine, and why it was taken; None for the residual.

    Raises:
        InputError: The name is empty.
    """

    name: str
    sound: Waveform
    concept: str = ""
    chosen: Chosen | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InputError("A stem wants a name.")


@dataclass(frozen=True, eq=False)
class Separation:
    """A mix and its parts, which add up to it.

    Args:
        mix: The input.
        targets: One stem a prompt, in the order of the prompts.
        residual: What is left of the mix without the targets.

    Raises:
        InputError: No target; another length, rate or number of channels; parts that do not add up.
    """

    mix: Waveform
    targets: tuple[Stem, ...]
    residual: Stem

    def __post_init__(self) -> None:
        object.__setattr__(self, "targets", tuple(self.targets))
        if not self.targets:
            raise InputError("A separation wants at least one target.")
        want = (self.mix.samples.shape, self.mix.sample_rate_hz)
        for stem in (*self.targets, self.residual):
            found = (stem.sound.samples.shape, stem.sound.sample_rate_hz)
            if found != want:
                raise InputError(f"The stem {stem.name!r} has shape and rate {found}, the mix has {want}.")
        if (error := self.sum_error) > SUM_LIMIT:
            level_db = 20 * np.log10(error)
            raise InputError(f"The stems miss the mix by {level_db:.1f} dBFS; at most −90 dBFS is allowed.")

    @property
    def target(self) -> Stem:
        """The first target."""
        return self.targets[0]

    @property
    def stems(self) -> tuple[Stem, ...]:
        """All targets, then the residual."""
        return (*self.targets, self.residual)

    @cached_property
    def sum_error(self) -> float:
        """Largest difference between a sample of the mix and the sum of all stems, full scale = 1."""
        total = sum(stem.sound.samples for stem in self.stems)
        return float(np.abs(total - self.mix.samples).max())
