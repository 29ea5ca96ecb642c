"""One line of a terminal that shows how far a run is and how long it will still take."""

import sys
from typing import TextIO

from shared.progress import Pace, time_left

WIDTH = 24


class Bar:
    """Draws each report over the one before; a `Report` for `Progress`.

    Args:
        stream: A terminal; standard error when None.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._pace = Pace()

    def __call__(self, fraction: float, stage: str) -> None:
        """Show a fraction (0..1), a stage, and the time left where it is known."""
        left = time_left(self._pace.remaining_s(fraction)) if fraction < 1 else ""
        bar = "#" * round(WIDTH * fraction)
        self._stream.write(f"\r{bar:<{WIDTH}} {fraction:4.0%} {stage:<28.28} {left:<22.22}")
        self._stream.flush()
