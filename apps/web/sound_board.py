"""The drawing board with its recording: opening, recording, the sample rate of sensors, axes and zoom."""

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import gradio as gr

from apps.manifest import sha256_of
from apps.web.errors import told
from apps.web.mark_board import answer
from apps.web.result_files import file_data
from apps.web.run_bar import QUIET
from apps.web.sound_view import closer, facts_of, overview
from apps.web.spectrum_board import SpectrumBoard
from apps.web.uploads import uploaded
from shared.errors import InputError, StudioError

SENSORS = (".csv", ".tsv", ".npy")
SOUNDS = (".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".aif", ".aiff", ".aifc", ".au", ".caf")
FILMS = (".m4a", ".mp4", ".mov", ".webm", ".mkv", ".aac", ".weba")
PLAYED = (".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".mp4", ".webm", ".weba", ".aac")
PLAYED_HZ = range(3000, 192_001)  # what browsers play
SOUND_LIMIT = "2 GB"  # an hour of stereo as WAV takes 0.7 to 1.4 GB
ACCEPT = ",".join(("audio/*", "video/mp4", "video/quicktime", "video/webm", *SOUNDS, *FILMS, *SENSORS))
KINDS = "or tap to choose: WAV, FLAC, MP3, OGG, AIFF, M4A, MP4 … or CSV, NPY of a sensor"
OTHER_FILE = "This is not {} that the session was made with (its sha256 differs): check that the marks fit."
_opened = count(1)
View = dict[str, Any]


@dataclass(frozen=True)
class SoundBoard:
    """Its components.

    Args:
        board: Spectrogram and marks.
        sound: Path of the session's recording; never sent by the browser.
        rate: Sample rate of a sensor's file; shown for those only.
        view: Axis and stretch shown (axis, start_s, end_s), and the rate that it was read with (rate_hz).
        pending: Marks, view and sha256 of a session whose recording is still to come; else empty.
    """

    board: SpectrumBoard
    sound: gr.State
    rate: gr.Number
    view: gr.State
    pending: gr.State

    @property
    def opening(self) -> list[Any]:
        """What changes when a recording is opened: the outputs of `opened`."""
        return [self.sound, self.board, self.rate, self.view]


def render(first: Path | None, marks: list[dict[str, Any]], *, name: str) -> SoundBoard:
    """Draw the board with a recording on it.

    Args:
        first: The recording to start with.
        marks: What is drawn on it.
        name: Unique within the page.
    """
    info = _info(first, None) if first else {}
    words: dict[str, Any] = {
        "note": _welcome(info) if info else "",
        "limit": SOUND_LIMIT,
        "accept": ACCEPT,
        "kinds": KINDS,
    }
    board = SpectrumBoard(marks, info=info, elem_id=f"{name}-board", **words)
    rate = gr.Number(
        label="Sample rate of the sensor, Hz",
        info="Rows of this file a second; a table with a column of times needs none.",
        visible=False,
        minimum=1,
        precision=0,
        elem_id=f"{name}-rate",
    )
    states = gr.State(str(first or "")), gr.State({}), gr.State({})
    return SoundBoard(board, states[0], rate, states[1], states[2])


def render_microphone() -> gr.Audio:
    """Draw what records a sound, folded away."""
    with gr.Accordion("Record with the microphone", open=False):
        return gr.Audio(sources=["microphone"], type="filepath", show_label=False, buttons=[])


def listen(parts: SoundBoard, microphone: gr.Audio, more: list[Any], also: Any) -> None:
    """Connect opening, recording, the sensor's rate, axes and zoom.

    Args:
        parts: The board.
        microphone: Records a sound.
        more: Further outputs of opening a recording.
        also: Gives the values of `more` from the recording's facts; from {} when none could be opened.
    """

    def upload(event: gr.EventData, pending: dict[str, Any]) -> list[Any]:
        return opened(event.path, pending, also)

    def recorded(path: str | None, pending: dict[str, Any]) -> list[Any]:
        return opened(path, pending, also) if path else [gr.skip()] * len(outputs)

    def rated(path: str, rate: float | None, marks: Any, view: View) -> list[Any]:
        if not (path and rate) or view.get("rate_hz") == rate:
            return [gr.skip()] * len(outputs)
        return [*shown(path, rate, also, marks), gr.skip()]

    outputs = [*parts.opening, *more, parts.pending]
    parts.board.upload(upload, parts.pending, outputs, **QUIET)
    microphone.stop_recording(recorded, [microphone, parts.pending], outputs, **QUIET)
    reads = [parts.sound, parts.rate, parts.board, parts.view]
    gr.on([parts.rate.submit, parts.rate.blur], rated, reads, outputs, **QUIET)
    seen = [parts.sound, parts.rate, parts.view]
    parts.board.view(looked, seen, [parts.board, parts.view], trigger_mode="always_last", **QUIET)


def opened(path: Any, pending: dict[str, Any], also: Any) -> list[Any]:
    """Take an uploaded recording onto the board; a path that was not uploaded is refused.

    Args:
        path: What the browser sent.
        pending: A session that waits for its recording, or empty.
        also: See `listen`.
    """
    try:
        real = uploaded(path)
    except StudioError as error:
        return [gr.skip(), answer(note=told(error), tone="wrong"), *[gr.skip()] * 2, *also({}), gr.skip()]
    if not pending:
        return [*shown(str(real), None, also, []), {}]
    note = "" if sha256_of(real) == pending["sha256"] else OTHER_FILE.format(pending["name"])
    wanted = {name: pending[name] for name in ("rate", "marks", "view")}
    return [*shown(str(real), wanted["rate"], also, wanted["marks"], note=note, view=wanted["view"]), {}]


def shown(
    path: str,
    rate: float | None,
    also: Any,
    marks: Any,
    *,
    note: str = "",
    view: dict[str, Any] | None = None,
) -> list[Any]:
    """Return what opening shows: path, board, rate field, view, and what `also` makes of the facts.

    Args:
        path: A recording that may be opened.
        rate: Sample rate of a sensor's file, Hz.
        also: See `listen`.
        marks: Prompts to start with.
        note: A warning to show in place of the recording's facts.
        view: Axis and stretch to show; all of it when empty.
    """
    sensor = Path(path).suffix.lower() in SENSORS
    field = gr.update(visible=sensor, value=rate if sensor else None)
    try:
        info = _info(Path(path), sensor_rate(path, rate))
    except InputError as error:
        closed = answer(info={}, overview={}, detail={}, value=marks, note=told(error), tone="wrong")
        return [path if sensor else "", closed, field, {}, *also({})]
    words = note or _welcome(info)
    tone = "wrong" if note else ""
    pictures = {"overview": {}, "detail": {}, "look": view or {}}
    board = answer(info=info, value=marks, note=words, tone=tone, **pictures)
    return [path, board, field, {**(view or {}), "rate_hz": rate}, *also(info)]


def sensor_rate(path: str, rate: float | None) -> int | None:
    """Return the rate to read a file with: the one given for a sensor's table, else the file's own."""
    return int(rate) if rate and Path(path).suffix.lower() in SENSORS else None


def looked(event: gr.EventData, path: str, rate: float | None, seen: View) -> tuple[Any, View]:
    """Answer another axis or stretch with its pictures."""
    try:
        view = {**seen, "axis": str(event.axis), "start_s": float(event.start_s), "end_s": float(event.end_s)}
        of, hz = Path(path), sensor_rate(path, rate)
        changes: dict[str, Any] = {}
        if event.draw:
            changes = {"overview": overview(of, view["axis"], hz), "detail": {}}
        if event.fetch:
            start_s, end_s = (float(edge) for edge in event.fetch)
            changes["detail"] = closer(of, view["axis"], start_s, end_s, hz)
        return (answer_quietly(**changes), view)
    except (TypeError, ValueError, AttributeError):
        return answer(note="That view cannot be shown.", tone="wrong"), seen
    except StudioError as error:
        return answer(note=told(error), tone="wrong"), seen


def answer_quietly(**changes: Any) -> dict[str, Any]:
    """Return an update that ends the busy sign and leaves the note as it is."""
    update = answer(**changes)
    return {name: value for name, value in update.items() if name not in ("note", "tone")}


def is_stereo(path: Path) -> bool:
    """Whether a recording that may be opened has two channels."""
    return facts_of(path)["channels"] == 2


def facts_in_words(info: dict[str, Any]) -> str:
    """Return length, rate and channels as a person says them."""
    channels = {1: "mono", 2: "stereo"}.get(info["channels"], f"{info['channels']} channels")
    rate = info["sample_rate_hz"]
    hertz = f"{rate / 1000:g} kHz" if rate >= 1000 else f"{rate} Hz"
    seconds = info["duration_s"]
    length = f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds // 60)}:{int(seconds % 60):02} min"
    return f"{length}, {hertz}, {channels}"


def _welcome(info: dict[str, Any]) -> str:
    return f"{info['name']}: {facts_in_words(info)}. Draw what you mean, or name it below."


def _info(path: Path, rate: int | None) -> dict[str, Any]:
    facts = facts_of(path, rate)
    playable = path.suffix.lower() in PLAYED and facts["sample_rate_hz"] in PLAYED_HZ
    return {**facts, "id": next(_opened), "sound": file_data(path) if playable else None}
