"""The picker's button runs the same download as the command, as a job that can be followed and stopped."""

from pathlib import Path

import gradio as gr
import pytest

from apps import studio as studio_module
from apps.studio import Studio
from apps.web import run_bar
from shared.errors import WeightsError
from shared.hub import Model
from shared.progress import Progress


def test_a_download_is_a_job_with_progress(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []

    def download(wanted: Model, progress: Progress) -> Path:
        asked.append(wanted.id)
        progress.step(0.5, "half of it")
        return tmp_path

    monkeypatch.setattr(studio_module, "download", download)
    studio = Studio()
    with gr.Blocks():
        bar = run_bar.render("Go", "test")
    seen = list(run_bar.run(bar, studio, lambda: studio.download("sam2.1-tiny"), lambda _: {"rows": 1}))
    assert asked == ["sam2.1-tiny"]
    assert (seen[-1]["rows"], seen[-1][bar.progress]) == (1, "")


def test_a_download_stops_when_it_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    studio = Studio()

    def download(wanted: Model, progress: Progress) -> Path:
        while True:
            progress.step(0.1, "endless")

    monkeypatch.setattr(studio_module, "download", download)
    job_id = studio.download("sam2.1-tiny")
    studio.cancel(job_id)
    while not studio.status(job_id).ended:
        studio.wait(job_id, timeout_s=1)
    assert studio.status(job_id).state == "cancelled"


def test_only_models_of_the_catalogue_are_fetched() -> None:
    with pytest.raises(WeightsError, match="no model 'someone/else'"):
        Studio().download("someone/else")
