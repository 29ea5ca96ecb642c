"""Separate sound by prompt into stems, with effects on the target and a remix."""

from dataclasses import dataclass

from apps.task import Outcome, TaskKind, Work


@dataclass(frozen=True)
class SeparateOptions:
    """Options of a separation; none yet beyond prompts, engine, effects and formats."""


def _run(work: Work) -> Outcome:
    from sam_audio.separate import separate_to_folder

    report = separate_to_folder(
        work.media,
        work.recipe.prompts,
        work.folder,
        engine=work.recipe.engine,
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
