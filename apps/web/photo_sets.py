"""Several uploads as one input: a ZIP beside them, or the one ZIP or video that was sent."""

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder

from apps.web.pictures import png_bytes
from apps.web.uploads import uploaded
from sam_3d.photos.album import MOST_PHOTOS, Photo
from sam_3d.photos.loading import is_photo, unpack
from sam_3d.photos.video import SUFFIXES as VIDEOS
from sam_3d.photos.video import load_frames
from shared.errors import InputError

MOST_FILES = 2 * MOST_PHOTOS + 2


def packed(files: Any) -> Path:
    """Return uploaded photos as one ZIP, in which they keep their names; a ZIP or video alone is kept.

    Args:
        files: Uploads as the client sent them: photos, NAME.mask.png, cameras.json, prompts.json.

    Raises:
        InputError: None, too many, two of one name, or a file that was not uploaded here.
    """
    given = [(uploaded(file), _name(file)) for file in files or []]
    if not given:
        raise InputError("No photos were given.", "Upload 12 to 24 photos, a ZIP of them, or a short video.")
    if len(given) == 1 and given[0][0].suffix.lower() in (".zip", *VIDEOS):
        return given[0][0]
    if len(given) > MOST_FILES:
        raise InputError(f"{len(given)} files are more than can be taken.", "Send them as a ZIP.")
    names = [name for _, name in given]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"Two photos are called {twice[0]!r}.", "Give each its own name.")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        for path, name in given:
            archive.write(path, name)
    return Path(save_bytes_to_cache(data.getvalue(), "photos.zip", get_upload_folder()))


def _name(file: Any) -> str:
    told = file.get("orig_name") if isinstance(file, dict) else None
    return Path(str(told or uploaded(file))).name


def listed(files: Any) -> list[tuple[str, str]]:
    """Return name and path of each photo of a set, in the order of an album, to be shown one by one.

    Args:
        files: Uploads as the client sent them.

    Raises:
        InputError: As `packed`, or the ZIP or video cannot be read.
    """
    path = packed(files)
    if path.suffix.lower() in VIDEOS:
        return [(photo.name, _kept(photo.name + ".png", _png(photo))) for photo in load_frames(path).photos]
    with tempfile.TemporaryDirectory() as folder:
        unpack(path, Path(folder))
        photos = sorted(f for f in Path(folder).iterdir() if is_photo(f.name))
        return [(photo.name, _kept(photo.name, photo.read_bytes())) for photo in photos]


def _kept(name: str, data: bytes) -> str:
    return save_bytes_to_cache(data, name, get_upload_folder())


def _png(photo: Photo) -> bytes:
    return png_bytes(photo.image.pixels)
