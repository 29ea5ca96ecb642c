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
NONE = "Nothing is corrected yet."
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


def render(name: str = "body", *, people: bool = True) -> BodyJoints:
    """Draw the panel, folded.

    Args:
        name: Prefix of the elements' ids.
        people: Whether the photo may show several people to correct.
    """
    from sam_body.observation import NAMES

    with gr.Accordion("Correct joints", open=False, elem_id=f"{name}-joints"):
        gr.Markdown(
            "Choose a joint and click where it is; then estimate again, which only fits. Green joints were "
            "seen, orange ones guessed, blue ones are yours."
        )
        with gr.Row():
            person = gr.Number(
                0, label="Person", precision=0, minimum=0, maximum=255, min_width=80, visible=people
            )
            choices = [(name.replace("_", " "), name) for name in NAMES]
            joint = gr.Dropdown(choices, value="left_wrist", label="Joint", min_width=160)
            depth = gr.Radio(_DEPTHS, value="as found", label="Against the joint before it", min_width=220)
        photo = gr.Image(
            label="Joints", interactive=False, visible=False, type="filepath", elem_id=f"{name}-joints-photo"
        )
        with gr.Row():
            hide = gr.Button("It is out of sight", size="sm")
            clear = gr.Button("Forget all corrections", size="sm")
        listed = gr.Markdown(NONE, elem_id=f"{name}-joints-list")
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
    panel.clear.click(lambda: ({}, NONE), None, changed, **quiet)
    photo.change(lambda: ({}, NONE), None, changed, **quiet)
    for event in shown:
        event.then(lambda job, path: drawn(studio, job, path), [job_id, photo], panel.photo, **quiet)


def with_words(said: dict, who: float | str | None, joint: str, **more: Any) -> tuple[dict, str]:
    """Return the corrections with more said about one joint, and all of them in words.

    Args:
        said: What was said so far.
        who: The person's number, or the name of the photo.
        joint: Its name.
        more: "xy", "hidden" or "depth" of it.
    """
    people = {number: dict(joints) for number, joints in said.items()}
    key = who if isinstance(who, str) else str(int(who or 0))
    people.setdefault(key, {})[joint] = people.get(key, {}).get(joint, {}) | more
    lines = [
        f"- {f'person {number}' if number.isdigit() else number}, {name.replace('_', ' ')}: {_words(what)}"
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
    found = [keypoints_of(joints, int(number)) for number, joints in sorted(said.items())]
    return tuple(prompt for prompt in found if prompt is not None)


def keypoints_of(joints: dict[str, dict[str, Any]], object_id: int = 0) -> Keypoints | None:
    """Return the corrections of one person as a prompt; None where all is as found.

    Args:
        joints: Joint to {"xy": …, "hidden": …, "depth": …}.
        object_id: The person's number.

    Raises:
        PromptError: A place or a name does not fit.
    """
    placed = {name: what["xy"] for name, what in joints.items() if what.get("xy")}
    groups = {
        "hidden": [name for name, what in joints.items() if what.get("hidden")],
        "nearer": [name for name, what in joints.items() if what.get("depth") == "nearer"],
        "farther": [name for name, what in joints.items() if what.get("depth") == "farther"],
    }
    if not placed and not any(groups.values()):
        return None
    more: Any = {field: tuple(group) for field, group in groups.items()}
    places = tuple((x, y) for x, y in placed.values())
    return Keypoints(tuple(placed), places, object_id=object_id, **more)


def drawn(studio: Studio, job: str, photo: str | None, said: dict[str, Any] | None = None) -> Any:
    """Return an update with the photo and the joints of a run's people, in the photo's own pixels.

    Args:
        studio: Has the run.
        job: Its id.
        photo: Path of the photo.
        said: Corrections since then; what they place is drawn larger.
    """
    try:
        files = studio.result(job).files if job and photo else ()
    except StudioError:
        files = ()
    bodies = sorted(p for p in files if p.name.startswith("body") and p.suffix == ".json")
    marks = [mark for path in bodies for mark in json.loads(path.read_text("utf8"))["keypoints"]]
    return joints_on(photo, marks, [joints for _, joints in (said or {}).items()])


def joints_on(photo: str | None, marks: list[dict[str, Any]], said: list[dict[str, dict[str, Any]]]) -> Any:
    """Return an update with a photo and joints in its own pixels; none where there is no joint.

    Args:
        photo: Path.
        marks: Each with "fitted_px" and "basis", as the JSON of a body has them.
        said: Corrections, one entry a person: joint to {"xy": …}; what they place is drawn larger.
    """
    from PIL import Image, ImageDraw

    from shared.loading import load_image

    try:
        if not photo or not marks:
            return gr.update(value=None, visible=False)
        picture = Image.fromarray(load_image(photo).pixels)
    except StudioError:
        return gr.update(value=None, visible=False)
    pen, size = ImageDraw.Draw(picture), max(3.0, float(np.hypot(*picture.size)) / 250)

    def dot(place: list[float], radius: float, basis: str) -> None:
        x, y = place
        box = (x - radius, y - radius, x + radius, y + radius)
        pen.ellipse(box, fill=_COLORS[basis], outline=(255, 255, 255))

    for mark in marks:
        dot(mark["fitted_px"], size, mark["basis"])
    for joints in said:
        for what in joints.values():
            if what.get("xy"):
                dot(what["xy"], 1.6 * size, "placed")
    path = new_folder() / "joints.png"
    picture.save(path)
    return gr.update(value=str(path), visible=True)
