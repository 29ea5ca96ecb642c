"""Sound that waits, in bounded memory: what is much goes to a temporary file."""

import tempfile
import weakref
from collections import deque
from typing import IO

import numpy as np

from shared.encoders.audio import Block
from shared.errors import ExportError

MEMORY_BYTES = 16 * 2**20
_SAMPLE_BYTES = 4


class Spill:
    """Frames in order, put at the end and taken from either side.

    The oldest 16 MiB are kept in memory, what comes on top in a file that nobody else sees and that is gone
    with this object.

    Args:
        channels: Rows of each block.
        memory_bytes: How much is kept in memory.
    """

    def __init__(self, channels: int, *, memory_bytes: int = MEMORY_BYTES) -> None:
        self.frames = 0
        self._channels = channels
        self._frame_bytes = channels * _SAMPLE_BYTES
        self._limit = max(1, memory_bytes // self._frame_bytes)
        self._memory: deque[Block] = deque()
        self._remembered = 0
        self._file: IO[bytes] | None = None
        self._start, self._end = 0, 0  # frames of the file that still wait

    def put(self, block: Block) -> None:
        """Append (C, F) float32 frames.

        Raises:
            ExportError: The temporary file cannot be written.
        """
        if not block.shape[1]:
            return
        self.frames += block.shape[1]
        if self._start == self._end and self._remembered + block.shape[1] <= self._limit:
            self._memory.append(block)
            self._remembered += block.shape[1]
            return
        try:
            file = self._file or self._opened()
            file.seek(self._end * self._frame_bytes)
            file.write(np.ascontiguousarray(block.T, np.float32).data)
        except OSError as error:
            raise ExportError(
                f"Sound that has to wait cannot be kept in a temporary file ({error.strerror}).",
                "Make room where temporary files are kept.",
            ) from None
        self._end += block.shape[1]

    def take(self, frames: int) -> Block:
        """Remove and return the oldest frames, (C, frames); they must be there."""
        parts: list[Block] = [np.zeros((self._channels, 0), np.float32)]
        self.frames -= frames
        while frames and self._memory:
            block = self._memory.popleft()
            if block.shape[1] > frames:
                self._memory.appendleft(block[:, frames:])
                block = block[:, :frames]
            self._remembered -= block.shape[1]
            frames -= block.shape[1]
            parts.append(block)
        if frames:
            parts.append(self._read(self._start, frames))
            self._start += frames
            self._rewind()
        return parts[1] if len(parts) == 2 else np.concatenate(parts, axis=1)

    def take_last(self, frames: int) -> Block:
        """Remove and return the newest frames, in their order; they must be there."""
        parts: list[Block] = []
        self.frames -= frames
        if count := min(frames, self._end - self._start):
            self._end -= count
            frames -= count
            parts.append(self._read(self._end, count))
            self._rewind()
        while frames:
            block = self._memory.pop()
            if block.shape[1] > frames:
                self._memory.append(block[:, :-frames])
                block = block[:, -frames:]
            self._remembered -= block.shape[1]
            frames -= block.shape[1]
            parts.append(block)
        return np.concatenate(parts[::-1], axis=1)

    def _opened(self) -> IO[bytes]:
        """Open the file; it is closed, and with that gone, when nobody holds this object any more."""
        self._file = file = tempfile.TemporaryFile(prefix="segstudio-")  # noqa: SIM115
        weakref.finalize(self, file.close)
        return file

    def _read(self, start: int, frames: int) -> Block:
        file = self._file
        if file is None:
            raise ValueError("more frames were asked for than wait")
        file.seek(start * self._frame_bytes)
        data = file.read(frames * self._frame_bytes)
        return np.ascontiguousarray(np.frombuffer(data, np.float32).reshape(frames, self._channels).T)

    def _rewind(self) -> None:
        """Use the file from its start again once nothing waits in it."""
        if self._start == self._end and self._file is not None:
            self._start = self._end = 0
            self._file.truncate(0)
