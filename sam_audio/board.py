"""A spectrogram to draw on: pixels alone, and the scale that says what each of them means."""

import io
from dataclasses import dataclass
from typing import Any

from sam_audio.axes import Axis, low_hz
from sam_audio.preview import RANGE_DB, Picture, heat_pixels
from sam_audio.spectrum import profile
from shared.media import AudioSource


@dataclass(frozen=True, eq=False)
class Board:
    """A picture without labels and its scale.

    Args:
        pixels: (rows, columns, 3) uint8; row 0 is the top.
        axis: Frequency axis (see `sam_audio.axes` for the formulas).
        low_hz: Frequency at the lower edge of the last row.
        high_hz: Frequency at the upper edge of row 0: half the sample rate.
        duration_s: Time at the right edge of the last column; the left edge of the first is 0.
    """

    pixels: Picture
    axis: Axis
    low_hz: float
    high_hz: float
    duration_s: float

    @property
    def scale(self) -> dict[str, Any]:
        """Axis, low_hz, high_hz and duration_s, as JSON for the drawing board."""
        return {name: getattr(self, name) for name in ("axis", "low_hz", "high_hz", "duration_s")}

    @property
    def png(self) -> bytes:
        """The picture as a PNG file."""
        from PIL import Image

        stream = io.BytesIO()
        Image.fromarray(self.pixels).save(stream, "PNG")
        return stream.getvalue()


def board(source: AudioSource, columns: int, *, rows: int = 288, axis: Axis = "mel") -> Board:
    """Measure and colour a sound; each pixel is one measured cell, so that places are exact.

    Args:
        source: The sound.
        columns: Width in pixels; column c covers c / columns .. (c + 1) / columns of the length.
        rows: Height in pixels; row r covers units 1 − (r + 1) / rows .. 1 − r / rows of the axis.
        axis: Frequency axis: "linear", "mel" or "log".
    """
    measured = profile(source, columns, axis=axis, rows=rows)
    top_hz = source.sample_rate_hz / 2
    top_db = max(measured.top_db, RANGE_DB - 120)
    pixels = heat_pixels(measured.levels_db, top_db)
    return Board(pixels, axis, low_hz(axis, top_hz), top_hz, measured.duration_s)
