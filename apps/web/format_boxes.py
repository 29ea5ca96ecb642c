"""Boxes for the file formats of a task; those that cannot be written here say what they need."""

from apps.task import task


def format_choices(name: str) -> list[tuple[str, str]]:
    """Return what a `gr.CheckboxGroup` offers for a task: (label, format)."""
    kind = task(name)
    away = kind.unwritable(kind.formats)
    return [
        (f"{form.upper()} ({_need(away[form].reason)})" if form in away else form.upper(), form)
        for form in kind.formats
    ]


def _need(reason: str) -> str:
    """Turn "It needs Blender." into "needs Blender"."""
    return reason.removeprefix("It ").rstrip(".")
