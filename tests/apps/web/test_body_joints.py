"""A dragged joint is answered with the people fitted to it, or with what went wrong and its cure."""

from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from apps.live_bodies import FittedPhoto, FittedPhotos
from apps.recipes import Recipe
from apps.web import body_joints
from apps.web.body_joints import fitted_view
from apps.web.canvas import PromptCanvas
from sam_body.loading import standing_body
from shared.errors import PromptError

MARKS = [{"kind": "keypoints", "names": ["nose"], "xy_px": [[3, 4]]}]
CHOSEN: Any = SimpleNamespace(spec=SimpleNamespace(title="Landmark fit", tier="embedded"))
FOUND = FittedPhotos((FittedPhoto("", (standing_body(),)),), CHOSEN, ("Guessed: knee.",))


def refit_of(fit: Any) -> Any:
    """The function that the page calls when a joint is let go, with another fit in the studio's place."""
    studio: Any = SimpleNamespace(fit=fit)
    with gr.Blocks() as page:
        canvas = PromptCanvas()
        done = gr.Button().click(lambda: None)
        body_joints.listen(canvas, studio, lambda: (Recipe("estimate", "a.jpg"), lambda _: "a", {}), [], done)
    refit: Any = next(fn for fn in page.fns.values() if fn.targets[0][1] == "refit").fn
    return lambda asked: refit(SimpleNamespace(_data={"asked": asked}))


def test_people_come_with_the_marks_that_they_were_fitted_to():
    view = fitted_view(FOUND, lambda photo: "photo.jpg", {"photo.jpg": MARKS}, 0.31, asked=7)
    shown = view["skeletons"]["photos"]["photo.jpg"]
    assert view["asked"] == view["skeletons"]["asked"] == 7
    assert view["note"] == "Landmark fit (embedded), 0.3 s. Guessed: knee."
    assert shown["prompts"][0]["names"] == ["nose"]
    assert shown["people"][0]["id"] == 0 and shown["people"][0]["outline"]


def test_each_answer_has_a_number_of_its_own():
    first, second = (fitted_view(FOUND, lambda _: "a", {}, 0.1)["skeletons"]["number"] for _ in range(2))
    assert second > first


def test_what_goes_wrong_is_told_with_its_cure():
    def fit(recipe: Recipe) -> FittedPhotos:
        raise PromptError("There is no person 4 to correct.", "Correct another one.")

    update = refit_of(fit)(3)
    assert update["tone"] == "wrong" and update["asked"] == 3 and "skeletons" not in update
    assert "no person 4" in update["note"] and "Correct another one." in update["note"]


@pytest.mark.parametrize("asked", [5, "5", None])
def test_a_fit_answers_the_change_that_asked_for_it(asked: Any):
    update = refit_of(lambda recipe: FOUND)(asked)
    assert update["asked"] == (5 if asked == 5 else 0)
