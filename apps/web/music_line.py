"""Tempo and key of the recording on the audio tab, with the lengths of notes that a delay wants."""

import html
from dataclasses import dataclass
from typing import Any

import gradio as gr

from apps.web.errors import shown_error
from apps.web.run_bar import ONCE
from sam_audio.music import CLEAR_PULSE, Music, measure_music
from shared.errors import InputError, StudioError
from shared.loading import load_audio


@dataclass(frozen=True)
class MusicLine:
    """A button, and what it finds out."""

    ask: gr.Button
    told: gr.HTML


def render() -> MusicLine:
    """Draw it with nothing told."""
    ask = gr.Button("Tempo and key", elem_id="audio-music", size="sm")
    told = gr.HTML("", visible=False, elem_id="audio-music-told", padding=False, apply_default_css=False)
    return MusicLine(ask, told)


def listen(line: MusicLine, sound: gr.State) -> None:
    """Measure the recording that is on the board when asked; forget it when another is opened.

    Args:
        line: What `render` drew.
        sound: Path of the recording; "" for none.
    """

    def tell(path: str) -> dict[str, Any]:
        try:
            if not path:
                raise InputError("There is no recording yet.", "Choose or record one.")
            source: Any = load_audio(path)
            music = measure_music(source)
        except StudioError as error:
            raise shown_error(error) from error
        return gr.update(value=words(music), visible=True)

    quick = {**ONCE, "show_progress": "minimal"}
    line.ask.click(tell, sound, line.told, **quick)
    sound.change(lambda: gr.update(value="", visible=False), None, line.told, **ONCE)


def words(music: Music) -> str:
    """Return a few lines of HTML: tempo, key, tuning, lengths of notes."""
    beat = f"{music.tempo_bpm:g} beats a minute" if music.pulse >= CLEAR_PULSE else "hardly a beat"
    key = f"{music.key}, else {music.second_key}"
    tuning = f"A = {440 * 2 ** (music.tuning_cents / 1200):.0f} Hz"
    lengths = " · ".join(f"{name} {value:g} ms" for name, value in music.lengths_ms.items())
    parts = [f"<b>{html.escape(beat)}</b> · {html.escape(key)} · {tuning}"]
    if music.pulse >= CLEAR_PULSE:
        parts.append(f"<small>For a delay in time: {html.escape(lengths)}</small>")
    return "<br>".join(parts)
