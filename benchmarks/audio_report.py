"""The page `docs/audio_quality.md`: its form is `audio_quality_page.md`, all numbers are measurements."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.audio_quality import FLOOR_DB, Score
from benchmarks.audio_speed import DEMUCS, HTDEMUCS
from benchmarks.record import machine, versions
from sam_audio.sound_net.table import table

PACKAGES = ("numpy", "torch", "onnxruntime", "demucs", "fast-bss-eval")
COMMAND = "python -m benchmarks.audio"
FORM = Path(__file__).with_name("audio_quality_page.md")


def page(built: Sequence[Score], recorded: Sequence[Score], speeds: Sequence[dict[str, Any]]) -> str:
    """Return the page in Markdown: the form with the measurements in it."""
    given = f"## On recordings that were given\n\n{_quality(recorded)}\n" if recorded else ""
    return FORM.read_text("utf8").format(
        command=COMMAND,
        floor_db=FLOOR_DB,
        machine=machine(),
        versions=versions(*PACKAGES),
        built=_quality(built),
        recorded=given,
        classes=_classes(),
        seconds=speeds[0]["seconds"],
        threads=speeds[0]["threads"],
        base=min(row["loaded_mb"] for row in speeds),
        speed=_speed(speeds),
    )


def _quality(scores: Sequence[Score]) -> str:
    head = ("prompt", "engine", "mixtures", "SI-SDRi", "worst", "SDRi", "rest", "absent", "wrong prompt")
    rows = []
    for group in dict.fromkeys((s.case.group, s.engine) for s in scores):
        own = [s for s in scores if (s.case.group, s.engine) == group]
        wrong = [s.wrong_si_sdri for s in own if s.wrong_si_sdri is not None]
        numbers = (
            _mean([s.si_sdri for s in own]),
            f"{min(s.si_sdri for s in own):.1f}",
            _mean([s.sdri for s in own]),
            _mean([s.residual_si_sdri for s in own]),
            _mean([s.absent for s in own]),
            f"{np.median(wrong):.1f}" if wrong else "refused",
        )
        rows.append((*group, str(len(own)), *numbers))
    return _table(head, rows)


def _classes() -> str:
    offered = sorted(table().offered.values(), key=lambda row: -row.gain_db)
    rows: list[Sequence[str]] = [
        (r.id, f"{r.gain_db:.1f}", f"{r.contested_db:.1f}", str(r.recordings)) for r in offered
    ]
    means = [f"{np.mean([getattr(r, name) for r in offered]):.1f}" for name in ("gain_db", "contested_db")]
    rows.append((f"**mean of {len(offered)}**", *means, str(sum(r.recordings for r in offered))))
    return _table(("name", "SI-SDRi", "with the other named", "recordings"), rows)


def _mean(values: Sequence[float]) -> str:
    return f"{np.mean(values):.1f}"


def _speed(speeds: Sequence[dict[str, Any]]) -> str:
    head = ("engine", "processor s per minute of sound", "clock s per minute", "peak MB", "time", "memory")
    yard = next(row for row in speeds if row["engine"] == DEMUCS)
    rows = []
    for row in speeds:
        minute = 60 / row["seconds"]
        own = row["engine"] in (DEMUCS, HTDEMUCS)
        rows.append(
            (
                f"{row['engine']} (random weights)" if own else row["engine"],
                f"{row['cpu_s'] * minute:.1f}",
                f"{row['wall_s'] * minute:.1f}",
                f"{row['peak_mb']:.0f}",
                _ratio(row["cpu_s"], yard["cpu_s"]),
                _ratio(row["peak_mb"], yard["peak_mb"]),
            )
        )
    return _table(head, rows)


def _ratio(value: float, yard: float) -> str:
    return "1" if value == yard else f"{value / yard:.2f} x"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
