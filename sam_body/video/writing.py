"""Write pictures as an MP4 that browsers play, each at its own time."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import ExportError

_CODECS = ("libx264", "libopenh264", "mpeg4")
_TICKS = 90_000


def write_frames(
    frames: Iterable[tuple[float, NDArray[np.uint8]]], path: Path, fps: float, *, quality: int = 23
) -> None:
    """Write a video as its pictures come.

    Args:
        frames: (seconds from the start, (H, W, 3) uint8 RGB), of one size with even sides, at least one.
        path: An MP4 to write.
        fps: Frames a second, about.
        quality: Of H.264: 18 is very good, 28 small.

    Raises:
        ExportError: This installation of PyAV can encode no MP4.
    """
    import av

    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream: Any = None
        for time_s, pixels in frames:
            if stream is None:
                stream = _stream(container, fps, pixels.shape[1], pixels.shape[0], quality)
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            picture.pts, picture.time_base = round(time_s * _TICKS), Fraction(1, _TICKS)
            container.mux(stream.encode(picture))
        if stream is not None:
            container.mux(stream.encode())


def _stream(container: Any, fps: float, width: int, height: int, quality: int) -> Any:
    import av

    codec = next((name for name in _CODECS if name in av.codecs_available), None)
    if codec is None:
        raise ExportError(
            "This installation of PyAV encodes no MP4.", "Install av from PyPI, or set overlay to none."
        )
    stream = container.add_stream(codec, rate=Fraction(fps).limit_denominator(1001))
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.codec_context.time_base = Fraction(1, _TICKS)
    if codec == "libx264":
        stream.options = {"crf": str(quality), "preset": "veryfast"}
    else:
        stream.bit_rate = 2_000_000
    return stream
