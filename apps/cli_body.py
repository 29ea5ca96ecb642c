"""What the command line has for bodies alone: corrections of joints."""

import argparse

from shared.errors import PromptError
from shared.prompts import Keypoints

_FORM = "--joint NAME=X,Y[,ID]"


def add_joint_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags that correct joints of a person; ID is its number in the result, 0 when left out."""
    flag = parser.add_argument
    flag("--joint", action="append", default=[], metavar="NAME=X,Y[,ID]", help="put this joint there, pixels")
    flag("--hidden", action="append", default=[], metavar="NAME[,ID]", help="this joint is out of sight")
    flag(
        "--nearer",
        action="append",
        default=[],
        metavar="NAME[,ID]",
        help="this joint is nearer to the camera than the joint before it, as a wrist than its elbow",
    )
    flag("--farther", action="append", default=[], metavar="NAME[,ID]", help="... is farther away")


def joints_from(parsed: argparse.Namespace) -> tuple[Keypoints, ...]:
    """Return the corrections of parsed flags, one prompt a person.

    Raises:
        PromptError: A flag cannot be read.
    """
    people: dict[int, dict[str, list]] = {}
    for text in parsed.joint:
        name, place, number = _placed(text)
        person = people.setdefault(number, {})
        person.setdefault("names", []).append(name)
        person.setdefault("xy_px", []).append(place)
    for field in ("hidden", "nearer", "farther"):
        for text in getattr(parsed, field):
            name, number = _named(text, field)
            people.setdefault(number, {}).setdefault(field, []).append(name)
    return tuple(
        Keypoints(**{field: tuple(values) for field, values in said.items()}, object_id=number)
        for number, said in sorted(people.items())
    )


def _placed(text: str) -> tuple[str, tuple[float, float], int]:
    name, _, numbers = text.partition("=")
    try:
        x, y, *number = numbers.split(",")
        return name.strip(), (float(x), float(y)), int(*number)
    except (ValueError, TypeError):
        raise PromptError(f"Cannot read the joint {text!r}.", f"Write it as {_FORM}.") from None


def _named(text: str, field: str) -> tuple[str, int]:
    name, _, number = text.partition(",")
    try:
        return name.strip(), int(number or 0)
    except ValueError:
        raise PromptError(f"Cannot read {text!r}.", f"Write it as --{field} NAME[,ID].") from None
