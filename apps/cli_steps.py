"""The flags that add steps to a run, and the list of what can be added."""

import argparse
from collections.abc import Iterator
from typing import Any

from apps import recipes
from apps.task import STEP_FLAGS, TaskKind, tasks
from sam_audio.presets import preset, presets
from shared.chain import parse_step
from shared.discovery import declared
from shared.errors import InputError
from shared.params import Parameter, parameters

WITH_PRESETS = "EFFECTS"


def add_step_flags(parser: argparse.ArgumentParser, kind: TaskKind) -> None:
    """Add the flags for the steps of a task that takes some."""
    if not kind.chain:
        return
    flag, what = STEP_FLAGS[kind.chain[1]]
    place = "@START-END+…" if kind.chain[1] == WITH_PRESETS else ""
    parser.add_argument(
        flag, action="append", default=[], dest="steps", metavar=f"NAME:KEY=VALUE,…{place}", help=what
    )
    parser.add_argument("--chain", metavar="FILE", help="JSON list of steps")
    if kind.chain[1] == WITH_PRESETS:
        offer = ", ".join(presets())
        parser.add_argument(
            "--preset",
            action="append",
            default=[],
            dest="presets",
            metavar="NAME",
            help=f"ready chain, before --chain and {flag}: {offer}",
        )


def chain_of(parsed: argparse.Namespace) -> tuple[dict[str, Any], ...]:
    """Return the steps of a command: those of presets, then of the chain file, then of flags.

    Raises:
        InputError: There is no such preset, or file or flag are not steps.
    """
    if not parsed.kind.chain:
        return ()
    ready = [step for name in getattr(parsed, "presets", ()) for step in preset(name).steps]
    steps = recipes.read_json(parsed.chain) if parsed.chain else []
    if not isinstance(steps, list):
        raise InputError(f"{parsed.chain} wants a JSON list of steps.")
    return (*ready, *steps, *(parse_step(text) for text in parsed.steps))


def listing() -> Iterator[str]:
    """Yield the lines that tell every step with its parameters, and the presets."""
    for kind in tasks().values():
        for step in declared(*kind.chain) if kind.chain else ():
            yield f"{' '.join(kind.command)}: {step.id} ({step.title})"
            yield from (_line(parameter) for parameter in parameters(step))
        if kind.chain and kind.chain[1] == WITH_PRESETS:
            for ready in presets().values():
                yield f"{' '.join(kind.command)}: --preset {ready.id} ({ready.title})"
                yield f"    {ready.summary} {' > '.join(step['id'] for step in ready.steps)}"


def _line(parameter: Parameter) -> str:
    free = ("text",) if parameter.kind is str else ("true", "false")
    span, offer = parameter.range, parameter.choices or free
    limits = f"{span.low:g} to {span.high:g} {span.unit}" if span else "/".join(offer)
    return f"    {parameter.name:<14} {limits:<24} default {parameter.default}  {parameter.doc}"
