"""Save the state of the audio tab as a file, and open it again; the sound itself is asked for anew."""

import json
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import gradio as gr

from apps import session
from apps.manifest import sha256_of
from apps.session import Session
from apps.task import task
from apps.web import sound_board
from apps.web.errors import shown_error
from apps.web.examples import Example
from apps.web.mark_board import answer
from apps.web.mixer import Mixer
from apps.web.run_bar import QUIET
from apps.web.sound_form import RATE, TASK, SoundForm
from apps.web.uploads import uploaded
from apps.web.widget import Widget
from sam_audio.mix_settings import settings_from_json
from shared import prompts as prompting
from shared.errors import InputError, StudioError
from shared.params import to_dict
from shared.prompts import NotText, Pan, Reference, Text

NAME, VIEW = "session.json", ("axis", "start_s", "end_s")
_saved = count(1)


class SessionFile(Widget):
    """Two buttons. Its value is the file to save: {"name", "text", "number"}.

    Events: `save`, and `open`, whose data has the chosen file's `text` and `name`.
    """

    files: ClassVar[str] = "session"

    def api_info(self) -> dict[str, Any]:
        """Return the JSON schema of the value."""
        return {"type": "object"}


@dataclass(frozen=True)
class Desk:
    """What a session is made of.

    Args:
        file: The buttons.
        form: Everything that a run reads.
        mixer: Holds the faders.
        faders: Faders of an opened session, for the next result.
        examples: Recordings that are here anyway.
    """

    file: SessionFile
    form: SoundForm
    mixer: Mixer
    faders: gr.State
    examples: list[Example]

    @property
    def outputs(self) -> list[Any]:
        """What opening a session changes."""
        form = self.form
        words = [form.text, form.unwanted, form.pan, form.references]
        how = [form.effects, form.engine, form.formats, *form.options.controls]
        return [*form.board.opening, form.board.pending, self.faders, *words, *how]


def listen(desk: Desk, also: Any) -> None:
    """Connect both buttons.

    Args:
        desk: The parts.
        also: See `sound_board.listen`; its update of the pan control is joined with the session's.
    """

    def save(mixer: Any, *values: Any) -> dict[str, Any]:
        try:
            form = desk.form.filled(values)
            faders = settings_from_json((mixer or {}).get("stems") or {})
            view = {name: form.view[name] for name in VIEW if name in form.view}
            kept = Session(form.kept(), faders, view).to_json()
        except StudioError as error:
            raise shown_error(error) from error
        text = json.dumps(kept, indent=1, ensure_ascii=False, allow_nan=False)
        return {"name": NAME, "text": text + "\n", "number": next(_saved)}

    def reopen(event: gr.EventData, sound: str, references: Any) -> list[Any]:
        try:
            return restored(desk, str(event.text), sound, references, also)
        except StudioError as error:
            raise shown_error(error) from error

    inputs = [desk.mixer, *desk.form.inputs]
    desk.file.save(save, inputs, desk.file, **QUIET)
    reads = [desk.form.board.sound, desk.form.references]
    desk.file.open(reopen, reads, desk.outputs, **QUIET)


def restored(desk: Desk, text: str, sound: str, references: Any, also: Any) -> list[Any]:
    """Return what opening a session shows, in the order of `Desk.outputs`.

    Args:
        desk: The parts.
        text: The session file.
        sound: Path of the recording that is open; "" for none.
        references: The list of other recordings that are open.
        also: See `listen`.

    Raises:
        StudioError: Not a session of this tab, or a part of it is wrong.
    """
    found = session.from_json(text)
    recipe = found.recipe
    if recipe.task != TASK:
        raise InputError(f"That session is of the task {recipe.task}.", "Open a session of the audio tab.")
    kind = task(TASK)
    options = to_dict(kind.checked_options(recipe.options))
    chain = kind.checked_chain(recipe.chain).to_json()
    formats = kind.chosen_formats(recipe.formats)
    marks = prompting.to_json(recipe.prompts)
    rate = options.get(RATE) or None
    path = _path_of(recipe.input_sha256, sound, desk.examples)
    board, pan = _board(path, Path(recipe.input).name, recipe.input_sha256, marks, rate, found.view, also)
    faders = found.to_json()["mixer"]
    words = [_names(recipe.prompts, Text), _names(recipe.prompts, NotText)]
    here = _references(prompting.of_kind(recipe.prompts, Reference), references)
    how = [chain, recipe.engine, list(formats), *(options[name] for name in desk.form.options.names)]
    window = prompting.to_json(prompting.of_kind(recipe.prompts, Pan))
    return [*board, faders, *words, gr.update(**{**pan, "value": window}), here, *how]


def with_faders(mixer: dict[str, Any], faders: dict[str, Any]) -> dict[str, Any]:
    """Return a mixer's value with the faders of an opened session, for the stems that it has."""
    names = {track["id"] for track in mixer["tracks"]}
    known = {name: setting for name, setting in faders.items() if name in names}
    return {**mixer, "stems": known} if known else mixer


def _board(
    path: str, name: str, sha256: str, marks: Any, rate: Any, view: dict[str, Any], also: Any
) -> tuple[list[Any], dict[str, Any]]:
    """Return the board with its recording, or asking for it, and the update of the pan control."""
    if not path:
        note = f"This session wants {name or 'its recording'}: drop it here."
        closed = answer(info={}, overview={}, detail={}, value=marks, note=note)
        pending = {"sha256": sha256, "name": name, "marks": marks, "rate": rate, "view": view}
        return ["", closed, gr.update(visible=False), view, pending], {}
    *opening, pan = sound_board.shown(path, rate, also, marks, view=view)
    return [*opening, {}], {"visible": pan["visible"]} if "visible" in pan else {}


def _path_of(sha256: str, sound: str, examples: list[Example]) -> str:
    """Return the recording with this sha256 where it is here, else ""."""
    paths = [sound] if sound else []
    paths += [str(example.path) for example in examples]
    return next((p for p in paths if sha256 and Path(p).is_file() and sha256_of(Path(p)) == sha256), "")


def _references(wanted: list[Reference], given: Any) -> list[dict[str, Any]]:
    """Return the list of references, each with its file where that is here already."""
    files = [str(uploaded(item["file"])) for item in given or [] if item.get("file")]
    known = {sha256_of(Path(file)): file for file in files}
    return [
        {"name": Path(p.file).name, "file": known.get(p.sha256, ""), "keep": p.keep, "sha256": p.sha256}
        for p in wanted
    ]


def _names(prompts: Any, kind: type) -> str:
    return ", ".join(prompt.text for prompt in prompting.of_kind(prompts, kind))
