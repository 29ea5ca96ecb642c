"""The audio tab: name a sound, draw it or give a recording of it; take it out of the mix; hear it in step."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from apps.studio import Studio
from apps.task import task
from apps.web import (
    downloads,
    examples,
    mix_down,
    music_line,
    result_view,
    run_bar,
    sound_board,
    sound_form,
    sound_session,
)
from apps.web.audio_result import mixer_of
from apps.web.engine_picker import EnginePicker
from apps.web.examples import Example, references_in, text_in
from apps.web.mark_board import chips
from apps.web.mixer import Mixer
from apps.web.result_view import ResultView
from apps.web.run_bar import RunBar, Update
from apps.web.sound_board import ACCEPT, SOUND_LIMIT
from apps.web.sound_extras import PanWindow, References
from apps.web.sound_form import SoundForm
from apps.web.sound_prompts import ENGINES, offered_names
from apps.web.sound_session import Desk, SessionFile
from apps.web.step_rack import rack_for

PROMISE = "The sound you name or draw, and everything else, will play here in step with the mix."


@dataclass(frozen=True)
class AudioTab:
    """Its components, and the examples on offer."""

    examples: list[Example]
    tries: gr.Dataset
    names: gr.Dataset
    microphone: gr.Audio
    form: SoundForm
    music: music_line.MusicLine
    session: SessionFile
    faders: gr.State
    bar: RunBar
    player: Mixer
    result: ResultView

    @property
    def desk(self) -> Desk:
        """What a session is made of."""
        return Desk(self.session, self.form, self.player, self.faders, self.examples)


def render() -> AudioTab:
    """Draw the tab with its example in it."""
    offered = examples.sounds()
    first = offered[0] if offered else None
    with gr.Column(elem_classes="card"):
        with gr.Row(elem_classes="titled"):
            gr.HTML('<h2 class="step">Your recording</h2>', padding=False, apply_default_css=False)
            tries = chips(offered, gr.Textbox(visible=False), name="audio-tries")
        board = sound_board.render(
            first.path if first else None, first.prompts if first else [], name="audio"
        )
        text, names, unwanted, bar = _wish(first)
        microphone = sound_board.render_microphone()
    with gr.Row(equal_height=False):
        with gr.Column(scale=5, min_width=320, elem_classes="card"):
            more = _more(bool(first) and sound_board.is_stereo(first.path))
            music = music_line.render()
            session = SessionFile(elem_id="audio-session")
        with gr.Column(scale=7, min_width=320, elem_classes="card"):
            made_by = result_view.render_made_by(PROMISE, name="audio")
            player = Mixer({}, elem_id="audio-player")
            result = result_view.render(made_by, name="audio")
    form = SoundForm(board, text, unwanted, *more)
    state = gr.State({})
    return AudioTab(offered, tries, names, microphone, form, music, session, state, bar, player, result)


def _wish(first: Example | None) -> tuple[gr.Textbox, gr.Dataset, gr.Textbox, RunBar]:
    with gr.Row(elem_classes="wish"):
        text = gr.Textbox(
            text_in(first) if first else "",
            label="What do you want to take out?",
            placeholder="speech, or several: vocals, drums",
            elem_id="audio-text",
            scale=4,
            min_width=240,
        )
        placeholder = "music, rain"
        unwanted = gr.Textbox(label="Leave out", placeholder=placeholder, elem_id="audio-not", scale=3)
        with gr.Column(scale=3, min_width=240):
            bar = run_bar.render("Separate", "audio")
    samples = [[name] for name in offered_names()]
    names = gr.Dataset(components=[text], samples=samples, show_label=False, elem_classes="chips")
    return text, names, unwanted, bar


def _more(stereo: bool) -> tuple[Any, ...]:
    """Draw what is seldom needed, in the order of `SoundForm`."""
    pan = PanWindow(elem_id="audio-pan", visible=stereo)
    references = References([], limit=SOUND_LIMIT, accept=ACCEPT, elem_id="audio-references")
    effects = rack_for(task("separate"), "Add an effect to the target", name="audio-effects")
    with gr.Accordion("Options and files", open=False):
        options = sound_form.render_options()
        formats = sound_form.render_formats()
    engine = EnginePicker(package=ENGINES, elem_id="audio-engine")
    return pan, references, effects, engine, formats, options


def listen(tab: AudioTab, studio: Studio) -> None:
    """Connect the tab to the studio."""

    def separate(faders: dict[str, Any], *values: Any) -> Iterator[Update]:
        def submit() -> str:
            return studio.submit(tab.form.filled(values).recipe())

        yield from run_bar.run(tab.bar, studio, submit, partial(show, faders))

    def show(faders: dict[str, Any], job_id: str) -> Update:
        mixed = sound_session.with_faders(mixer_of(studio.result(job_id), job_id), faders)
        return {**result_view.view(tab.result, studio, job_id), tab.player: mixed, tab.faders: {}}

    outputs = [*tab.bar.outputs, *tab.result.outputs, tab.player, tab.faders]
    run_bar.listen(tab.bar, studio)
    result_view.restoring(tab.result, tab.bar, outputs, partial(show, {}))
    gr.on(
        [tab.bar.go.click, tab.form.text.submit, tab.form.unwanted.submit],
        separate,
        [tab.faders, *tab.form.inputs],
        outputs,
        **run_bar.ONCE,
    )
    tab.names.click(lambda row: row[0], tab.names, tab.form.text, queue=False, **run_bar.QUIET)
    _listen_examples(tab)
    sound_board.listen(tab.form.board, tab.microphone, [tab.form.pan], _pan_for)
    sound_session.listen(tab.desk, _pan_for)
    downloads.listen(tab.form.engine, tab.bar, studio)
    mix_down.listen(tab.player, studio)
    music_line.listen(tab.music, tab.form.board.sound)


def _listen_examples(tab: AudioTab) -> None:
    form = tab.form

    def another(index: int) -> list[Any]:
        example = tab.examples[index]
        opening = sound_board.shown(str(example.path), None, _pan_for, example.prompts)
        references = references_in(example, form.references)
        return [*opening, {}, text_in(example), "", references]

    outputs = [*form.board.opening, form.pan, form.board.pending, form.text, form.unwanted, form.references]
    tab.tries.click(another, tab.tries, outputs, **run_bar.QUIET)


def _pan_for(info: dict[str, Any]) -> list[Any]:
    """Show the pan control for stereo sound, at rest; leave it alone when nothing was opened."""
    return [gr.update(visible=info["channels"] == 2, value=[]) if info else gr.skip()]
