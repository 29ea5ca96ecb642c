"""What a browser remembers of a set of photos and their marks, checked when it comes back after a reload."""

import json
from typing import Any

from apps.web import photo_strip
from apps.web.event_data import data_of
from apps.web.photo_sets import MOST_FILES
from apps.web.photo_strip import Kept
from apps.web.pictures import thumbnail_url
from apps.web.uploads import uploaded
from sam_3d.photos.album import MOST_PHOTOS
from shared import prompts as prompting
from shared.errors import InputError, StudioError

MOST_LETTERS = 1_000_000  # of marks as JSON; a browser tab keeps about five million of all pages of a site


def album_json(kept: Kept) -> dict[str, Any]:
    """Return what the browser is to remember of a set: paths, names and marks, no pictures; {} of no set.

    Marks are kept as long as there is room for them; painted ones may be large.
    """
    if not kept["photos"]:
        return {}
    marks, left = {}, MOST_LETTERS
    for name, items in kept["marks"].items():
        letters = len(json.dumps(items))
        if letters <= left:
            marks[name], left = items, left - letters
    same = {key: kept[key] for key in ("uploads", "photos", "shown", "ways")}
    return {**same, "marks": marks, "lost": [name for name in kept["marks"] if name not in marks]}


def recalled(event: Any) -> tuple[Kept, tuple[str, ...]]:
    """Return the set that a browser has kept, and the names of photos whose marks it could not keep.

    Args:
        event: Has `album` as `album_json` made it, and `prompts` with the marks of the photo that was shown,
            as the canvas sends them; nothing in it is trusted.

    Raises:
        InputError: A file of it is not on this server any more, or it is no such set.
    """
    told = data_of(event)
    try:
        kept, lost = _checked(told.get("album"), told.get("prompts"))
    except (StudioError, TypeError, ValueError, LookupError, AttributeError):
        raise InputError("Your last photos are not kept here any more.", "Choose them again.") from None
    thumbs = {name: thumbnail_url(path) for name, path in kept["photos"].items()}
    return {**kept, "thumbs": thumbs}, lost


def _checked(album: Any, prompts: Any) -> tuple[Kept, tuple[str, ...]]:
    uploads, photos = list(album["uploads"]), dict(album["photos"])
    if not 0 < len(photos) <= MOST_PHOTOS or len(uploads) > MOST_FILES or album["shown"] not in photos:
        raise ValueError
    marks = {**album["marks"], album["shown"]: prompts}
    found = {
        **photo_strip.nothing(),
        "uploads": [str(uploaded(path)) for path in uploads],
        "photos": {str(name): str(uploaded(path)) for name, path in photos.items()},
        "shown": str(album["shown"]),
        "marks": {name: _marks(items) for name, items in marks.items() if items and name in photos},
        "ways": {name: str(way) for name, way in album["ways"].items() if name in photos},
    }
    return found, tuple(name for name in album["lost"] if name in photos and name not in found["marks"])


def _marks(items: Any) -> list[dict[str, Any]]:
    return prompting.to_json(prompting.parse(items))
