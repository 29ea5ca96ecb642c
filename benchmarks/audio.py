"""Separation measured: quality on mixtures with known parts, speed and memory beside the package demucs.

    python -m benchmarks.audio --report docs/audio_quality.md
    python -m benchmarks.audio --pairs MUSDB18-HQ/test [--engine htdemucs] [--limit 30]

`--pairs` also takes other folders of recordings, see `benchmarks.audio_cases`. `--report` writes the page;
each mixture's numbers go to `results/audio_quality.csv`.
"""

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from benchmarks import audio_cases, audio_quality, audio_report, audio_speed
from benchmarks.audio_quality import Score
from benchmarks.record import RESULTS

COLUMNS = (
    "group",
    "mixture",
    "prompt",
    "engine",
    "si_sdri_db",
    "sdri_db",
    "residual_si_sdri_db",
    "absent_db",
)


def main() -> int:
    """Measure, print and write; returns 0."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the page here")
    parser.add_argument("--pairs", type=Path, metavar="FOLDER", help="measure on these recordings as well")
    parser.add_argument("--prompt", default="speech", help="for pairs of mix/ and target/ (%(default)s)")
    parser.add_argument("--limit", type=int, default=50, help="at most so many of the pairs (%(default)s)")
    parser.add_argument("--pair-seconds", type=float, default=30, help="of each pair (%(default)s)")
    parser.add_argument("--engine", default="auto", help="engine id (%(default)s)")
    parser.add_argument(
        "--seconds", type=float, default=20, help="of sound for speed; 0: skip it (%(default)s)"
    )
    options = parser.parse_args()
    built = _scored(audio_quality.measured(audio_cases.built(), options.engine))
    recorded: list[Score] = []
    if options.pairs:
        cases = islice(audio_cases.pairs(options.pairs, options.prompt, options.pair_seconds), options.limit)
        recorded = _scored(audio_quality.measured(cases, options.engine))
    _write_scores([*built, *recorded])
    speeds = []
    for row in audio_speed.measured(options.seconds) if options.seconds else ():
        print(f"{row['engine']:<16} {row['cpu_s']:7.1f} cpu-s {row['peak_mb']:6.0f} MB", flush=True)
        speeds.append(row)
    if options.report:
        options.report.write_text(audio_report.page(built, recorded, speeds), encoding="utf8")
        print(f"wrote {options.report}")
    return 0


def _scored(scores: Iterable[Score]) -> list[Score]:
    found: list[Score] = []
    for score in scores:
        where = f"{score.case.group}: {score.case.name}"
        print(f"{where:<44.44} {score.engine:<14} SI-SDRi {score.si_sdri:6.1f} dB", flush=True)
        found.append(score)
    return found


def _write_scores(scores: Sequence[Score]) -> None:
    with (RESULTS / "audio_quality.csv").open("w", newline="", encoding="utf8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow((*COLUMNS, "wrong_prompt_si_sdri_db"))
        for s in scores:
            wrong = "" if s.wrong_si_sdri is None else f"{s.wrong_si_sdri:.2f}"
            numbers = (f"{x:.2f}" for x in (s.si_sdri, s.sdri, s.residual_si_sdri, s.absent))
            table.writerow((s.case.group, s.case.name, s.case.prompt, s.engine, *numbers, wrong))


if __name__ == "__main__":
    sys.exit(main())
