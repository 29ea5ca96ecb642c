"""Correct joints on the page: choose one, click where it is, or say that it is hidden, near or far."""

import json
from dataclasses import dataclass
from typing import Any

import gradio as gr
import numpy as np

from apps.studio import Studio
from apps.web.body_endpoints import new_folder
from shared.errors import StudioError
from shared.prompts import Keypoints

_DEPTHS = ("as found", "nearer", "farther")
_NONE = "Nothing is corrected yet."
_COLORS = {"seen": (40, 170, 90), "placed": (40, 90, 230), "guessed": (230, 150, 30), "hidden": (200, 60, 60)}


@dataclass(frozen=True)
class BodyJoints:
    """Its components; `said` is {person: {joint: {"xy": …, "hidden": …, "depth": …}}}."""

    photo: gr.Image
    person: gr.Number
    joint: gr.Dropdown
    depth: gr.Radio
    hide: gr.Button
    clear: gr.Button
    list: gr.Markdown
    said: gr.State


def render() -> BodyJoints:
    """Draw the panel, folded."""
    from sam_body.observation import NAMES

    with gr.Accordion("Correct joints", open=False, elem_id="body-joints"):
        gr.Markdown(
            "Choose a joint and click where it is; then estimate again, which only fits. Green joints were "
            "seen, orange ones guessed, blue ones are yours."
        )
        with gr.Row():
            person = gr.Number(0, label="Person", precision=0, minimum=0, maximum=255, min_width=80)
            choices = [(name.replace("_", " "), name) for name in NAMES]
            joint = gr.Dropdown(choices, value="left_wrist", label="Joint", min_width=160)
            depth = gr.Radio(_DEPTHS, value="as found", label="Against the joint before it", min_width=220)
        photo = gr.Image(
            label="Joints", interactive=False, visible=False, type="filepath", elem_id="body-joints-photo"
        )
        with gr.Row():
            hide = gr.Button("It is out of sight", size="sm")
            clear = gr.Button("Forget all corrections", size="sm")
        listed = gr.Markdown(_NONE, elem_id="body-joints-list")
        said = gr.State({})
    return BodyJoints(photo, person, joint, depth, hide, clear, listed, said)


def listen(panel: BodyJoints, studio: Studio, job_id: gr.State, shown: tuple[Any, ...], photo: Any) -> None:
    """Connect the panel; a new photo forgets all corrections.

    Args:
        panel: The components.
        studio: Has the results.
        job_id: The session's job.
        shown: The events that show a result.
        photo: The component with the photo.
    """
    told = [panel.person, panel.joint, panel.said]
    changed = [panel.said, panel.list]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}

    def place(
        job: str, path: str | None, person: int, joint: str, said: dict, where: gr.SelectData
    ) -> tuple[dict, str, Any]:
        x, y = where.index
        said, words = with_words(said, person, joint, xy=[float(x), float(y)], hidden=False)
        return said, words, drawn(studio, job, path, said)

    panel.photo.select(place, [job_id, photo, *told], [*changed, panel.photo], **quiet)
    panel.hide.click(lambda p, j, s: with_words(s, p, j, xy=None, hidden=True), told, changed, **quiet)
    panel.depth.input(
        lambda p, j, s, depth: with_words(s, p, j, depth=depth), [*told, panel.depth], changed, **quiet
    )
    panel.clear.click(lambda: ({}, _NONE), None, changed, **quiet)
    photo.change(lambda: ({}, _NONE), None, changed, **quiet)
    for event in shown:
        event.then(lambda job, path: drawn(studio, job, path), [job_id, photo], panel.photo, **quiet)


def with_words(said: dict, person: int, joint: str, **more: Any) -> tuple[dict, str]:
    """Return the corrections with more said about one joint, and all of them in words.

    Args:
        said: What was said so far.
        person: Its number.
        joint: Its name.
        more: "xy", "hidden" or "depth" of it.
    """
    people = {number: dict(joints) for number, joints in said.items()}
    key = str(int(person or 0))
    people.setdefault(key, {})[joint] = people.get(key, {}).get(joint, {}) | more
    lines = [
        f"- person {number}, {name.replace('_', ' ')}: {_words(what)}"
        for number, joints in people.items()
        for name, what in joints.items()
    ]
    return people, "\n".join(lines)


def _words(what: dict[str, Any]) -> str:
    parts = ["at {:.0f}, {:.0f}".format(*what["xy"])] if what.get("xy") else []
    parts += ["hidden"] if what.get("hidden") else []
    depth = what.get("depth", "as found")
    return ", ".join([*parts, *([] if depth == "as found" else [depth])]) or "as found"


def prompts_of(said: dict[str, dict[str, dict[str, Any]]]) -> tuple[Keypoints, ...]:
    """Return the corrections as prompts, one a person.

    Raises:
        PromptError: A place or a name does not fit.
    """
    found = []
    for number, joints in sorted(said.items()):
        placed = {name: what["xy"] for name, what in joints.items() if what.get("xy")}
        groups = {
            "hidden": [name for name, what in joints.items() if what.get("hidden")],
            "nearer": [name for name, what in joints.items() if what.get("depth") == "nearer"],
            "farther": [name for name, what in joints.items() if what.get("depth") == "farther"],
        }
        if placed or any(groups.values()):
            names, places = tuple(placed), tuple((x, y) for x, y in placed.values())
            more: Any = {field: tuple(group) for field, group in groups.items()}
            found.append(Keypoints(names, places, object_id=int(number), **more))
    return tuple(found)


def drawn(studio: Studio, job: str, photo: str | None, said: dict[str, Any] | None = None) -> Any:
    """Return an update with the photo and the joints of a run's people, in the photo's own pixels.

    Args:
        studio: Has the run.
        job: Its id.
        photo: Path of the photo.
        said: Corrections since then; what they place is drawn larger.
    """
    from PIL import Image, ImageDraw

    from shared.loading import load_image

    try:
        files = studio.result(job).files if job and photo else ()
        bodies = sorted(p for p in files if p.name.startswith("body") and p.suffix == ".json")
        if not bodies or not photo:
            return gr.update(value=None, visible=False)
        picture = Image.fromarray(load_image(photo).pixels)
    except StudioError:
        return gr.update(value=None, visible=False)
    pen, size = ImageDraw.Draw(picture), max(3.0, float(np.hypot(*picture.size)) / 250)
    for path in bodies:
        for mark in json.loads(path.read_text("utf8"))["keypoints"]:
            x, y = mark["fitted_px"]
            box = (x - size, y - size, x + size, y + size)
            pen.ellipse(box, fill=_COLORS[mark["basis"]], outline=(255, 255, 255))
    for joints in (said or {}).values():
        for x, y in (what["xy"] for what in joints.values() if what.get("xy")):
            box = (x - 1.6 * size, y - 1.6 * size, x + 1.6 * size, y + 1.6 * size)
            pen.ellipse(box, fill=_COLORS["placed"], outline=(255, 255, 255))
    path = new_folder() / "joints.png"
    picture.save(path)
    return gr.update(value=str(path), visible=True)
