"""3D views: ours where three.js is installed, else Gradio's, with the same words for both."""

from pathlib import Path

import gradio as gr
import pytest

from apps.web import media_view, stage


@pytest.mark.parametrize("installed", [True, False])
def test_a_view_shows_a_file_and_hides_without_one(installed: bool, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(media_view, "shown_by_three", lambda: installed)
    view = media_view.model("A body", "body", 300)
    assert isinstance(view, stage.Stage if installed else gr.Model3D) and view.visible == "hidden"
    update = media_view.model_update(tmp_path / "a.glb")
    assert update["visible"] is True
    assert media_view.model_shown(update["value"]) == tmp_path / "a.glb"
    assert media_view.model_update(None)["visible"] == "hidden" and media_view.model_shown(None) is None


def test_without_all_of_three_js_it_is_not_used(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(stage, "SERVED", tmp_path)
    stage.shown_by_three.cache_clear()
    (tmp_path / stage.SCRIPTS[0]).write_text("")
    try:
        assert not stage.shown_by_three()
    finally:
        stage.shown_by_three.cache_clear()
