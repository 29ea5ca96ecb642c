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
    heading = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    return f'<div class="scroll"><table class="facts">{heading}{cells}</table></div>'


def folded(caption: str, rows: Iterable[Row]) -> str:
    """Return a table that opens when its caption is clicked."""
    return f'<details class="fold"><summary>{html.escape(caption)}</summary>{table_html("", rows)}</details>'


def words(value: Any) -> str:
    """Return a value for people: yes and no, grouped digits, sizes as a × b × c, a dash for none."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "–"
    if isinstance(value, int):
        return f"{value:,}".replace(",", " ")
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".").replace(",", " ")
    if isinstance(value, list | tuple):
        return " × ".join(words(part) for part in value)
    return str(value)


def mesh_html(facts: dict[str, Any]) -> str:
    """Return the statistics of a mesh as a table."""
    return table_html("Mesh", ((title(name), value) for name, value in facts.items()))


def title(name: str) -> str:
    """Return the words for a fact's name, its unit in parentheses."""
    for ending, unit in (
        ("_mm3", "mm³"),
        ("_cm3", "cm³"),
        ("_cm2", "cm²"),
        ("_mm2", "mm²"),
        ("_percent", "%"),
        ("_mm", "mm"),
        ("_px", "px"),
        ("_g", "g"),
        ("_m", "m"),
    ):
        if name.endswith(ending):
            return f"{name.removesuffix(ending).replace('_', ' ').capitalize()}, {unit}"
    return name.replace("_", " ").capitalize()


def _tone(value: Any) -> str:
    return {True: ' class="good"', False: ' class="bad"'}[value] if isinstance(value, bool) else ""
