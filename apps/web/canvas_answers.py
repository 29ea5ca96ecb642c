"""What the server tells a prompt canvas: a photo, the masks found, or what went wrong."""

import time
from collections.abc import Callable
from itertools import count
from typing import Any

import gradio as gr

from apps.studio import Studio
from apps.web import photo_memory
from apps.web.canvas import as_json
from apps.web.errors import told
from apps.web.event_data import data_of
from apps.web.examples import Example
from apps.web.found_masks import NOTHING, found_json
from apps.web.mark_prompts import prompts_of
from apps.web.pictures import Preview, preview_of
from apps.web.uploads import uploaded
from shared.errors import Cancelled, StudioError
from shared.prompts import Choice, Prompts

Update = dict[str, Any]
Live = Callable[..., Update]
Opening = tuple[Any, Update, Any]
_answers = count(1)


def answer(*, note: str = "", tone: str = "", **changes: Any) -> Update:
    """Return an update of a canvas or a spectrum board that ends its busy sign.

    Args:
        note: Line below the picture.
        tone: "" or "wrong".
        changes: Properties of the canvas; marks in its `value` take the place of those that are there.
    """
    number = next(_answers)
    if "value" in changes:
        fresh = "preview" in changes or "info" in changes
        put = {"number": number, "marks": as_json(changes.pop("value") or []), "fresh": fresh}
        changes["put"] = put
    return gr.update(answer=number, note=note, tone=tone, **{"asked": 0, "bare": False, **changes})


def typing(text: str) -> Update:
    """Return an update that takes off the things listed by other words than those being typed."""
    return gr.update(typed=text or "")


def example_view(example: Example) -> Update:
    """Return what a canvas shows of an example, without its marks."""
    shown = _view(preview_of(example.path), photo_memory.example_name(example))
    return {**shown, "note": f"{example.title}."}


def photo_view(
    path: str, marks: list[dict[str, Any]], note: str = "Mark the object.", album: Any = None
) -> Update:
    """Return what a canvas shows of a photo of a set, its marks as JSON, a line below, and the set to keep.

    Raises:
        InputError: It was not uploaded here, or cannot be read.
    """
    return answer(value=marks, note=note, album=album, **_view(preview_of(uploaded(path)), path))


def opened(event: gr.EventData) -> Opening:
    """Take an uploaded photo: its path for the session, its preview for the canvas."""
    try:
        path = uploaded(event.path)
        shown = preview_of(path)
    except StudioError as error:
        return gr.skip(), answer(note=told(error), tone="wrong"), gr.skip()
    size = f"{shown.width_px} × {shown.height_px} pixels. Mark what you want."
    large = ("Its masks can be taken home; to lift it, save it smaller.",) if shown.shrink > 1 else ()
    note = " ".join((size, *shown.notes, *large))
    return str(path), answer(value=[], note=note, **_view(shown, str(path))), ""


def reopened(event: gr.EventData, examples: list[Example]) -> Opening:
    """Take a photo and marks that the browser has kept over a reload; see `opened`."""
    try:
        kept = photo_memory.remembered(event, examples)
        view = _view(preview_of(kept.path), kept.source)
    except StudioError as error:
        return gr.skip(), answer(note=told(error)), gr.skip()
    return str(kept.path), answer(value=kept.prompts, **view), kept.words


def answered(
    live: Live, event: Any, photo: str, marks: list[dict[str, Any]], text: str, *given: Any
) -> Update:
    """Answer a change of marks or words: masks, a bare photo, or what went wrong.

    Args:
        live: Makes the masks from photo, prompts and `given`.
        event: What the canvas told with the change, or None.
        photo: Path of the session's photo.
        marks: The canvas' value.
        text: The words.
        given: What else `live` wants.
    """
    same = {"asked": data_of(event).get("asked", 0), "words": text or ""}
    try:
        wanted = tuple(p for p in prompts_of(marks, text) if not isinstance(p, Choice))
        return {**(live(photo, wanted, *given) if wanted else answer(found=NOTHING)), **same}
    except Cancelled:
        return answer(**same)
    except StudioError as error:
        return answer(found=NOTHING, note=told(error), tone="wrong", **same)


def live_mask(studio: Studio, photo: str, wanted: Prompts, engine: str) -> Update:
    """Segment for the screen: return the masks, the engine and its seconds.

    Raises:
        StudioError: What went wrong and what to do.
    """
    started = time.monotonic()
    found = studio.look(photo, wanted, engine=engine)
    seconds = time.monotonic() - started
    made_by = ", ".join(f"{chosen.spec.title} ({chosen.spec.tier})" for chosen in found.engines)
    note = f"{made_by or 'Your own mask'}, {seconds:.1f} s. {' '.join(found.warnings)}"
    return answer(found=found_json(found.masks, wanted), note=note.strip())


def _view(shown: Preview, source: str) -> Update:
    size = {"width_px": shown.width_px, "height_px": shown.height_px}
    return {"preview": shown.data_url, **size, "source": source, "found": NOTHING}
