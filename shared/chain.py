"""A chain of steps: same type in, same type out. Effects and mesh operations are steps."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from shared.errors import InputError
from shared.params import Parameter, build, to_dict
from shared.placing import Spans, parse_spans, spans_as_text, spans_of_text

T = TypeVar("T")
MAX_STEPS = 32
RESERVED = ("id", "bypass", "spans")


class Step(Protocol[T]):
    """A frozen dataclass of declared parameters that turns a T into another T.

    For sound T is a stream of (C, F) float32 blocks, see `sam_audio.effects`. A step over something that
    has time also has `within(value, spans)`, which acts in spans (seconds) alone. No parameter is called
    as in `RESERVED`.
    """

    id: ClassVar[str]
    title: ClassVar[str]

    def __call__(self, value: T, /) -> T: ...


@dataclass(frozen=True)
class Placed(Generic[T]):
    """A step that is switched off, or that acts in spans of time alone.

    Args:
        step: What is done.
        bypass: Leave the step out, and keep its settings.
        spans: Where it acts, in seconds, sorted and apart; empty for everywhere.
    """

    step: Step[T]
    bypass: bool = False
    spans: Spans = ()

    def __post_init__(self) -> None:
        if self.spans and not hasattr(self.step, "within"):
            raise InputError(
                f"{self.step.id} takes no spans: what it works on has no time.", "Leave the spans out."
            )

    @property
    def neutral(self) -> bool:
        """Whether nothing is changed: switched off, or of neutral settings."""
        return self.bypass or bool(getattr(self.step, "neutral", False))

    def __call__(self, value: T, /) -> T:
        """Apply the step where it acts."""
        if self.bypass:
            return value
        step: Any = self.step
        return step.within(value, self.spans) if self.spans else step(value)


@dataclass(frozen=True)
class Chain(Generic[T]):
    """Steps in order; an empty chain changes nothing."""

    steps: tuple[Step[T] | Placed[T], ...] = ()

    def __post_init__(self) -> None:
        if len(self.steps) > MAX_STEPS:
            raise InputError(f"A chain takes at most {MAX_STEPS} steps, but got {len(self.steps)}.")

    def __call__(self, value: T) -> T:
        """Apply all steps, first to last."""
        for step in self.steps:
            value = step(value)
        return value

    @property
    def neutral(self) -> bool:
        """Whether every step says that it changes nothing."""
        return all(bool(getattr(step, "neutral", False)) for step in self.steps)

    def to_json(self) -> list[dict[str, Any]]:
        """Return the chain as a JSON list: each step's id, its parameters, and where it acts."""
        return [_item(step) for step in self.steps]


def _item(placed: "Step[Any] | Placed[Any]") -> dict[str, Any]:
    if not isinstance(placed, Placed):
        return {"id": placed.id, **to_dict(placed)}
    place: dict[str, Any] = {"bypass": True} if placed.bypass else {}
    if placed.spans:
        place["spans"] = [list(span) for span in placed.spans]
    return {"id": placed.step.id, **to_dict(placed.step), **place}


def parse_chain(items: Any, kinds: Iterable[type], *, what: str = "step") -> Chain[Any]:
    """Make a chain from its JSON list.

    Args:
        items: [{"id": "gain", "gain_db": 3, "bypass": false, "spans": [[3, 5], [8, 9.5]]}, …]; "bypass"
            and "spans" (seconds) may be left out.
        kinds: The declared step classes.
        what: What a step is called in an error message ("effect").

    Raises:
        InputError: Not such a list, an unknown id, a wrong parameter, or wrong spans.
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
        steps.append(_placed(build(kind, {k: v for k, v in item.items() if k not in RESERVED}), item))
    return Chain(tuple(steps))


def _placed(step: Any, item: dict[str, Any]) -> Any:
    """Return the step, with its place where the item gives one; no spans are everywhere."""
    bypass = _BYPASS.check(item.get("bypass", False), step.id)
    spans = item.get("spans")
    spans = () if spans is None or spans == [] else parse_spans(spans, step.id)
    return Placed(step, bypass, spans) if bypass or spans else step


_BYPASS = Parameter("bypass", bool, default=False, range=None, choices=(), doc="Leave the step out.")


def parse_step(text: str) -> dict[str, Any]:
    """Read the command-line form `reverb:decay_s=1.5,wet=0.3@3-5+8-9.5` into its JSON object.

    After "@" stand the spans, in seconds, in which the step acts.

    Raises:
        InputError: A parameter is not written name=value, or the spans cannot be read.
    """
    written, at, spans = text.partition("@")
    name, _, rest = written.partition(":")
    name = name.strip()
    pairs = [part.partition("=") for part in rest.split(",") if part.strip()]
    bad = [key for key, equals, _ in pairs if not equals]
    if bad or not name:
        raise InputError(f"Cannot read {text!r}.", "Write it as name:parameter=value,parameter=value@3-5.")
    place = {"spans": spans_of_text(spans, name)} if at else {}
    return {"id": name, **{key.strip(): value.strip() for key, _, value in pairs}, **place}


def step_text(item: dict[str, Any]) -> str:
    """Return the command-line form of a step's JSON object, which `parse_step` reads back."""
    pairs = ",".join(f"{key}={value}" for key, value in item.items() if key not in ("id", "spans"))
    place = f"@{spans_as_text(item['spans'])}" if item.get("spans") else ""
    return f"{item['id']}:{pairs}{place}" if pairs else f"{item['id']}{place}"


def _short(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 80 else text[:77] + "..."
