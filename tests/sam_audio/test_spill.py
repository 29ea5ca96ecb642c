"""Frames that wait come back in order, from either side, whatever fits into memory."""

import tempfile

import numpy as np
import pytest

from sam_audio.spill import Spill
from shared.errors import ExportError

COUNT = np.arange(10_000, dtype=np.float32)[None].repeat(2, axis=0)


@pytest.mark.parametrize("memory_bytes", [1, 800, 8000, 1_000_000])
def test_what_goes_in_first_comes_out_first(memory_bytes: int) -> None:
    spill = Spill(2, memory_bytes=memory_bytes)
    rng, put, taken = np.random.default_rng(memory_bytes), 0, []
    while put < 10_000 or spill.frames:
        size = min(int(rng.integers(0, 700)), 10_000 - put)
        spill.put(COUNT[:, put : put + size])
        put += size
        taken.append(spill.take(int(rng.integers(0, spill.frames + 1))))
    np.testing.assert_array_equal(np.concatenate(taken, axis=1), COUNT)


@pytest.mark.parametrize("memory_bytes", [1, 800, 1_000_000])
def test_what_goes_in_last_comes_out_first(memory_bytes: int) -> None:
    spill = Spill(2, memory_bytes=memory_bytes)
    for start in range(0, 10_000, 300):
        spill.put(COUNT[:, start : start + 300])
    parts = [spill.take_last(size) for size in (1, 299, 4000, 5700)]
    np.testing.assert_array_equal(np.concatenate(parts[::-1], axis=1), COUNT)
    assert spill.frames == 0


def test_the_file_is_used_again_once_it_is_empty() -> None:
    spill = Spill(1, memory_bytes=400)
    for _ in range(20):
        spill.put(COUNT[:1, :5000])
        np.testing.assert_array_equal(spill.take(5000), COUNT[:1, :5000])
    assert spill._file is not None and spill._file.seek(0, 2) == 0


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(ExportError, match="No space left on device.*Make room"):
        Spill(2, memory_bytes=8).put(COUNT)
