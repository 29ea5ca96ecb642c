"""Read an album: a folder or a ZIP of photos, or a video of which sharp frames are taken."""

import json
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.album import MOST_PHOTOS, Album, Photo
from sam_3d.photos.video import SUFFIXES as VIDEOS
from sam_3d.photos.video import load_frames
from shared.errors import InputError
from shared.limits import Limits
from shared.loading import load_image
from shared.media import Image
from shared.progress import Progress

# Those of HEIC are refused when they are read, with a cure; left out they would only be missing.
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".avif", ".gif", ".heic", ".heif")
LARGEST_PX = 1600
MASK = ".mask.png"
CAMERAS, PROMPTS = "cameras.json", "prompts.json"
_EXIF, _FOCAL_35MM = 0x8769, 0xA405
_FILM_DIAGONAL_MM = 43.27
_MOST_BYTES = 2_000_000_000


def load_album(
    path: str | Path, *, limits: Limits | None = None, progress: Progress | None = None, least: int = 3
) -> Album:
    """Read several photos, in the order of their names; pictures above 1600 pixels are made smaller.

    Args:
        path: A folder or a ZIP with PNG, JPEG, WebP, AVIF, TIFF, BMP or GIF files, NAME.mask.png beside them
            where there are masks, and perhaps `cameras.json` and `prompts.json`; or a video (MP4, MOV, MKV,
            WebM, an animated GIF).
        limits: Largest photo; from the environment when not given.
        progress: Told of each photo; may cancel.
        least: How many photos there must be.

    Raises:
        InputError: It is none of these, a photo is damaged, or there are too few or too many.
    """
    path, progress = Path(path), progress or Progress()
    if path.is_dir():
        return _folder(path, limits, progress, least)
    if not path.is_file():
        raise InputError(f"{path} is not there.", "Name a folder of photos, a ZIP of them, or a video.")
    if path.suffix.lower() in VIDEOS:
        return load_frames(path, progress=progress)
    if zipfile.is_zipfile(path):
        with tempfile.TemporaryDirectory() as folder:
            unpack(path, Path(folder))
            return _folder(Path(folder), limits, progress, least)
    raise InputError(
        f"{path.name} is neither a folder, a ZIP nor a video.",
        "Several photos come as a folder, a ZIP or a short video; one photo alone is lifted by `3d lift`.",
    )


def unpack(path: Path, folder: Path) -> None:
    """Unpack the photos and JSON of a ZIP by their bare names, which cannot lead out of the folder.

    Raises:
        InputError: It is damaged, too large, or holds two files of one name.
    """
    wanted = (*SUFFIXES, ".json")
    try:
        with zipfile.ZipFile(path) as archive:
            items = [
                (PurePosixPath(item.filename.replace("\\", "/")).name, item)
                for item in archive.infolist()
                if not item.is_dir() and item.filename.lower().endswith(wanted)
            ]
            items = [(name, item) for name, item in items if not name.startswith(".")]
            if sum(item.file_size for _, item in items) > _MOST_BYTES or len(items) > 3 * MOST_PHOTOS:
                raise InputError(f"{path.name} holds more than can be read.", "Leave some photos out.")
            for name, item in items:
                if (folder / name).exists():
                    raise InputError(f"{path.name} holds two files {name!r}.", "Give each its own name.")
                (folder / name).write_bytes(archive.read(item))
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError) as error:
        raise InputError(f"{path.name} cannot be unpacked ({error}).", "Make the ZIP again.") from None


def is_photo(name: str) -> bool:
    """Whether a file of this name is a photo, and not a mask of one."""
    return name.lower().endswith(SUFFIXES) and not name.endswith(MASK) and not name.startswith(".")


def _folder(folder: Path, limits: Limits | None, progress: Progress, least: int) -> Album:
    files = sorted(f for f in folder.iterdir() if f.is_file() and not f.name.startswith("."))
    photos = [f for f in files if is_photo(f.name)]
    others = [f.name for f in files if f not in photos and not f.name.endswith(MASK)]
    others = [name for name in others if name not in (CAMERAS, PROMPTS)]
    warnings = (f"No photos, and left out: {', '.join(others[:5])}.",) if others else ()
    if len(photos) > MOST_PHOTOS:
        raise InputError(f"{len(photos)} photos are more than {MOST_PHOTOS}.", "Leave some out.")
    read = []
    for number, file in enumerate(photos):
        progress.step(number / len(photos), f"reading {file.name}")
        photo, notes = _photo(file, limits)
        read.append(photo)
        warnings += notes
    prompts = _json(folder / PROMPTS)
    if prompts is not None and not isinstance(prompts, dict):
        raise InputError(f"{PROMPTS} wants an object: the prompts by photo name.")
    return Album(tuple(read), _json(folder / CAMERAS), prompts or {}, warnings, least)


def _json(path: Path) -> Any:
    if not path.is_file():
        return None
    try:
        return json.loads(path.read_text("utf8"))
    except ValueError as error:
        raise InputError(f"{path.name} is not JSON ({error}).") from None


def _photo(path: Path, limits: Limits | None) -> tuple[Photo, tuple[str, ...]]:
    """Return a photo, and sentences on how its file was read."""
    image = load_image(path, limits=limits)
    mask = _mask(path, image, limits)
    focal = _focal_px(path, image)
    notes = image.notes if mask is None else ()  # transparency, which they tell of, is the mask here
    return shrunk(Photo(path.name, Image(image.pixels), focal, mask)), notes


def shrunk(photo: Photo) -> Photo:
    """Return a photo of at most 1600 pixels a side, which remembers its own size."""
    import cv2

    width, height = photo.size_px
    factor = LARGEST_PX / max(width, height)
    if factor >= 1:
        return photo
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    pixels = cv2.resize(photo.image.pixels, size, interpolation=cv2.INTER_AREA)
    mask = photo.mask
    if mask is not None:
        mask = cv2.resize(mask.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 127
    focal = None if photo.focal_px is None else photo.focal_px * size[0] / width
    return replace(
        photo,
        image=Image(np.asarray(pixels, np.uint8)),
        focal_px=focal,
        mask=mask,
        original_px=(width, height),
    )


def _mask(path: Path, image: Image, limits: Limits | None) -> NDArray[np.bool_] | None:
    beside = path.with_name(path.stem + MASK)
    beside = beside if beside.is_file() else path.with_name(path.name + MASK)
    if beside.is_file():
        drawn = load_image(beside, limits=limits)
        if (drawn.width, drawn.height) != (image.width, image.height):
            raise InputError(
                f"{beside.name} is {drawn.width} x {drawn.height} pixels, but its photo is "
                f"{image.width} x {image.height}."
            )
        return np.ascontiguousarray(drawn.pixels.max(2) > 127)
    if image.alpha is None or image.alpha.min() > 127:
        return None
    return np.ascontiguousarray(image.alpha > 127)


def _focal_px(path: Path, image: Image) -> float | None:
    """Return the focal length that the file tells (35 mm equivalent, by the diagonal), in pixels."""
    from PIL import Image as Pictures

    try:
        with Pictures.open(path) as file:
            told = file.getexif().get_ifd(_EXIF).get(_FOCAL_35MM)
        length = float(told or 0)
    # A damaged EXIF block tells nothing; the picture itself was read.
    except Exception:
        return None
    if not 5 < length < 2000:
        return None
    return length / _FILM_DIAGONAL_MM * float(np.hypot(image.width, image.height))
