"""The audio tab: name a sound, take it out of the mix, put effects on it, hear it in step."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from apps.recipes import Recipe
from apps.studio import Studio
from apps.task import task
from apps.web import downloads, examples, mix_down, result_view, run_bar
from apps.web.audio_result import mixer_of
from apps.web.engine_picker import EnginePicker
from apps.web.examples import Example
from apps.web.mark_board import chips
from apps.web.mixer import Mixer
from apps.web.result_view import ResultView
from apps.web.run_bar import RunBar, Update
from apps.web.sound_prompts import ENGINES, offered_names, prompts_of, takes
from apps.web.step_rack import StepRack, rack_for
from apps.web.uploads import uploaded
from shared.prompts import NotText, Span

PROMISE = "The sound you name, and everything else, will play here in step with the mix."


@dataclass(frozen=True)
class AudioTab:
    """Its components, and the examples on offer."""

    examples: list[Example]
    sound: gr.Audio
    tries: gr.Dataset
    text: gr.Textbox
    names: gr.Dataset
    unwanted: gr.Textbox
    span: tuple[gr.Number, gr.Number]
    effects: StepRack
    engine: EnginePicker
    bar: RunBar
    player: Mixer
    result: ResultView

    @property
    def inputs(self) -> list[Any]:
        """What a run reads."""
        return [self.sound, self.text, self.unwanted, *self.span, self.effects, self.engine]


def render() -> AudioTab:
    """Draw the tab with its example in it."""
    offered = examples.sounds()
    with gr.Row(equal_height=False):
        with gr.Column(scale=5, min_width=320, elem_classes="card"):
            gr.HTML('<h2 class="step">Your recording</h2>', padding=False, apply_default_css=False)
            path = str(offered[0].path) if offered else None
            sound = gr.Audio(path, type="filepath", show_label=False, elem_id="audio-in", buttons=[])
            text, names, tries = _wish(offered)
            effects = rack_for(task("separate"), "Add an effect to the target", name="audio-effects")
            with gr.Accordion("Narrow it down", open=False, visible=takes(NotText) or takes(Span)):
                unwanted = gr.Textbox(label="Leave out", visible=takes(NotText))
                with gr.Row(visible=takes(Span)):
                    start, end = (gr.Number(label=f"{edge}, s", minimum=0) for edge in ("From", "To"))
            engine = EnginePicker(package=ENGINES, elem_id="audio-engine")
            bar = run_bar.render("Separate", "audio")
        with gr.Column(scale=7, min_width=320, elem_classes="card"):
            made_by = result_view.render_made_by(PROMISE, name="audio")
            player = Mixer({}, elem_id="audio-player")
            result = result_view.render(made_by, name="audio")
    span = (start, end)
    return AudioTab(offered, sound, tries, text, names, unwanted, span, effects, engine, bar, player, result)


def _wish(offered: list[Example]) -> tuple[gr.Textbox, gr.Dataset, gr.Dataset]:
    tries = chips(offered, gr.Textbox(visible=False), name="audio-tries")
    text = gr.Textbox(
        offered[0].prompts[0]["text"] if offered else "",
        label="What do you want to take out?",
        placeholder="speech, or several: vocals, drums",
        elem_id="audio-text",
    )
    samples = [[name] for name in offered_names()]
    names = gr.Dataset(components=[text], samples=samples, show_label=False, elem_classes="chips")
    return text, names, tries


def listen(tab: AudioTab, studio: Studio) -> None:
    """Connect the tab to the studio."""

    def separate(
        sound: str | None, wanted: str, unwanted: str, start: float, end: float, chain: Any, engine: str
    ) -> Iterator[Update]:
        def submit() -> str:
            prompts = prompts_of(wanted, unwanted, start, end)
            return studio.submit(Recipe("separate", str(uploaded(sound)), prompts, engine, chain=chain))

        def show(job_id: str) -> Update:
            found = mixer_of(studio.result(job_id), job_id)
            return {**result_view.view(tab.result, studio, job_id), tab.player: found}

        yield from run_bar.run(tab.bar, studio, submit, show)

    def another(index: int) -> tuple[str, str]:
        example = tab.examples[index]
        return str(example.path), example.prompts[0]["text"]

    run_bar.listen(tab.bar, studio)
    gr.on(
        [tab.bar.go.click, tab.text.submit],
        separate,
        tab.inputs,
        [*tab.bar.outputs, *tab.result.outputs, tab.player],
        **run_bar.ONCE,
    )
    tab.names.click(lambda row: row[0], tab.names, tab.text, queue=False, **run_bar.QUIET)
    tab.tries.click(another, tab.tries, [tab.sound, tab.text], queue=False, **run_bar.QUIET)
    downloads.listen(tab.engine, tab.bar, studio)
    mix_down.listen(tab.player, studio)
