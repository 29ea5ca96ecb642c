"""Height, shape and joints of the people in a result, as tables."""

import html
import json
from itertools import zip_longest
from typing import Any

from apps.cli_body import counted, person_words
from apps.runner import Result
from apps.web.fact_table import Row, folded, table_html, title

_NAMES = {"rig": "Skeleton", "rest": "Rest pose"}
_BASES = {"seen": "Seen", "guessed": "Guessed", "placed": "Placed by you", "hidden": "Hidden, as you said"}
_RESTS = {"model": "The skeleton's own", "T": "T-pose", "A": "A-pose", "photo": "That of the photo"}


def bodies_html(result: Result) -> str:
    """Return the tables of each person: what the manifest says, and the joints where JSON was written."""
    people = result.manifest["facts"]["bodies"]
    written = sorted(path for path in result.files if path.name.startswith("body") and path.suffix == ".json")
    joints = [json.loads(path.read_text("utf8"))["joints"] for path in written]
    pairs: Any = zip_longest(people, joints[: len(people)], fillvalue=[])
    return "".join(_person_html(facts, rows, n, len(people)) for n, (facts, rows) in enumerate(pairs, 1))


def _person_html(facts: dict[str, Any], joints: list[dict[str, Any]], number: int, many: int) -> str:
    plain = [
        (_NAMES.get(name, title(name)), _RESTS.get(value, value) if name == "rest" else value)
        for name, value in facts.items()
        if not isinstance(value, dict) and value is not None and name != "id"
    ]
    shape = [(title(name), value) for name, value in facts.get("shape", {}).items()]
    tables = table_html("Person" if many == 1 else "", plain)
    if looks := looks_rows(facts):
        tables += table_html("Looks", looks)
    if landmarks := landmark_rows(facts):
        tables += folded(f"Joints of the photo: {counted(facts['landmarks'])}", landmarks)
    if shape:
        tables += folded("Shape, 0 to 1", shape)
    tables += folded("Joints: x, y, z in metres", map(_joint, joints)) if joints else ""
    if many == 1:
        return tables
    summary = html.escape(f"Person {number}: {person_words(facts)}")
    shown = " open" if number == 1 else ""
    return f'<details class="fold"{shown}><summary>{summary}</summary>{tables}</details>'


def landmark_rows(facts: dict[str, Any]) -> list[Row]:
    """Which joints were seen, which guessed, and which the user placed or called hidden."""
    named = facts.get("landmarks", {}).items()
    return [(_BASES[basis], ", ".join(names).replace("_", " ")) for basis, names in named]


def looks_rows(facts: dict[str, Any]) -> list[Row]:
    """What is seen and what is made up, how clothes fit, where the head looks, which hands are seen."""
    rows: list[Row] = []
    if texture := facts.get("texture"):
        said = "{seen_percent} % seen, {mirrored_percent} % mirrored, {made_up_percent} % made up".format(
            **texture
        )
        rows.append(("Texture", said + (", face blurred" if texture["face_blurred"] else "")))
    if clothes := facts.get("clothes"):
        rows.append(
            ("Outline on the mask, IoU", "{outline_iou_before} → {outline_iou_after}".format(**clothes))
        )
        crossed = "{faces_crossing_before} → {faces_crossing}".format(**clothes)
        rows.append(("Triangles that cut others", crossed))
    if head := facts.get("head"):
        rows.append(("Head: yaw, pitch, roll", "{yaw_deg}°, {pitch_deg}°, {roll_deg}°".format(**head)))
        if gaze := head["gaze"]:
            rows.append(("Gaze: yaw, pitch", "{yaw_deg}°, {pitch_deg}°".format(**gaze)))
    if hands := facts.get("hands"):
        words = [
            f"{side} {hand['confidence']}" if hand["seen"] else f"{side} not seen"
            for side, hand in hands.items()
        ]
        rows.append(("Fingers", ", ".join(words)))
    return rows


def _joint(joint: dict[str, Any]) -> Row:
    return joint["name"], ", ".join(f"{value:.3f}" for value in joint["position_m"])
