"""Take sharp frames out of a short video that goes around an object."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.advice import sharpness
from sam_3d.photos.album import Album, Photo
from shared.errors import InputError
from shared.media import Image
from shared.progress import Progress

SUFFIXES = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".gif")
FRAMES = 24
LONGEST_S = 300.0
_LOOKS = 5  # frames compared for each one that is taken
_LARGEST_PX = 1600
_STILL = 2.0  # mean difference of grey values (0..255) below which nothing moves
_SMALL_PX = (64, 48)


def load_frames(path: Path, *, frames: int = FRAMES, progress: Progress | None = None) -> Album:
    """Return the sharpest frame of each of `frames` equal stretches of a video, named by their seconds.

    Raises:
        InputError: No video, one above five minutes, or one in which nothing moves.
    """
    import av
    from av.error import FFmpegError

    progress = progress or Progress()
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise InputError(f"{path.name} holds no pictures.", "Name a video, or a folder of photos.")
            stream = container.streams.video[0]
            length_s = float(container.duration or 0) / 1e6
            if not length_s:
                raise InputError(
                    f"{path.name} is one picture alone, or does not tell how long it lasts.",
                    "Save it again as MP4, or give a folder of photos.",
                )
            if length_s > LONGEST_S:
                raise InputError(
                    f"{path.name} lasts {length_s:.0f} s; at most {LONGEST_S:.0f} s are read.",
                    "Walk once around the object, in 20 to 60 seconds.",
                )
            best = _sharpest(container, stream, length_s, frames, progress)
    except (FFmpegError, OSError) as error:
        raise InputError(f"{path.name} cannot be read as a video ({error}).", "Give an MP4.") from None
    if len(best) < 3:
        raise InputError(
            f"{path.name} has fewer than three different frames.",
            "Walk around the object in 20 to 60 seconds; one photo alone can be lifted with `3d lift`.",
        )
    _refuse_still(path, [picture for _, _, picture in best])
    photos = tuple(Photo(f"{second:.2f}s", Image(picture)) for second, _, picture in best)
    return Album(photos, warnings=(f"{len(photos)} sharp frames of {length_s:.0f} s of video were taken.",))


def _sharpest(
    container: Any, stream: Any, length_s: float, frames: int, progress: Progress
) -> list[tuple[float, float, NDArray[np.uint8]]]:
    """Return (second, sharpness, picture) for each stretch, in order."""
    best: dict[int, tuple[float, float, NDArray[np.uint8]]] = {}
    stream.thread_type = "AUTO"
    pause, due = length_s / (frames * _LOOKS), 0.0
    for frame in container.decode(stream):
        second = float(frame.time or 0)
        if second < due:
            continue
        due = second + pause
        progress.step(second / length_s, "choosing sharp frames")
        picture = _picture(frame)
        value = sharpness(Image(picture))
        place = min(int(second / length_s * frames), frames - 1)
        if place not in best or value > best[place][1]:
            best[place] = (second, value, picture)
    return [best[place] for place in sorted(best)]


def _picture(frame: Any) -> NDArray[np.uint8]:
    """Return a frame upright, at most 1600 pixels a side."""
    factor = min(1.0, _LARGEST_PX / max(frame.width, frame.height))
    width, height = (max(2, round(side * factor)) for side in (frame.width, frame.height))
    picture = frame.to_ndarray(format="rgb24", width=width, height=height)
    turns = round(float(getattr(frame, "rotation", 0) or 0) / 90) % 4
    return np.ascontiguousarray(np.rot90(picture, turns))


def _refuse_still(path: Path, pictures: list[NDArray[np.uint8]]) -> None:
    import cv2

    small = [cv2.resize(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), _SMALL_PX).astype(float) for p in pictures]
    if max(float(np.abs(other - small[0]).mean()) for other in small[1:]) < _STILL:
        raise InputError(
            f"Nothing moves in {path.name}, so it shows the object from one side only.",
            "Walk around the object while filming, or turn it on a turntable.",
        )
