"""What the command line has for bodies alone: corrections of joints, shapes and motions."""

import argparse
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from shared.errors import PromptError
from shared.prompts import Keypoints

SHAPES = ("gender", "age", "muscle", "weight", "height", "proportions")
MEASURES = ("height", "chest", "waist", "hip", "inseam", "arm")
_FORM = "--joint NAME=X,Y[,ID]"


def add_joint_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags that correct joints of a person; ID is its number in the result, 0 when left out."""
    flag = parser.add_argument
    where = "put this joint there, pixels; ID counts from 0, so that 1 is person 2"
    flag("--joint", action="append", default=[], metavar="NAME=X,Y[,ID]", help=where)
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


def people_lines(facts: dict[str, Any]) -> list[str]:
    """Return one line a person of a result: how sure, how tall, and what was seen.

    Args:
        facts: Of the manifest of a photo, of several photos or of a video.
    """
    if "people" in facts:  # of a video: who is left out keeps their number
        return [f"person   {told['id'] + 1}: {person_words(told)}" for told in facts["people"]]
    return [f"person   {number}: {person_words(told)}" for number, told in enumerate(facts["bodies"], 1)]


def person_words(facts: dict[str, Any]) -> str:
    """Return how sure, how tall and what was seen of the person that facts of a manifest are about."""
    words = [f"score {facts['score']:.2f}", f"{facts['height_m']:.2f} m tall"]
    if "landmarks" in facts:
        words.append(f"joints {counted(facts['landmarks'])}")
    if "frames" in facts:
        words.append(
            f"frames {facts['frames'] - facts['frames_filled']} seen, {facts['frames_filled']} filled"
        )
    return "; ".join(words)


def counted(landmarks: dict[str, list[str]]) -> str:
    """Return how many joints are seen, guessed, placed and hidden, in words."""
    return ", ".join(f"{len(names)} {basis}" for basis, names in landmarks.items())


def add_verbs(group: Any, say: Callable[[str], None]) -> None:
    """Add `body people`, `body shape` and `body retarget` to the verbs of `segstudio body`.

    Args:
        group: The sub-parsers of `body`.
        say: Called with each line that a command tells.
    """
    who = group.add_parser("people", help="tell where people are: boxes to choose from and to mend")
    who.add_argument("photo", metavar="IN", help="a picture file")
    who.add_argument("--most-people", type=int, default=10, metavar="N", help="most boxes (10)")
    who.add_argument("--prompts-out", metavar="FILE", help="write them as JSON, for `estimate --prompts`")
    who.set_defaults(act=partial(_people, say))
    shape = group.add_parser("shape", help="give a body another shape: numbers or measures in cm")
    shape.add_argument("body", nargs="?", metavar="BODY", help="a body.json; an average person without it")
    for name in SHAPES:
        shape.add_argument(f"--{name}", type=float, metavar="0..1", help=f"{name} of the shape")
    for name in MEASURES:
        shape.add_argument(f"--{name}-cm", type=float, metavar="CM", help=f"{name} to reach")
    shape.add_argument("--rest", help="rest pose: model, T, A or photo")
    _add_output(shape)
    shape.set_defaults(act=partial(_shape, say))
    motion = group.add_parser("retarget", help="bring the motion of a BVH file onto a body")
    motion.add_argument("body", nargs="?", metavar="BODY", help="a body.json; an average person without it")
    motion.add_argument("motion", metavar="BVH", help="a motion of any skeleton")
    _add_output(motion)
    motion.set_defaults(act=partial(_retarget, say))


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rig", help="names of the skeleton; as the body's when left out")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the result")
    parser.add_argument("--formats", default="", help="comma list; all but usdc, usdz and fbx when left out")


def _people(say: Callable[[str], None], parsed: argparse.Namespace) -> None:
    from sam_body.people import boxes_of_people
    from shared.exporting import atomic
    from shared.loading import load_image
    from shared.prompts import to_json

    boxes = boxes_of_people(load_image(parsed.photo), most_people=max(parsed.most_people, 1))
    for box in boxes:
        say(f"--box {','.join(f'{v:g}' for v in box.xyxy_px)},+,{box.object_id}")
    if parsed.prompts_out:
        with atomic(parsed.prompts_out) as draft:
            draft.write_text(json.dumps(to_json(boxes)), "utf8")
        say(f"wrote    {parsed.prompts_out}")


def _shape(say: Callable[[str], None], parsed: argparse.Namespace) -> None:
    from apps import bodies

    shape = {n: v for n in SHAPES if (v := getattr(parsed, n)) is not None}
    measures = {n: v for n in MEASURES if (v := getattr(parsed, f"{n}_cm")) is not None}
    body, warnings = bodies.shaped(parsed.body, shape, measures, rig=parsed.rig, rest=parsed.rest)
    for warning in warnings:
        say(f"warning  {warning}")
    told = bodies.facts(body)
    say(f"shape    {json.dumps(told['shape'])}")
    say(f"measures {json.dumps(told['measures_cm'])}")
    _write(say, parsed, body, "body")


def _retarget(say: Callable[[str], None], parsed: argparse.Namespace) -> None:
    from apps import bodies

    motion = bodies.moved(parsed.body, parsed.motion, rig=parsed.rig)
    say(f"frames   {len(motion.rotations)} of {motion.frame_s:.4f} s")
    _write(say, parsed, motion, "motion")


def _write(say: Callable[[str], None], parsed: argparse.Namespace, result: Any, stem: str) -> None:
    from apps import bodies

    formats = tuple(f for f in parsed.formats.split(",") if f)
    for path in bodies.written(result, parsed.out, stem, formats):
        say(f"wrote    {path}")
