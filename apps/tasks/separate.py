"""Separate sound by prompt into stems, with effects on the target and a remix."""

from dataclasses import dataclass
from typing import Annotated

from apps.task import Outcome, TaskKind, Work
from shared.params import Doc, Range


@dataclass(frozen=True)
class SeparateOptions:
    """How a separation is done."""

    strength: Annotated[
        float, Range(0, 2), Doc("How strictly other sounds are kept out, for engines that compare sounds.")
    ] = 1.0


def _run(work: Work) -> Outcome:
    from sam_audio.separate import separate_to_folder

    report = separate_to_folder(
        work.media,
        work.recipe.prompts,
        work.folder,
        engine=work.recipe.engine,
        strength=work.options.strength,
        chain=work.chain if work.chain.steps else None,
        formats=work.formats,
        progress=work.progress,
    )
    loading = tuple(getattr(work.media, "warnings", ()))
    return Outcome(report.engines, loading + report.warnings, report.facts)


TASKS = (
    TaskKind(
        name="separate",
        command=("audio", "separate"),
        title="Audio separation",
        media="sound",
        engines=("sam_audio.engines",),
        options=SeparateOptions,
        formats=("wav", "flac"),
        default_formats=("wav",),
        run=_run,
        chain=("sam_audio.effects", "EFFECTS"),
    ),
)
