"""What a page that is loaded anew asks for: the result that was there, or nothing where it is forgotten."""

from typing import Any

import gradio as gr
import pytest

from apps.web import result_view, run_bar
from shared.errors import InputError


@pytest.fixture
def asked() -> Any:
    """Panel, bar, and what answers the browser; one run is known."""

    def show(job_id: str) -> dict[Any, Any]:
        if job_id != "known":
            raise InputError("There is no such run.")
        return {panel.made_by: "made"}

    with gr.Blocks() as page:
        bar = run_bar.render("Go", "test")
        panel = result_view.render(result_view.render_made_by("Here.", name="test"), name="test")
        result_view.restoring(panel, bar, [*bar.outputs, *panel.outputs], show)
    (answer,) = [one.fn for one in page.fns.values() if one.targets[0][1] == "restore"]
    return panel, bar, answer


def test_a_known_run_is_shown_and_is_the_sessions_own_again(asked: Any) -> None:
    panel, bar, answer = asked
    assert answer(gr.EventData(None, {"run": "known"})) == {panel.made_by: "made", bar.job_id: "known"}


@pytest.mark.parametrize("data", [{"run": "forgotten"}, {"run": ["known"]}, {}, None, "known"])
def test_what_is_forgotten_or_nonsense_empties_the_files(asked: Any, data: Any) -> None:
    panel, _, answer = asked
    assert answer(gr.EventData(None, data)) == {panel.files: {}}
