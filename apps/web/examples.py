"""What each tab starts with, so that one click gives a result."""

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from gradio.processing_utils import move_files_to_cache

from apps.web.result_files import file_data
from shared.synth_pictures import vase

SHIPPED = Path(__file__).resolve().parents[2] / "examples"
AROUND_THE_BIRD = (2.4, 4.15, 2200.0, 7600.0)  # seconds and hertz in bird_in_traffic.flac
ON_THE_VASE = ((500, 620), (500, 771), (500, 703), (500, 236), (500, 180), (680, 470))


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
    """Return recordings, each with a wish: by name, as a box around a bird, by another recording."""
    made = [
        ("podcast_in_rain.flac", _text("speech"), "A voice in the rain"),
        ("song.flac", _text("vocals"), "A song"),
        ("bird_in_traffic.flac", _band(*AROUND_THE_BIRD), "A bird in traffic"),
        ("voice_over_song.flac", _reference("song.flac"), "A voice over a known song"),
    ]
    return [_sound(*each) for each in made if (SHIPPED / "audio" / each[0]).is_file()]


def text_in(example: Example) -> str:
    """Return the names in an example's prompts, as the text field holds them."""
    return ", ".join(prompt["text"] for prompt in example.prompts if prompt["kind"] == "text")


def references_in(example: Example, block: Any) -> list[dict[str, Any]]:
    """Return an example's other recordings, as the list of references holds them.

    Args:
        example: Its references name files that may be served.
        block: The list; its copy of a file counts as uploaded.
    """
    given = [prompt for prompt in example.prompts if prompt["kind"] == "reference"]
    paths = [Path(prompt["file"]) for prompt in given]
    files = move_files_to_cache([file_data(path) for path in paths], block, postprocess=True)
    return [
        {"name": path.name, "file": file["path"], "keep": prompt["keep"]}
        for prompt, path, file in zip(given, paths, files, strict=True)
    ]


def objects() -> list[Example]:
    """Return pictures of one object, one marked by clicks and one by a box; the photo is CC0."""
    return [
        Example(
            _painted_vase(),
            [_clicks(*ON_THE_VASE)],
            "A painted vase, made by this suite",
        ),
        Example(_photo("coffee.png"), [_box(75, 5, 490, 395)], "A cup of coffee, by R. Michelle (CC0)"),
    ]


def people() -> list[Example]:
    """Return photos of a person."""
    found = [Example(_photo("astronaut.png"), [], "Astronaut Eileen Collins, by NASA (public domain)")]
    made = SHIPPED / "body" / "person.jpg"
    if made.is_file():
        found.insert(0, Example(_copy(made), [], "A mannequin, made by this suite"))
    return found


def walk() -> Path | None:
    """Return a copy of the video of a mannequin that walks, if it is shipped along."""
    made = SHIPPED / "body" / "walk.mp4"
    return _copy(made) if made.is_file() else None


def _sound(name: str, wish: dict[str, Any], title: str) -> Example:
    return Example(_copy(SHIPPED / "audio" / name), [wish], title)


def _text(words: str) -> dict[str, Any]:
    return {"kind": "text", "text": words}


def _band(start_s: float, end_s: float, low_hz: float, high_hz: float) -> dict[str, Any]:
    edges = {"start_s": start_s, "end_s": end_s, "low_hz": low_hz, "high_hz": high_hz}
    return {"kind": "band", **edges, "keep": True}


def _reference(name: str) -> dict[str, Any]:
    return {"kind": "reference", "file": str(_copy(SHIPPED / "audio" / name)), "keep": False}


def _clicks(*xy_px: tuple[int, int]) -> dict[str, Any]:
    return {
        "kind": "points",
        "xy_px": [list(xy) for xy in xy_px],
        "keep": [True] * len(xy_px),
        "object_id": 0,
    }


def _box(left: int, top: int, right: int, bottom: int) -> dict[str, Any]:
    return {"kind": "box", "xyxy_px": [left, top, right, bottom], "keep": True, "object_id": 0}


@cache
def _painted_vase() -> Path:
    from PIL import Image

    path = _folder() / "vase.png"
    Image.fromarray(vase(width=1000, height=1000).pixels).save(path)
    return path


def _photo(name: str) -> Path:
    """Return a copy of a photo that scikit-image ships."""
    return _copy(Path(str(files("skimage.data") / name)))


def _copy(source: Path) -> Path:
    return Path(shutil.copy2(source, _folder() / source.name))


@cache
def _folder() -> Path:
    made = Path(tempfile.mkdtemp(prefix="segstudio-examples-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made
