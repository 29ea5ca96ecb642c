"""Accept only files that were uploaded through this app; a path typed by a caller opens nothing."""

from pathlib import Path
from typing import Any

from gradio.utils import get_upload_folder

from shared.errors import InputError


def uploaded(path: Any) -> Path:
    """Return an uploaded file's path after checking that it lies in the upload folder.

    Args:
        path: What the browser or a client sent: a path, or an object with one under "path".

    Raises:
        InputError: No file, or a path outside the upload folder.
    """
    text = path.get("path") if isinstance(path, dict) else path
    if not isinstance(text, str) or not text:
        raise InputError("No file was given.", "Upload one first.")
    real = Path(text).resolve()
    if not real.is_relative_to(Path(get_upload_folder()).resolve()) or not real.is_file():
        raise InputError("That file was not uploaded here.", "Upload it, then try again.")
    return real
