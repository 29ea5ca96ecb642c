"""Everything on the audio tab that a run reads, as one form."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr

from apps.manifest import sha256_of
from apps.recipes import Recipe
from apps.task import task
from apps.web import options_panel
from apps.web.engine_picker import EnginePicker
from apps.web.options_panel import OptionsPanel
from apps.web.sound_board import SoundBoard, sensor_rate
from apps.web.sound_extras import PanWindow, References
from apps.web.sound_prompts import Wish, prompts_of
from apps.web.step_rack import StepRack
from shared.errors import InputError
from shared.params import parameters
from shared.prompts import Reference

TASK = "separate"
RATE, AXIS = "rate_hz", "axis"  # options that the board sets


@dataclass(frozen=True)
class SoundForm:
    """Its components."""

    board: SoundBoard
    text: gr.Textbox
    unwanted: gr.Textbox
    pan: PanWindow
    references: References
    effects: StepRack
    engine: EnginePicker
    formats: gr.CheckboxGroup
    options: OptionsPanel

    @property
    def inputs(self) -> list[Any]:
        """What `filled` reads, in its order."""
        board = self.board
        says = [board.board, self.text, self.unwanted, self.pan, self.references]
        how = [self.effects, self.engine, self.formats, board.sound, board.rate, board.view]
        return [*says, *how, *self.options.controls]

    def filled(self, values: tuple[Any, ...]) -> "Filled":
        """Return what the form says.

        Args:
            values: Of `inputs`.
        """
        chain, engine, formats, sound, rate, view = values[5:11]
        options = self.options.values(values[11:])
        return Filled(Wish(*values[:5]), chain, engine, tuple(formats), sound, rate, view, options)


@dataclass(frozen=True)
class Filled:
    """What the form says.

    Args:
        wish: What is meant.
        chain: Effects.
        engine: Engine id, or "auto".
        formats: Files to write.
        sound: Path of the recording; "" for none.
        rate: Sample rate of a sensor's recording, or None.
        view: Axis and stretch of the board; may be empty.
        options: Of the task.
    """

    wish: Wish
    chain: Any
    engine: str
    formats: tuple[str, ...]
    sound: str
    rate: float | None
    view: dict[str, Any]
    options: dict[str, Any]

    def recipe(self) -> Recipe:
        """Return the recipe of the run.

        Raises:
            StudioError: No recording, nothing said, or a prompt that is wrong.
        """
        if not self.sound:
            raise InputError("There is no recording yet.", "Drop one on the board first.")
        prompts = prompts_of(self.wish)
        return Recipe(TASK, self.sound, prompts, self.engine, self._options(), self.chain, self.formats)

    def kept(self) -> Recipe:
        """Return the recipe to keep in a session: files by name and sha256, also when nothing is said yet.

        Raises:
            StudioError: A prompt is wrong in itself.
        """
        plain = prompts_of(replace(self.wish, references=()), some=False)
        references = tuple(_named(item) for item in self.wish.references or ())
        sha256 = sha256_of(Path(self.sound)) if self.sound else ""
        said = (*plain, *references)
        options = self._options()
        name = Path(self.sound).name
        return Recipe(TASK, name, said, self.engine, options, self.chain, self.formats, sha256)

    def _options(self) -> dict[str, Any]:
        known = [parameter.name for parameter in parameters(task(TASK).options)]
        rate = sensor_rate(self.sound, self.rate)
        own = {RATE: rate, AXIS: self.view.get(AXIS)}
        return {**self.options, **{k: v for k, v in own.items() if k in known and v}}


def _named(item: dict[str, Any]) -> Reference:
    """Return a reference by name and sha256, also of one that is not here yet."""
    from apps.web.sound_extras import references_of

    sha256 = str(item.get("sha256", ""))
    if item.get("file"):
        (found,) = references_of([item])
        sha256 = sha256_of(Path(found.file))
    return Reference(str(item.get("name") or "reference"), bool(item.get("keep", False)), sha256)


def render_options() -> OptionsPanel:
    """Draw the options that the board does not set."""
    return options_panel.render(TASK, without=(RATE, AXIS))


def render_formats() -> gr.CheckboxGroup:
    """Draw the choice of files to write."""
    kind = task(TASK)
    choices = [(name.upper(), name) for name in kind.formats]
    return gr.CheckboxGroup(
        choices, value=list(kind.default_formats), label="Files to write", elem_id="audio-formats"
    )
