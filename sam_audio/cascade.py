"""Run a plan over sound: each engine takes its part out of what the ones before it have left.

Stems never share sound, whatever the order of the prompts, and all of them with the residual add up to the
mix. Gates come after each engine: what a gate refuses goes back to the rest, where later engines find it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from sam_audio.planning import Part, Plan
from sam_audio.streaming import BLOCK_FRAMES, Fifo, left_over, tapped
from sam_audio.types import Take
from shared.encoders.audio import Block
from shared.media import AudioSource
from shared.memory import give_back
from shared.progress import Progress
from shared.prompts import Prompts
from shared.registry import Chosen, loaded

RESIDUAL = "residual"
SWEEP_FRAMES = 250_000  # of sound between two returns of freed memory
LISTENING = 0.1  # share of the work that engines have which listen to the whole recording first


@dataclass(frozen=True)
class _Ready:
    """A part, prepared: what takes its sound out of a stream, and who tells about it."""

    part: Part
    take: Take
    workers: list[Any]


@dataclass
class Found:
    """What engines tell about their work, complete when all pieces were read.

    Args:
        facts: By part text: numbers such as an offset or a confidence (JSON).
        warnings: Sentences a user should read.
    """

    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def of(self, part: Part) -> dict[str, Any]:
        """Return what is known of a part."""
        return self.facts.get(part.text, {})

    def hear(self, ready: Iterable[_Ready]) -> None:
        """Note what streams and `Take`s know: their `facts` and `warnings`, when they have them."""
        for item in ready:
            for worker in item.workers:
                self.facts.setdefault(item.part.text, {}).update(getattr(worker, "facts", {}))
                self.warnings.extend(getattr(worker, "warnings", ()))


def pieces(
    source: AudioSource, plan: Plan, progress: Progress, *, strength: float = 1.0, found: Found | None = None
) -> Iterator[dict[str, Block]]:
    """Yield blocks of the "mix", of each stem by its slug, and of the "residual", in time with one another.

    Args:
        source: The mix.
        plan: What to take out of it.
        progress: Where to report and when to stop.
        strength: How strictly engines that compare sounds keep the others out, 0..2.
        found: Is filled with what the engines tell.
    """
    ready = _prepared(source, plan, strength, progress)
    stage = "separate " + " and ".join(part.text for part in plan.targets)
    mix = Fifo()
    rest = tapped(source.blocks(BLOCK_FRAMES), mix)
    stems: dict[str, Fifo] = {part.slug: Fifo() for part in plan.targets}
    dropped = Fifo()
    for item in ready:
        fifo = stems[item.part.slug] if item.part.wanted else dropped
        rest = left_over(rest, item.take, fifo)
    done = unswept = 0
    for left in rest:
        count = left.shape[1]
        whole = mix.take(count)
        piece = {slug: fifo.take(count) for slug, fifo in stems.items()}
        dropped.clear()
        yield {"mix": whole, **piece, RESIDUAL: _residual(whole, piece)}
        done += count
        unswept += count
        if unswept >= SWEEP_FRAMES:
            give_back()
            unswept = 0
        progress.step(done / source.frames, stage)
    if found is not None:
        found.hear(ready)


def _residual(mix: Block, stems: dict[str, Block]) -> Block:
    left = mix.astype(np.float32)
    for stem in stems.values():
        left = left - stem
    return left


def _prepared(source: AudioSource, plan: Plan, strength: float, progress: Progress) -> list[_Ready]:
    """Load the engines and let those that must know the whole recording first listen to it."""
    progress.step(0.0, "load the engines")
    parts = plan.cascade
    listening = progress.within(0.0, LISTENING)
    ready = []
    for place, part in enumerate(parts):
        share = listening.within(place / len(parts), (place + 1) / len(parts))
        ready.append(_ready(source, plan, part, strength, share))
    return ready


def _ready(source: AudioSource, plan: Plan, part: Part, strength: float, progress: Progress) -> _Ready:
    workers: list[Any] = []
    take = _everything
    if part.chosen is not None:
        take = _taker(source, plan, part, part.chosen, strength, progress, workers)
    if plan.gate is not None and part.wanted:
        take = _gated(take, _asked(source, plan.gate, plan.gates, progress, workers))
    return _Ready(part, take, workers)


def _taker(
    source: AudioSource,
    plan: Plan,
    part: Part,
    chosen: Chosen,
    strength: float,
    progress: Progress,
    workers: list[Any],
) -> Take:
    if part.prompts:
        return _asked(source, chosen, part.prompts, progress, workers)
    engine = loaded(chosen.spec)
    options: dict[str, Any] = {}
    if getattr(engine, "competing", False):
        others = (p.concept for p in (*plan.targets, *plan.removals) if p is not part and not p.prompts)
        options = {"others": tuple(others), "strength": strength}
    stream = partial(engine.stream, sample_rate_hz=source.sample_rate_hz, concept=part.concept, **options)
    return _watched(stream, workers)


def _asked(
    source: AudioSource, chosen: Chosen, prompts: Prompts, progress: Progress, workers: list[Any]
) -> Take:
    """Let an engine of prompts listen, and return what takes its sound out."""
    take: Take = loaded(chosen.spec).prepare(source, prompts, progress)
    workers.append(take)
    return take


def _watched(stream: Callable[..., Iterator[Block]], workers: list[Any]) -> Take:
    """Remember the stream itself, which may know something when it has ended."""

    def take(blocks: Iterator[Block]) -> Iterator[Block]:
        made = stream(blocks)
        workers.append(made)
        return made

    return take


def _everything(blocks: Iterator[Block]) -> Iterator[Block]:
    return blocks


def _gated(take: Take, gate: Take) -> Take:
    return lambda blocks: gate(take(blocks))
