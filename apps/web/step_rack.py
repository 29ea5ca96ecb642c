"""The rack of effects or mesh operations, generated from their declarations."""

from collections.abc import Iterable
from dataclasses import asdict
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar

from apps.task import TaskKind
from apps.web.widget import Widget
from shared.discovery import declared
from shared.params import Parameter, parameters


class StepRack(Widget):
    """Steps in order, each with its parameters, to add, bypass, place in time, move and remove.

    Its value is the chain of a recipe: [{"id": "gain", "gain_db": 3, "bypass": true, "spans": [[3, 5]]}, …].
    Event: `input`.

    Args:
        value: Chain to start with.
        declarations: What can be added, as `declarations` makes it.
        prompt: What the menu says.
        presets: Ready chains: {"id", "title", "summary", "steps"} each.
    """

    files: ClassVar[str] = "rack"

    def __init__(
        self,
        value: list[dict[str, Any]] | None = None,
        *,
        declarations: list[dict[str, Any]] | None = None,
        prompt: str = "Add a step",
        presets: list[dict[str, Any]] | None = None,
        **settings: Any,
    ) -> None:
        own = {"declarations": declarations or [], "prompt": prompt, "presets": presets or []}
        super().__init__(value or [], **{**settings, **own})

    def preprocess(self, payload: Any) -> tuple[dict[str, Any], ...]:
        """Return the chain as a recipe takes it."""
        return tuple(payload or ())

    def postprocess(self, value: Iterable[dict[str, Any]] | None) -> list[dict[str, Any]]:
        """Return the chain as JSON."""
        return list(value or ())

    def api_info(self) -> dict[str, Any]:
        """Return the JSON schema of the value."""
        return {"type": "array", "items": {"type": "object", "required": ["id"]}}


def rack_for(kind: TaskKind, prompt: str, *, name: str) -> StepRack:
    """Return the rack of a task's steps; empty when it takes none.

    Args:
        kind: The task.
        prompt: What the menu says, such as "Add an effect".
        name: Element id.
    """
    steps = declared(*kind.chain) if kind.chain else ()
    ready = _presets(kind.chain[0]) if kind.chain else []
    return StepRack(
        declarations=declarations(steps), prompt=prompt, presets=ready, elem_id=name, visible=bool(steps)
    )


def _presets(folder: str) -> list[dict[str, Any]]:
    """Return the ready chains of the package that the steps are of, where it has some."""
    package = f"{folder.rpartition('.')[0]}.presets"
    if find_spec(package) is None:
        return []
    return [asdict(preset) for preset in import_module(package).presets().values()]


def declarations(steps: Iterable[type]) -> list[dict[str, Any]]:
    """Return step classes as the rack draws them."""
    return [
        {
            "id": getattr(step, "id", ""),
            "title": getattr(step, "title", ""),
            "doc": (step.__doc__ or "").partition("\n")[0],
            "timed": hasattr(step, "within"),
            "parameters": _parameters(parameters(step)),
        }
        for step in steps
    ]


def _parameters(all_of_step: tuple[Parameter, ...]) -> list[dict[str, Any]]:
    """Return the rows of a step; names that differ in the unit alone keep it ("Low dB", "Low Hz")."""
    labels = [label(parameter) for parameter in all_of_step]
    return [
        _parameter(p, f"{name} {p.range.unit}" if p.range and labels.count(name) > 1 else name)
        for p, name in zip(all_of_step, labels, strict=True)
    ]


def _parameter(parameter: Parameter, shown: str) -> dict[str, Any]:
    span = parameter.range
    return {
        "name": parameter.name,
        "label": shown,
        "kind": parameter.kind.__name__,
        "default": parameter.default,
        "low": span.low if span else 0,
        "high": span.high if span else 1,
        "unit": span.unit if span else "",
        "choices": list(parameter.choices),
        "doc": parameter.doc,
    }


_SPELLED = {"%": "percent", "°": "deg"}


def label(parameter: Parameter) -> str:
    """Return a parameter's name for people: "decay_s" becomes "Decay", its unit stands elsewhere."""
    name, unit = parameter.name, parameter.range.unit if parameter.range else ""
    ending = f"_{_SPELLED.get(unit, unit.lower())}"
    words = name.removesuffix(ending) if unit else name
    return words.replace("_", " ").capitalize()
