"""Parameters declared once; flags, sliders, docs and JSON presets are generated from that.

A declaration is a frozen dataclass whose fields are annotated:

    @dataclass(frozen=True)
    class Gain:
        id: ClassVar[str] = "gain"
        gain_db: Annotated[float, Range(-60, 24, "dB"), Doc("Level change.")] = 0.0
"""

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from shared.errors import InputError

T = TypeVar("T")


@dataclass(frozen=True)
class Range:
    """Closed interval of a number, with its unit ("" when it has none)."""

    low: float
    high: float
    unit: str = ""


@dataclass(frozen=True)
class Choice:
    """The values that a text parameter may take."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class Doc:
    """One sentence that explains a parameter to a user."""

    text: str


@dataclass(frozen=True)
class Parameter:
    """One declared parameter.

    Args:
        name: Field name, unit included (`gain_db`).
        kind: float, int, bool or str.
        default: Value when not given.
        range: Interval of a number, or None.
        choices: Allowed texts; empty when free.
        doc: One sentence, may be empty.
    """

    name: str
    kind: type
    default: Any
    range: Range | None
    choices: tuple[str, ...]
    doc: str

    def check(self, value: Any, owner: str) -> Any:
        """Convert text or JSON to the declared type and refuse what is out of range.

        Raises:
            InputError: Naming the owner, the parameter, the wanted range and what came.
        """
        converted = self._convert(value, owner)
        if self.range and not self.range.low <= converted <= self.range.high:
            low, high, unit = self.range.low, self.range.high, self.range.unit
            raise InputError(
                f"{owner}: {self.name} wants {low:g} to {high:g}{' ' + unit if unit else ''}, "
                f"but got {converted:g}."
            )
        if self.choices and converted not in self.choices:
            raise InputError(
                f"{owner}: {self.name} wants one of {', '.join(self.choices)}, but got {converted!r}."
            )
        return converted

    def _convert(self, value: Any, owner: str) -> Any:
        words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        try:
            if self.kind is bool:
                return value if isinstance(value, bool) else words[str(value).lower()]
            if self.kind is str:
                return str(value)
            if isinstance(value, bool):
                raise ValueError
            number = float(value)
            if number != number or (self.kind is int and number != int(number)):
                raise ValueError
            return self.kind(number)
        except (KeyError, TypeError, ValueError, OverflowError):
            wanted = {bool: "true or false", int: "a whole number", float: "a number"}[self.kind]
            raise InputError(f"{owner}: {self.name} wants {wanted}, but got {value!r}.") from None


def parameters(declaration: type) -> tuple[Parameter, ...]:
    """List the parameters of a declaration (a dataclass) in the order they were written."""
    hints = get_type_hints(declaration, include_extras=True)
    return tuple(_parameter(f, hints[f.name]) for f in dataclasses.fields(declaration) if f.init)


def _parameter(field: "dataclasses.Field[Any]", hint: Any) -> Parameter:
    kind, notes = hint, ()
    if get_origin(hint) is Annotated:
        kind, *notes = get_args(hint)
    found = {type(note): note for note in notes}
    choice, doc = found.get(Choice), found.get(Doc)
    return Parameter(
        name=field.name,
        kind=kind,
        default=field.default,
        range=found.get(Range),
        choices=choice.values if choice else (),
        doc=doc.text if doc else "",
    )


def build(declaration: type[T], values: dict[str, Any], *, owner: str = "") -> T:
    """Make a declaration from checked values; missing ones take their defaults.

    Args:
        declaration: The dataclass.
        values: Name to value (text or JSON types).
        owner: Name for error messages; the class's `id` when empty.

    Raises:
        InputError: An unknown name, a wrong type, or a value out of range.
    """
    owner = owner or str(getattr(declaration, "id", declaration.__name__))
    known = {p.name: p for p in parameters(declaration)}
    unknown = sorted(set(values) - set(known))
    if unknown:
        offer = f"It takes {', '.join(known)}." if known else "It takes no parameters."
        raise InputError(f"{owner} has no parameter {', '.join(unknown)}.", offer)
    return declaration(**{name: known[name].check(value, owner) for name, value in values.items()})


def validated(instance: Any) -> None:
    """Check a declaration's own fields; call it from `__post_init__`.

    Raises:
        InputError: A value is of the wrong type or out of range.
    """
    owner = str(getattr(instance, "id", type(instance).__name__))
    for parameter in parameters(type(instance)):
        value = parameter.check(getattr(instance, parameter.name), owner)
        object.__setattr__(instance, parameter.name, value)


def to_dict(instance: Any) -> dict[str, Any]:
    """Return the values of a declaration as a JSON object."""
    return {p.name: getattr(instance, p.name) for p in parameters(type(instance))}
