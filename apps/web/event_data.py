"""What a component told with an event."""

from typing import Any


def data_of(event: Any) -> dict[str, Any]:
    """Return the data of an event of Gradio's, which nothing has checked; {} where it has none."""
    told = getattr(event, "_data", None)
    return told if isinstance(told, dict) else {}
