"""Load what the first click will need while the page is being opened."""

import threading

from shared.errors import StudioError
from shared.registry import engines, loaded

FOLDERS = ("sam_audio.engines", "shared.engines", "sam_body.engines")


def start() -> threading.Thread:
    """Load the embedded default engines in a thread of their own, and return it."""
    thread = threading.Thread(target=_load_defaults, name="warm", daemon=True)
    thread.start()
    return thread


def _load_defaults() -> None:
    specs = [spec for folder in FOLDERS for spec in engines(folder)]
    for spec in specs:
        if spec.tier == "embedded" and spec.default:
            try:
                loaded(spec)
            except StudioError:
                continue  # the run that needs it will say what is wrong
