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
class _Stage:
    """Parts that one engine takes out together, prepared.

    Args:
        parts: At least one.
        take: Gives one block a part at a time.
        workers: Who tells about the work.
    """

    parts: tuple[Part, ...]
    take: Callable[[Iterator[Block]], Iterator[tuple[Block, ...]]]
    workers: list[Any] = field(default_factory=list)


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

    def hear(self, stages: Iterable[_Stage]) -> None:
        """Note what streams and `Take`s know: their `facts` and `warnings`, when they have them."""
        for stage in stages:
            for worker in stage.workers:
                self.facts.setdefault(stage.parts[0].text, {}).update(getattr(worker, "facts", {}))
                self.warnings.extend(getattr(worker, "warnings", ()))


def pieces(
    source: AudioSource, plan: Plan, progress: Progress, *, found: Found | None = None
) -> Iterator[dict[str, Block]]:
    """Yield blocks of the "mix", of each stem by its slug, and of the "residual", in time with one another.

    Args:
        source: The mix.
        plan: What to take out of it.
        progress: Where to report and when to stop.
        found: Is filled with what the engines tell.
    """
    progress.step(0.0, "load the engines")
    cascade = _Cascade(source, plan)
    stages = cascade.stages(progress.within(0.0, LISTENING / 2))
    gate = cascade.gate(progress.within(LISTENING / 2, LISTENING))
    progress = progress.within(LISTENING, 1.0) if cascade.listens else progress
    words = "separate " + " and ".join(part.text for part in plan.targets)
    mix, stems = Fifo(), {part.slug: Fifo() for part in plan.targets}
    rest = tapped(_stoppable(source.blocks(BLOCK_FRAMES), progress), mix)
    dropped = Fifo()
    for stage in stages:
        gates = [gate if part.wanted else iter for part in stage.parts]
        rest = left_over(rest, stage.take, gates, [stems.get(part.slug, dropped) for part in stage.parts])
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
        progress.step(done / source.frames, words)
    if found is not None:
        found.hear([*stages, cascade.gate_stage])


def _stoppable(blocks: Iterator[Block], progress: Progress) -> Iterator[Block]:
    """Stop the reading too: an engine may read much before it gives a first answer."""
    for block in blocks:
        progress.check()
        yield block


def _residual(mix: Block, stems: dict[str, Block]) -> Block:
    left = mix.astype(np.float32)
    for stem in stems.values():
        left = left - stem
    return left


class _Cascade:
    """Prepares the stages of a plan; engines that must know the whole recording listen to it first."""

    def __init__(self, source: AudioSource, plan: Plan) -> None:
        self._source = source
        self._plan = plan
        self.listens = plan.gate is not None or any(part.prompts for part in plan.cascade)
        self.gate_stage = _Stage(plan.targets, _alone(iter))

    def stages(self, progress: Progress) -> list[_Stage]:
        """Return the stages in the order of the cascade."""
        groups = _groups(self._plan.cascade)
        parts = len(groups)
        return [
            self._stage(group, progress.within(place / parts, (place + 1) / parts))
            for place, group in enumerate(groups)
        ]

    def gate(self, progress: Progress) -> Take:
        """Return what every stem passes."""
        if self._plan.gate is None:
            return iter
        engine, options = loaded(self._plan.gate.spec), {}
        if self._plan.drawn and getattr(engine, "weighs_background", False):
            options["foreground"] = self._plan.foreground
        take: Take = engine.prepare(self._source, self._plan.gates, progress, **options)
        self.gate_stage.workers.append(take)
        return take

    def _stage(self, parts: tuple[Part, ...], progress: Progress) -> _Stage:
        part, workers = parts[0], []
        if part.chosen is None:
            return _Stage(parts, _alone(iter))
        if part.prompts:
            return _Stage(parts, _alone(self._asked(part.chosen, part.prompts, progress, workers)), workers)
        engine = loaded(part.chosen.spec)
        options: dict[str, Any] = {"sample_rate_hz": self._source.sample_rate_hz}
        if getattr(engine, "interruptible", False):
            options["progress"] = progress
        if len(parts) > 1:
            names = tuple(part.concept for part in parts)
            return _Stage(parts, partial(engine.stream_all, concepts=names, **options), workers)
        stream = partial(engine.stream, concept=part.concept, **options, **self._contest(engine, part))
        return _Stage(parts, _alone(_watched(stream, workers)), workers)

    def _contest(self, engine: Any, part: Part) -> dict[str, Any]:
        """Return the other names, for an engine that weighs them against one another."""
        if not getattr(engine, "competing", False):
            return {}
        every = (*self._plan.targets, *self._plan.removals)
        others = tuple(other.concept for other in every if other is not part and _named(other))
        return {"others": others, "strength": self._plan.strength}

    def _asked(self, chosen: Chosen, prompts: Prompts, progress: Progress, workers: list[Any]) -> Take:
        """Let an engine of prompts listen, and return what takes its sound out."""
        take: Take = loaded(chosen.spec).prepare(self._source, prompts, progress)
        workers.append(take)
        return take


def _named(part: Part) -> bool:
    return part.chosen is not None and not part.prompts


def _groups(cascade: tuple[Part, ...]) -> list[tuple[Part, ...]]:
    """Put names together that one engine takes out in one pass, at the place of the first of them."""
    groups: dict[Any, list[Part]] = {}
    for part in cascade:
        together = _named(part) and part.chosen and hasattr(loaded(part.chosen.spec), "stream_all")
        groups.setdefault(part.chosen.spec.id if together and part.chosen else id(part), []).append(part)
    return [tuple(group) for group in groups.values()]


def _alone(take: Take) -> Callable[[Iterator[Block]], Iterator[tuple[Block, ...]]]:
    return lambda blocks: ((block,) for block in take(blocks))


def _watched(stream: Callable[..., Iterator[Block]], workers: list[Any]) -> Take:
    """Remember the stream itself, which may know something when it has ended."""

    def take(blocks: Iterator[Block]) -> Iterator[Block]:
        made = stream(blocks)
        workers.append(made)
        return made

    return take
