"""A small task of our own, so that the road of a run is tested without any engine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import pytest
import soundfile

from apps import task as task_module
from apps.task import Outcome, TaskKind, Work
from shared.errors import InputError
from shared.params import Range
from shared.prompts import Text
from shared.registry import Chosen, EngineSpec

SPEC = EngineSpec(
    id="half",
    task="separate",
    tier="embedded",
    title="Half",
    summary="Halves the level.",
    accepts=frozenset({Text}),
    licence="Apache-2.0",
    version="1",
    load=lambda device: None,
)


@dataclass(frozen=True)
class Options:
    times: Annotated[float, Range(0, 4)] = 0.5


def halve(work: Work) -> Outcome:
    blocks = [block * work.options.times for block in work.media.blocks(1000)]
    work.progress.step(0.5, "halve")
    sound = np.concatenate(blocks, axis=1)
    soundfile.write(work.folder / "half.wav", sound.T, work.media.sample_rate_hz, "FLOAT")
    if work.recipe.prompts == (Text("fail"),):
        raise InputError("The work failed half way.")
    return Outcome((Chosen(SPEC, "only one"),), ("quiet",), {"peak": float(np.abs(sound).max())})


@pytest.fixture
def one_task(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = TaskKind(
        "separate", ("audio", "separate"), "Halving", "sound", (), Options, ("wav",), ("wav",), halve
    )
    monkeypatch.setattr(task_module, "declared", lambda *_: (kind,))


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    path = tmp_path / "tone.wav"
    soundfile.write(path, 0.5 * np.sin(np.arange(4000) * 0.1), 8000, "FLOAT")
    return path
