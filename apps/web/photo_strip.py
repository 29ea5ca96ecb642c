"""The photos of a set as tiles: which is on the canvas, which are marked, what became of each mask."""

from typing import Any

from apps.web import photo_sets
from apps.web.pictures import thumbnail_url
from apps.web.tiles import tile
from apps.web.uploads import uploaded

Kept = dict[str, Any]
"""{"uploads": [path], "photos": {name: path}, "thumbs": {name: data URL}, "marks": {name: prompts as JSON},
"shown": name, "ways": {name: how its mask was made, of the last run}}."""
FAILED = "failed"
WAYS = {"own": "Own mask", "carried": "Found", FAILED: "Look here"}
MARKED = "Marked"


def nothing() -> Kept:
    """Return the state before any photo."""
    return {"uploads": [], "photos": {}, "thumbs": {}, "marks": {}, "shown": "", "ways": {}}


def opened(files: Any) -> Kept:
    """Return the state of new photos, the first of them on the canvas.

    Args:
        files: Uploads as the client sent them.

    Raises:
        InputError: As `photo_sets.listed`.
    """
    photos = dict(photo_sets.listed(files)) if files else {}
    thumbs = {name: thumbnail_url(path) for name, path in photos.items()}
    found = {"uploads": paths_of(files), "photos": photos, "thumbs": thumbs, "shown": next(iter(photos), "")}
    return {**nothing(), **found}


def paths_of(files: Any) -> list[str]:
    """Return the paths of uploads as the client sent them."""
    return [str(uploaded(file)) for file in files or []]


def with_marks(kept: Kept, marks: Any) -> Kept:
    """Return the state with the canvas' marks kept for the photo that is shown."""
    name = kept["shown"]
    if name not in kept["photos"]:
        return kept
    others = {other: items for other, items in kept["marks"].items() if other != name}
    return {**kept, "marks": {**others, **({name: marks} if marks else {})}}


def tiles(kept: Kept) -> list[dict[str, Any]]:
    """Return a tile a photo."""
    return [
        tile(name, name, picture=kept["thumbs"].get(name, ""), chip=_chip(kept, name))
        for name in kept["photos"]
    ]


def _chip(kept: Kept, name: str) -> str:
    return MARKED if name in kept["marks"] else WAYS.get(kept["ways"].get(name, ""), "")
