"""Tiles of which one is chosen: shapes of a lift, photos of a set."""

from typing import Any, ClassVar

from apps.web.widget import Widget


class TileRow(Widget):
    """Tiles, one chosen; its value is the id of that one. Event: `input`.

    Args:
        value: Id to start with.
        choices: As `tile` makes them.
        title: What is chosen here.
        note: A line below in place of the chosen tile's reason.
        tone: How the note is shown: "", "busy" or "wrong".
    """

    files: ClassVar[str] = "tiles"

    def __init__(
        self,
        value: str = "",
        *,
        choices: list[dict[str, Any]] | None = None,
        title: str = "",
        note: str = "",
        tone: str = "",
        **settings: Any,
    ) -> None:
        settings |= {"choices": choices or [], "title": title, "note": note, "tone": tone}
        super().__init__(value, **settings)


def tile(kind: str, title: str, *, reason: str = "", picture: str = "", chip: str = "") -> dict[str, Any]:
    """Return a tile.

    Args:
        kind: Its id.
        title: What it is called.
        reason: What is said of it while it is chosen.
        picture: Data URL, or none.
        chip: A word on its corner.
    """
    return {"id": kind, "title": title, "reason": reason, "picture": picture, "chip": chip}
