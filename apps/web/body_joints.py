"""Joints are dragged on the photo, and the body is fitted to them at once; a run takes them as prompts."""

import time
from collections.abc import Callable
from itertools import count
from typing import Any

import gradio as gr

from apps.live_bodies import FittedPhoto, FittedPhotos
from apps.recipes import Recipe
from apps.studio import Studio
from apps.web.canvas import PromptCanvas
from apps.web.canvas_answers import Update, answer
from apps.web.errors import told
from apps.web.event_data import data_of
from apps.web.run_bar import QUIET
from apps.web.skeletons import people_json
from shared import prompts as prompting
from shared.errors import StudioError

Sources = Callable[[FittedPhoto], str]
_numbers = count(1)


def listen(
    canvas: PromptCanvas,
    studio: Studio,
    asked: Callable[..., tuple[Recipe, Sources, dict[str, Any]]],
    reads: list[Any],
    done: Any,
) -> None:
    """Connect the canvas' joints.

    Args:
        canvas: Asks for a fit by its event `refit`.
        studio: Fits.
        asked: From the values of `reads`: what to fit, what the canvas calls a photo of the fit, and the
            marks of each photo, as JSON, by the canvas' name of it.
        reads: Components.
        done: The event of a finished run, which the joints on the canvas are to follow.
    """

    def refit(event: gr.EventData, *given: Any) -> Update:
        number = _asked(event)
        try:
            recipe, source_of, marks = asked(*given)
            started = time.monotonic()
            found = studio.fit(recipe)
        except StudioError as error:
            return answer(note=told(error), tone="wrong", asked=number)
        return fitted_view(found, source_of, marks, time.monotonic() - started, number)

    canvas.refit(refit, reads, canvas, trigger_mode="always_last", **QUIET)
    done.then(lambda: gr.update(fitted=next(_numbers)), None, canvas, **QUIET)


def fitted_view(
    found: FittedPhotos, source_of: Sources, marks: dict[str, Any], seconds: float, asked: int = 0
) -> Update:
    """Return what the canvas shows of a fit.

    Args:
        found: The fit.
        source_of: Gives what the canvas calls a photo.
        marks: By that name, the marks that the fit took, as JSON.
        seconds: How long it took.
        asked: Which change of the marks it answers.
    """
    photos = {}
    for photo in found.photos:
        source = source_of(photo)
        photos[source] = {
            "people": people_json(photo.bodies, photo.factor),
            "prompts": prompting.to_json(prompting.parse(marks.get(source, []))),
        }
    spec = found.chosen.spec
    note = f"{spec.title} ({spec.tier}), {seconds:.1f} s. {' '.join(found.warnings)}".strip()
    shown = {"number": next(_numbers), "asked": asked, "photos": photos}
    return answer(note=note, asked=asked, skeletons=shown)


def _asked(event: Any) -> int:
    number = data_of(event).get("asked", 0)
    return number if isinstance(number, int) else 0
