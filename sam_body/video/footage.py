"""Read a video frame by frame, upright and not too large; never more than one frame is held."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError
from shared.progress import Progress

SUFFIXES = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".gif")
LONGEST_S = 600.0
LARGEST_PX = 1280
_MOST_PIXELS = 50_000_000
_CURE = "Give an MP4, MOV, WebM or MKV video."


@dataclass(frozen=True)
class Frame:
    """One picture of a video.

    Args:
        time_s: Seconds from the first picture of the video.
        pixels: (H, W, 3) uint8 RGB.
    """

    time_s: float
    pixels: NDArray[np.uint8]


@dataclass(frozen=True)
class Footage:
    """A part of a video and how it is to be read.

    Args:
        path: The file.
        size_px: Width and height of the frames as they are read: upright, at most 1280 a side.
        fps: Frames a second as they are read, on average.
        start_s: Where the part begins.
        stop_s: Where it ends, about: a video tells its length, which need not be true.
        to_the_end: Whether the part goes on to the last frame, wherever that is.
        apart_s: Least time between frames that are read; 0 reads all.
        shrink: Size of the frames as they are read, as a share of the video's.
        notes: What a user should know about reading it.
    """

    path: Path
    size_px: tuple[int, int]
    fps: float
    start_s: float
    stop_s: float
    apart_s: float = 0.0
    shrink: float = 1.0
    notes: tuple[str, ...] = ()
    to_the_end: bool = True

    @property
    def frames(self) -> int:
        """About how many frames there are."""
        return max(round((self.stop_s - self.start_s) * self.fps), 1)

    def part(self, from_s: float, to_s: float) -> "Footage":
        """Return a part of this footage; 0 as its end means the end of the video.

        Raises:
            InputError: The part is empty, or longer than ten minutes.
        """
        stop_s = min(to_s or self.stop_s, self.stop_s)
        if not 0 <= from_s < stop_s:
            raise InputError(
                f"The part from {from_s:g} s to {to_s or self.stop_s:g} s holds nothing; the video lasts "
                f"{self.stop_s:.2f} s.",
                "Name a part that lies within it.",
            )
        if stop_s - from_s > LONGEST_S:
            raise InputError(
                f"{stop_s - from_s:.0f} s of video are too long; at most {LONGEST_S:.0f} s are read at once.",
                "Name a part by from_s and to_s, or cut the video.",
            )
        return replace(self, start_s=from_s, stop_s=stop_s, to_the_end=not to_s)

    def read(self, progress: Progress | None = None) -> Iterator[Frame]:
        """Yield the frames of the part in order; a damaged end is left out.

        Args:
            progress: When to stop.

        Raises:
            InputError: Not a single frame can be decoded.
        """
        import av
        from av.error import FFmpegError

        progress, count = progress or Progress(), 0
        try:
            with av.open(str(self.path)) as container:
                for frame in self._decoded(container):
                    progress.check()
                    count += 1
                    yield frame
        except (FFmpegError, OSError) as error:
            if not count:
                raise InputError(f"No frame of {self.path.name} can be decoded ({error}).", _CURE) from None
        if not count:
            raise InputError(f"{self.path.name} holds no frame in that part.", _CURE)

    def _decoded(self, container: Any) -> Iterator[Frame]:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        first, due = None, self.start_s
        if self.start_s > 1:
            container.seek(int(self.start_s * 1e6) + int(container.start_time or 0))
        start = float((stream.start_time or 0) * stream.time_base)
        for number, frame in enumerate(container.decode(stream)):
            first = start if first is None else first
            second = (number / self.fps + self.start_s) if frame.time is None else float(frame.time) - first
            if second >= (LONGEST_S + self.start_s if self.to_the_end else self.stop_s + 0.5 / self.fps):
                return
            if second < due - 0.4 * self.apart_s - 1e-6:
                continue
            due = max(due + self.apart_s, second + 0.5 * self.apart_s)
            yield Frame(second, self._picture(frame))

    def _picture(self, frame: Any) -> NDArray[np.uint8]:
        turns = _quarter_turns(frame)
        width, height = self.size_px if turns % 2 == 0 else self.size_px[::-1]
        picture = frame.to_ndarray(format="rgb24", width=width, height=height)
        return np.ascontiguousarray(np.rot90(picture, turns))


def open_footage(path: str | Path, *, most_fps: float = 30.0) -> Footage:
    """Look at a video and decode its first frame.

    Args:
        path: The file.
        most_fps: Frames a second that are read; of a faster video some are left out.

    Raises:
        InputError: The file is no video, or its pictures are too large.
    """
    import av
    from av.error import FFmpegError

    path = Path(path)
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise InputError(f"{path.name} holds no pictures.", _CURE)
            return _told(path, container, most_fps)
    except (FFmpegError, OSError, StopIteration) as error:
        reason = getattr(error, "strerror", None) or "no frame in it"
        raise InputError(f"{path.name} cannot be read as a video ({reason}).", _CURE) from None


def _told(path: Path, container: Any, most_fps: float) -> Footage:
    stream = container.streams.video[0]
    native = float(stream.average_rate or stream.guessed_rate or 25)
    frame = next(container.decode(stream))
    width, height = frame.width, frame.height
    if width * height > _MOST_PIXELS:
        raise InputError(f"Frames of {width} x {height} pixels are too large.", "Give a smaller video.")
    factor = min(1.0, LARGEST_PX / max(width, height))
    width, height = max(2, round(width * factor)), max(2, round(height * factor))
    size = (height, width) if _quarter_turns(frame) % 2 else (width, height)
    length_s = float(container.duration or 0) / 1e6
    if not length_s and stream.duration:
        length_s = float(stream.duration * stream.time_base)
    if not length_s:
        length_s = stream.frames / native if stream.frames else LONGEST_S
    if native <= most_fps * 1.02:
        return Footage(path, size, native, 0.0, max(length_s, 1 / native), 0.0, factor)
    notes = (f"{most_fps:g} of {native:g} frames a second were read.",)
    return Footage(path, size, most_fps, 0.0, length_s, 1 / most_fps, factor, notes)


def _quarter_turns(frame: Any) -> int:
    return round(float(getattr(frame, "rotation", 0) or 0) / 90) % 4
