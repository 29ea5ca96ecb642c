"""Separate sound by prompt into stems, with effects on the target and a remix."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from apps.scoring import check_clap, clap_scores
from apps.task import Outcome, TaskKind, Work
from shared.params import Choice, Doc, Range
from shared.prompts import Text, of_kind

if TYPE_CHECKING:
    from sam_audio.separate import SeparationReport


@dataclass(frozen=True)
class SeparateOptions:
    """How a separation is done."""

    strength: Annotated[
        float, Range(0, 2), Doc("How strictly other sounds are kept out, for engines that compare sounds.")
    ] = 1.0
    foreground: Annotated[
        bool, Doc("Of drawn boxes alone, keep only what stands out of the sound beside them.")
    ] = True
    level: Annotated[
        str,
        Choice(("gain", "as_is", "limiter", "loudness")),
        Doc(
            "What keeps the remix (or, without effects, the targets) from clipping: one gain where it is too "
            "loud, nothing, a limiter, or one gain to a loudness."
        ),
    ] = "gain"
    loudness_lufs: Annotated[
        float, Range(-40, -5, "LUFS"), Doc('Loudness to reach, for the level "loudness".')
    ] = -16.0
    axis: Annotated[str, Choice(("mel", "linear", "log")), Doc("Frequency axis of the pictures.")] = "mel"
    rate_hz: Annotated[
        int, Range(0, 384_000, "Hz"), Doc("Sample rate of a CSV or NPY recording; 0: as the file says.")
    ] = 0
    clap: Annotated[
        bool, Doc("Score each stem against its words by CLAP, which must be on this machine; a proxy.")
    ] = False


def _run(work: Work) -> Outcome:
    from sam_audio.delivery import Delivery
    from sam_audio.levelling import Level
    from sam_audio.separate import separate_to_folder
    from sam_audio.stem_cache import StemCache

    song, options = Path(work.recipe.input).stem, work.options
    if options.clap:
        check_clap()
    level = Level(options.level, options.loudness_lufs)
    report = separate_to_folder(
        work.media,
        work.recipe.prompts,
        work.folder,
        engine=work.recipe.engine,
        strength=options.strength,
        foreground=options.foreground,
        chain=work.chain if work.chain.steps else None,
        delivery=Delivery(work.formats, level, song),
        axis=options.axis,
        progress=work.progress.within(0, 0.9) if options.clap else work.progress,
        cache=StemCache(work.kept) if work.kept else None,
    )
    scores = _scores(work, report) if options.clap else {}
    loading = tuple(getattr(work.media, "warnings", ()))
    names = _download_names(song, report)
    return Outcome(report.engines, loading + report.warnings, {**report.facts, **scores}, names)


def _scores(work: Work, report: "SeparationReport") -> dict[str, Any]:
    """Return the fact "clap", where a stem was asked for by words."""
    texts = [prompt.text for prompt in of_kind(work.recipe.prompts, Text)]
    share = work.progress.within(0.9, 1)
    found = clap_scores(work.media, work.folder, report.files, report.facts["targets"], texts, share)
    return {"clap": found} if found else {}


def _download_names(song: str, report: "SeparationReport") -> dict[str, str]:
    """Return what each file is called where it is taken home: song, stem, engines."""
    from sam_audio.naming import distinct, download_name

    every = [chosen.spec.id for chosen in report.engines]
    made = {fact["file"]: (fact["prompt"], [fact["engine"]]) for fact in report.facts["targets"]}
    names: list[str] = []
    for file in map(Path, report.files):
        stem, engines = made.get(file.stem, (file.stem, every))
        names.append(download_name(song, stem, [e for e in engines if e], file.suffix))
    return dict(zip(report.files, distinct(names), strict=True))


TASKS = (
    TaskKind(
        name="separate",
        command=("audio", "separate"),
        title="Audio separation",
        media="sound",
        engines=("sam_audio.engines",),
        options=SeparateOptions,
        formats=("wav", "wav24", "wav16", "flac", "mp3", "ogg"),
        default_formats=("wav",),
        run=_run,
        chain=("sam_audio.effects", "EFFECTS"),
    ),
)
