"""Engines as data: what can do a task, at which tier, and why it can or cannot run here.

An engine is one file in an `engines/` folder with `SPECS = (EngineSpec(...),)` and a lazy `load`.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from shared.discovery import declared
from shared.errors import EngineUnavailable, PromptError
from shared.prompts import Prompt, Prompts

Tier = Literal["official", "open", "embedded"]
Task = Literal["segment", "separate", "lift", "estimate", "listen"]
TIERS: tuple[Tier, ...] = ("official", "open", "embedded")


@dataclass(frozen=True)
class Missing:
    """Why an engine cannot run here, and what would change that.

    Args:
        reason: One sentence.
        cure: One sentence, such as a command; may be empty.
        download: Name for `segstudio models get`, when a download is what is missing.
    """

    reason: str
    cure: str = ""
    download: str = ""


def present() -> Missing | None:
    """Say of what needs nothing that nothing is missing."""
    return None


@dataclass(frozen=True)
class EngineSpec:
    """One engine, without loading it.

    Args:
        id: Short lower-case name, unique within the suite: "graphcut".
        task: The verb it serves.
        tier: official, open or embedded.
        title: What a person calls it.
        summary: One sentence: how it works and what it is good for.
        accepts: Prompt kinds that it understands.
        licence: Licence of code and weights, SPDX where there is one.
        version: Version of method or weights, for the manifest.
        load: Makes the engine on a device ("cpu", "cuda", "mps"); slow imports belong in it.
        missing: Says why it cannot run here without importing anything heavy; None when it can.
        weights: Rows of the weights table that it uses.
        concepts: Names that its text prompts are limited to; None when any text is understood.
        default: Whether it is the default of its tier and task (or, for concepts, of those names); the
            embedded tier has exactly one a task.
        model: Name in `shared.hub.MODELS` of the weights that it runs on, when they are downloaded.
        least_rate_hz: For sound: the lowest sample rate that it can work at.
        origin: Says where weights that are not shipped come from (repository, revision, sha256), for
            the manifest.
    """

    id: str
    task: Task
    tier: Tier
    title: str
    summary: str
    accepts: frozenset[type[Prompt]]
    licence: str
    version: str
    load: Callable[[str], Any]
    missing: Callable[[], Missing | None] = present
    weights: tuple[str, ...] = ()
    concepts: tuple[str, ...] | None = None
    default: bool = False
    model: str = ""
    least_rate_hz: int = 1
    origin: Callable[[], dict[str, Any]] | None = None

    def understands(self, prompts: Prompts) -> bool:
        """Whether every prompt is of a kind that this engine accepts."""
        return all(type(prompt) in self.accepts for prompt in prompts)


@dataclass(frozen=True)
class Chosen:
    """An engine that will do the work, and why it was taken."""

    spec: EngineSpec
    why: str


def engines(package: str) -> tuple[EngineSpec, ...]:
    """List the engines of a folder such as "sam_3d.engines": official first, then open, embedded."""
    specs: Iterable[EngineSpec] = declared(package, "SPECS")
    return tuple(sorted(specs, key=lambda s: (TIERS.index(s.tier), not s.default, -len(s.accepts), s.id)))


def choose(specs: Iterable[EngineSpec], prompts: Prompts, engine: str = "auto") -> Chosen:
    """Choose the engine for these prompts: the one named, or the best that is already here.

    "auto" takes official, then open, then embedded, of those that can run on this machine now and
    understand every prompt; it never downloads.

    Args:
        specs: Engines of one task, as `engines` lists them.
        prompts: What the user gave.
        engine: "auto" or an engine id.

    Raises:
        EngineUnavailable: The named engine is unknown or cannot run here.
        PromptError: The engine does not understand a prompt; names who would.
    """
    specs = tuple(specs)
    if engine != "auto":
        return Chosen(_named(specs, prompts, engine), f"{engine} was asked for")
    able = [spec for spec in specs if spec.understands(prompts)]
    here = [spec for spec in able if spec.missing() is None]
    if not here:
        raise _not_understood(specs, prompts)
    best = here[0]
    better = [s.id for s in specs[: specs.index(best)]]
    why = f"best engine on this machine ({best.tier})"
    return Chosen(best, f"{why}; {_why_not(specs, prompts, better)}" if better else why)


def _named(specs: tuple[EngineSpec, ...], prompts: Prompts, engine: str) -> EngineSpec:
    found = {spec.id: spec for spec in specs}.get(engine)
    if found is None:
        names = ", ".join(spec.id for spec in specs)
        raise EngineUnavailable(
            f"There is no engine {engine!r} for this task.", f"Choose auto or one of {names}."
        )
    if missing := found.missing():
        raise EngineUnavailable(f"{found.title} cannot run here: {missing.reason}", missing.cure)
    if not found.understands(prompts):
        raise _not_understood(specs, prompts, found)
    return found


def _not_understood(
    specs: tuple[EngineSpec, ...], prompts: Prompts, wanted: EngineSpec | None = None
) -> PromptError:
    kinds = sorted({prompt.kind for prompt in prompts})
    able = [spec for spec in specs if spec.understands(prompts)]
    who = wanted.title if wanted else "No engine that can run here"
    verb = "does not understand" if wanted else "understands"
    offers = "; ".join(f"{s.id} would ({_state(s)})" for s in able) or "no engine of the suite does"
    return PromptError(
        f"{who} {verb} prompts of the kind {' + '.join(kinds) or 'none'}.",
        f"{offers[0].upper()}{offers[1:]}.",
    )


def _state(spec: EngineSpec) -> str:
    missing = spec.missing()
    return f"{missing.reason} {missing.cure}".strip() if missing else "it is here: choose it or auto"


def _why_not(specs: tuple[EngineSpec, ...], prompts: Prompts, ids: list[str]) -> str:
    passed = [spec for spec in specs if spec.id in ids]
    away = [spec.id for spec in passed if spec.missing()]
    deaf = [spec.id for spec in passed if spec.id not in away and not spec.understands(prompts)]
    parts = [f"not on this machine: {', '.join(away)}"] if away else []
    parts += [f"not for these prompts: {', '.join(deaf)}"] if deaf else []
    return "; ".join(parts)


_loading = threading.RLock()


def loaded(spec: EngineSpec, device: str = "") -> Any:
    """Return the engine, loaded once a process and device.

    Args:
        spec: The engine.
        device: "cpu", "cuda" or "mps"; the best one present when empty (embedded engines: "cpu").
    """
    device = device or ("cpu" if spec.tier == "embedded" else best_device())
    with _loading:
        return _load_once(spec, device)


@cache
def _load_once(spec: EngineSpec, device: str) -> Any:
    return spec.load(device)


def best_device() -> str:
    """Return "cuda", "mps" or "cpu": the fastest that torch can use here."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
