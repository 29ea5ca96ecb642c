"""Numbers of a result as small tables."""

import html
from collections.abc import Iterable
from typing import Any

Row = tuple[str, Any]


def table_html(caption: str, rows: Iterable[Row]) -> str:
    """Return rows of a name and a value as an HTML table."""
    cells = "".join(
        f'<tr><th scope="row">{html.escape(str(name))}</th>'
        f"<td{_tone(value)}>{html.escape(words(value))}</td></tr>"
        for name, value in rows
    )
    title = f"<caption>{html.escape(caption)}</caption>"
    return f'<div class="scroll"><table class="facts">{title}{cells}</table></div>'


def words(value: Any) -> str:
    """Return a value for people: yes and no, grouped digits, sizes as a × b × c."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}".replace(",", " ")
    if isinstance(value, float):
        return f"{value:,.1f}".replace(",", " ")
    if isinstance(value, list | tuple):
        return " × ".join(words(part) for part in value)
    return str(value)


def mesh_html(facts: dict[str, Any]) -> str:
    """Return the statistics of a mesh as a table."""
    return table_html("Mesh", ((_title(name), value) for name, value in facts.items()))


def _title(name: str) -> str:
    for ending, unit in (
        ("_mm3", "mm³"),
        ("_cm3", "cm³"),
        ("_mm2", "mm²"),
        ("_mm", "mm"),
        ("_px", "px"),
        ("_m", "m"),
    ):
        if name.endswith(ending):
            return f"{name.removesuffix(ending).replace('_', ' ').capitalize()}, {unit}"
    return name.replace("_", " ").capitalize()


def _tone(value: Any) -> str:
    return {True: ' class="good"', False: ' class="bad"'}[value] if isinstance(value, bool) else ""


def bodies_html(bodies: list[dict[str, Any]]) -> str:
    """Return the facts of each person as tables."""
    many = len(bodies) > 1
    return "".join(
        _body_html(body, f"Person {number}" if many else "Person") for number, body in enumerate(bodies, 1)
    )


def _body_html(body: dict[str, Any], caption: str) -> str:
    simple = [(_title(name), value) for name, value in body.items() if not isinstance(value, dict | list)]
    tables = [table_html(caption, simple)]
    tables += [
        table_html(_title(name), value.items()) for name, value in body.items() if isinstance(value, dict)
    ]
    return "".join(tables)
