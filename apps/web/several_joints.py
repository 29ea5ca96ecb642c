"""Correct joints in each of several photos: the one on the canvas is the one that is clicked in."""

import json
from typing import Any

import gradio as gr

from apps.studio import Studio
from apps.web import body_joints, photo_strip
from apps.web.body_joints import NONE, BodyJoints, joints_on, keypoints_of, with_words
from apps.web.photo_strip import Kept
from apps.web.run_bar import QUIET
from shared.errors import StudioError

Said = dict[str, dict[str, dict[str, Any]]]
"""Photo to joint to {"xy": …, "hidden": …, "depth": …}."""


def listen(
    panel: BodyJoints,
    studio: Studio,
    job_id: gr.State,
    kept: gr.State,
    files: gr.File,
    shown: tuple[Any, ...],
) -> None:
    """Connect the panel; new photos forget all corrections.

    Args:
        panel: Its components.
        studio: Has the results.
        job_id: The session's job.
        kept: State of the photos, see `photo_strip.Kept`.
        files: Where photos are uploaded.
        shown: Events that show a result, or put another photo on the canvas.
    """
    told, changed = [kept, panel.joint, panel.said], [panel.said, panel.list]

    def place(job: str, photos: Kept, joint: str, said: Said, where: gr.SelectData) -> tuple[Said, str, Any]:
        x, y = where.index
        said, words = with_words(said, photos["shown"], joint, xy=[float(x), float(y)], hidden=False)
        return said, words, drawn(studio, job, photos, said)

    def hide(photos: Kept, joint: str, said: Said) -> tuple[Said, str]:
        return with_words(said, photos["shown"], joint, xy=None, hidden=True)

    def deepen(photos: Kept, joint: str, said: Said, depth: str) -> tuple[Said, str]:
        return with_words(said, photos["shown"], joint, depth=depth)

    panel.photo.select(place, [job_id, *told], [*changed, panel.photo], **QUIET)
    panel.hide.click(hide, told, changed, **QUIET)
    panel.depth.input(deepen, [*told, panel.depth], changed, **QUIET)
    gone = gr.update(value=None, visible=False)
    for forget in (panel.clear.click, files.change):
        forget(lambda: ({}, NONE, gone), None, [*changed, panel.photo], **QUIET)
    for event in shown:
        seen = [job_id, kept, panel.said]
        event.then(lambda job, photos, said: drawn(studio, job, photos, said), seen, panel.photo, **QUIET)


def drawn(studio: Studio, job: str, kept: Kept, said: Said) -> Any:
    """Return an update with the photo that is on the canvas and the joints of a run in it.

    Args:
        studio: Has the run.
        job: Its id; empty for none.
        kept: The photos.
        said: Corrections since then.
    """
    name = kept["shown"]
    try:
        photos = studio.result(job).manifest["facts"]["photos"] if job and name else []
    except StudioError:
        photos = []
    marks = [mark for photo in photos if photo["name"] == name for mark in photo["keypoints"]]
    return joints_on(kept["photos"].get(name), marks, [said.get(name, {})])


def corrections(kept: Kept, marks: Any, said: Said) -> str:
    """Return the option `corrections` of a run: marks and joints of each photo, as JSON.

    Args:
        kept: The photos and their marks.
        marks: Those on the canvas.
        said: What was said of joints.

    Raises:
        PromptError: A place or a name does not fit.
    """
    given = dict(photo_strip.with_marks(kept, marks)["marks"])
    for name, joints in said.items():
        prompt = keypoints_of(joints)
        if prompt is not None and name in kept["photos"]:
            given[name] = [*given.get(name, []), prompt.to_json()]
    return json.dumps(given)


def render() -> BodyJoints:
    """Draw the panel, folded."""
    return body_joints.render("several", people=False)
