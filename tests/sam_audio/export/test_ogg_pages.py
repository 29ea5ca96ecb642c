"""Ogg pages under a number of our own: libsndfile and FFmpeg still read every one of them."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from sam_audio.export.ogg_pages import checksum, number_pages
from shared.errors import ExportError


def test_the_checksum_is_that_of_the_specification():
    """RFC 3533: polynomial 0x04c11db7, no inversion; here bit by bit."""
    data = bytes(range(256)) * 3
    register = 0
    for byte in data:
        register ^= byte << 24
        for _ in range(8):
            register = (register << 1 ^ (0x04C11DB7 if register >> 31 else 0)) & 0xFFFFFFFF
    assert checksum(data) == register


def test_a_numbered_file_reads_as_before(tmp_path: Path):
    av = pytest.importorskip("av")
    noise = np.random.default_rng(0).normal(0, 0.1, (200_000, 2))
    path = tmp_path / "a.ogg"
    soundfile.write(path, noise, 48_000, format="OGG", subtype="VORBIS")
    before, size = soundfile.read(path)[0], path.stat().st_size
    number_pages(path, 7)
    assert path.stat().st_size == size
    assert path.read_bytes()[14:18] == bytes([7, 0, 0, 0])
    np.testing.assert_array_equal(soundfile.read(path)[0], before)
    with av.open(str(path), options={"err_detect": "crccheck+explode"}) as file:
        assert sum(frame.samples for frame in file.decode(audio=0)) == len(noise)


@pytest.mark.parametrize("cut", [slice(None, 20), slice(1, None)])
def test_what_is_no_ogg_is_told(cut, tmp_path: Path):
    path = tmp_path / "a.ogg"
    soundfile.write(path, np.zeros((1000, 1)), 8000, format="OGG", subtype="VORBIS")
    path.write_bytes(path.read_bytes()[cut])
    with pytest.raises(ExportError, match="not written whole"):
        number_pages(path)
