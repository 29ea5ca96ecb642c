"""A separation on the page: the mix and every sound that came out of it."""

from pathlib import Path
from typing import Any

from apps.runner import Result
from apps.web.result_files import stem
from sam_audio.preview import LEFT, RIGHT, WIDTH

SOUNDS = (".wav", ".flac")
PLOT = (LEFT / (LEFT + WIDTH + RIGHT), WIDTH / (LEFT + WIDTH + RIGHT))
LABELS = {"target": "Target", "residual": "Everything else", "remix": "Remix, with effects"}


def tracks(result: Result, mix: Path) -> list[dict[str, Any]]:
    """Return the tracks of the stem player: the mix, then targets, residual and remix.

    Args:
        result: Of the task "separate".
        mix: The recording.
    """
    picture = {path.stem: path for path in result.files if path.suffix == ".png"}
    sounds = [path for path in result.files if path.suffix in SOUNDS]
    places = {"residual": 1, "remix": 2}
    sounds.sort(key=lambda path: (places.get(path.stem, 0), path.name))
    rows = [stem(path, _label(path), picture.get(path.stem), PLOT) for path in sounds]
    return [stem(mix, "Mix", picture.get("mix"), PLOT), *rows]


def _label(path: Path) -> str:
    return LABELS.get(path.stem, path.stem.replace("_", " ").capitalize())
