"""Height, shape and joints of the people in a result, as tables."""

import json
from itertools import zip_longest
from typing import Any

from apps.runner import Result
from apps.web.fact_table import Row, folded, table_html, title


def bodies_html(result: Result) -> str:
    """Return the tables of each person: what the manifest says, and the joints where JSON was written."""
    people = result.manifest["facts"]["bodies"]
    written = sorted(path for path in result.files if path.name.startswith("body") and path.suffix == ".json")
    joints = [json.loads(path.read_text("utf8"))["joints"] for path in written]
    pairs: Any = zip_longest(people, joints[: len(people)], fillvalue=[])
    return "".join(_person_html(facts, rows, n, len(people)) for n, (facts, rows) in enumerate(pairs, 1))


def _person_html(facts: dict[str, Any], joints: list[dict[str, Any]], number: int, many: int) -> str:
    plain = [(title(name), value) for name, value in facts.items() if not isinstance(value, dict)]
    shape = [(title(name), value) for name, value in facts.get("shape", {}).items()]
    tables = table_html(f"Person {number}" if many > 1 else "Person", plain)
    if shape:
        tables += folded("Shape, 0 to 1", shape)
    return tables + (folded("Joints: x, y, z in metres", map(_joint, joints)) if joints else "")


def _joint(joint: dict[str, Any]) -> Row:
    return joint["name"], ", ".join(f"{value:.3f}" for value in joint["position_m"])
