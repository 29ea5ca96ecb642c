"""The options of a task as controls, generated from their declaration."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from apps.task import task
from apps.web.step_rack import label
from shared.params import Parameter, parameters

_MOST_BUTTONS = 6
_MOST_SLID = 5000  # a slider over more than that hits no number
_SIGNS = {"deg": "°"}


@dataclass(frozen=True)
class OptionsPanel:
    """Controls of a task's options, in the order of their names."""

    names: tuple[str, ...]
    controls: tuple[Any, ...]

    def values(self, given: tuple[Any, ...]) -> dict[str, Any]:
        """Return the options of a recipe from the controls' values."""
        return dict(zip(self.names, given, strict=True))

    def joined(self, other: "OptionsPanel") -> "OptionsPanel":
        """Return one panel of the controls of both, which may lie in two places."""
        return OptionsPanel(self.names + other.names, self.controls + other.controls)


def render(
    task_name: str,
    *,
    only: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
    titles: dict[str, str] | None = None,
) -> OptionsPanel:
    """Draw the options of a task.

    Args:
        task_name: As in a recipe.
        only: Options to draw, in this order; all when empty.
        without: Options that the page sets in another way.
        titles: What choices are called, where their own name does not say it.
    """
    known = {p.name: p for p in parameters(task(task_name).options)}
    shown = [known[name] for name in only or known if name not in without]
    return OptionsPanel(tuple(p.name for p in shown), tuple(control(p, titles) for p in shown))


def control(parameter: Parameter, titles: dict[str, str] | None = None) -> Any:
    """Return the control of one declared parameter; `titles` as for `render`."""
    titles = titles or {}
    unit = parameter.range.unit if parameter.range else ""
    unit = f", {_SIGNS.get(unit, unit)}" if unit else ""
    words: dict[str, Any] = {"label": f"{label(parameter)}{unit}", "info": parameter.doc or None}
    if parameter.choices:
        choices = [(titles.get(c, c.replace("_", " ").capitalize()), c) for c in parameter.choices]
        if len(choices) > _MOST_BUTTONS:
            return gr.Dropdown(choices, value=parameter.default, **words)
        return gr.Radio(choices, value=parameter.default, **words)
    if parameter.kind is bool:
        return gr.Checkbox(parameter.default, **words)
    if parameter.range and parameter.range.high - parameter.range.low > _MOST_SLID:
        low, high = parameter.range.low, parameter.range.high
        return gr.Number(parameter.default, minimum=low, maximum=high, **words)
    if parameter.range:
        step = 1 if parameter.kind is int or parameter.range.high - parameter.range.low > 100 else 0.05
        return gr.Slider(parameter.range.low, parameter.range.high, parameter.default, step=step, **words)
    return gr.Textbox(parameter.default, **words)
