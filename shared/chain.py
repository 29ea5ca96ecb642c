"""A chain of steps: same type in, same type out. Effects and mesh operations are steps."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from shared.errors import InputError
from shared.params import build, to_dict

T = TypeVar("T")
MAX_STEPS = 32


class Step(Protocol[T]):
    """A frozen dataclass of declared parameters that turns a T into another T.

    For sound T is an iterator of (C, F) float32 blocks, see `sam_audio.effects`.
    """

    id: ClassVar[str]
    title: ClassVar[str]

    def __call__(self, value: T, /) -> T: ...


@dataclass(frozen=True)
class Chain(Generic[T]):
    """Steps in order; an empty chain changes nothing."""

    steps: tuple[Step[T], ...] = ()

    def __post_init__(self) -> None:
        if len(self.steps) > MAX_STEPS:
            raise InputError(f"A chain takes at most {MAX_STEPS} steps, but got {len(self.steps)}.")

    def __call__(self, value: T) -> T:
        """Apply all steps, first to last."""
        for step in self.steps:
            value = step(value)
        return value

    def to_json(self) -> list[dict[str, Any]]:
        """Return the chain as a JSON list: each step's id and parameters."""
        return [{"id": step.id, **to_dict(step)} for step in self.steps]


def parse_chain(items: Any, kinds: Iterable[type], *, what: str = "step") -> Chain[Any]:
    """Make a chain from its JSON list.

    Args:
        items: [{"id": "gain", "gain_db": 3}, …]
        kinds: The declared step classes.
        what: What a step is called in an error message ("effect").

    Raises:
        InputError: Not such a list, an unknown id, or a wrong parameter.
    """
    known = {kind.id: kind for kind in kinds}
    if not isinstance(items, list) or not all(isinstance(i, dict) and "id" in i for i in items):
        raise InputError(f'A chain wants a JSON list of objects with an "id", but got {_short(items)}.')
    steps = []
    for item in items:
        kind = known.get(str(item["id"]))
        if kind is None:
            offer = f"Choose from {', '.join(known)}." if known else f"This task takes no {what}s."
            raise InputError(f"There is no {what} {item['id']!r}.", offer)
        steps.append(build(kind, {k: v for k, v in item.items() if k != "id"}))
    return Chain(tuple(steps))


def parse_step(text: str) -> dict[str, Any]:
    """Read the command-line form `reverb:decay_s=1.5,wet=0.3` into its JSON object.

    Raises:
        InputError: A parameter is not written name=value.
    """
    name, _, rest = text.partition(":")
    pairs = [part.partition("=") for part in rest.split(",") if part.strip()]
    bad = [key for key, equals, _ in pairs if not equals]
    if bad or not name.strip():
        raise InputError(f"Cannot read {text!r}.", "Write it as name:parameter=value,parameter=value.")
    return {"id": name.strip(), **{key.strip(): value.strip() for key, _, value in pairs}}


def _short(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 80 else text[:77] + "..."
