"""What each tab starts with, so that one click gives a result."""

import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).resolve().parents[2] / "examples"


@dataclass(frozen=True)
class Example:
    """A file and what is asked of it.

    Args:
        path: A copy of the file, in a folder that the page may serve.
        prompts: Prompts as JSON.
        title: One line about the file and its source.
    """

    path: Path
    prompts: list[dict[str, Any]]
    title: str


def sounds() -> list[Example]:
    """Return recordings, each with a wish."""
    made = [("podcast_in_rain.flac", "speech", "A voice in the rain"), ("song.flac", "vocals", "A song")]
    return [_sound(*each) for each in made if (SHIPPED / "audio" / each[0]).is_file()]


def objects() -> list[Example]:
    """Return photos of one object, each with a click on it; all CC0 or public domain."""
    return [
        _photo("coffee.png", "A cup of coffee, by R. Michelle (CC0)", (300, 190)),
        _photo("chelsea.png", "Chelsea the cat, by S. van der Walt (CC0)", (230, 150)),
        _photo("rocket.jpg", "A rocket, by SpaceX (CC0)", (322, 200)),
    ]


def people() -> list[Example]:
    """Return photos of a person."""
    return [_photo("astronaut.png", "Astronaut Eileen Collins, by NASA (public domain)")]


def _sound(name: str, wish: str, title: str) -> Example:
    return Example(_copy(SHIPPED / "audio" / name), [{"kind": "text", "text": wish}], title)


def _photo(name: str, title: str, *clicks: tuple[int, int]) -> Example:
    """Return a photo that scikit-image ships."""
    prompts = [{"kind": "points", "xy_px": [[x, y]], "keep": [True], "object_id": 0} for x, y in clicks]
    return Example(_copy(Path(str(files("skimage.data") / name))), prompts, title)


def _copy(source: Path) -> Path:
    return Path(shutil.copy2(source, _folder() / source.name))


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="segstudio-examples-"))
