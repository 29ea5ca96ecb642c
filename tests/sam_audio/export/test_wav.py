"""WAV files: read back by libsndfile bit for bit, whatever the channels; long ones become RF64."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from sam_audio.export.wav import WavFile, WavWriter, header, write_wav
from shared.errors import ExportError
from shared.media import Waveform


@pytest.mark.parametrize("channels", [1, 2, 3, 6, 8])
@pytest.mark.parametrize("rate_hz", [8000, 44_100, 384_000])
def test_libsndfile_reads_every_sample_back(channels: int, rate_hz: int, tmp_path: Path):
    sound = np.random.default_rng(0).normal(0, 2, (channels, 777)).astype(np.float32)
    write_wav(Waveform(sound, rate_hz), tmp_path / "a.wav")
    found, found_hz = soundfile.read(tmp_path / "a.wav", dtype="float32", always_2d=True)
    assert found_hz == rate_hz
    np.testing.assert_array_equal(found.T, sound)
    assert soundfile.info(tmp_path / "a.wav").subtype == "FLOAT"


def test_our_own_reader_streams_and_scales(tmp_path: Path):
    sound = np.random.default_rng(0).normal(0, 1, (3, 200_000)).astype(np.float32)
    write_wav(Waveform(sound, 48_000), tmp_path / "a.wav")
    file = WavFile(tmp_path / "a.wav", 48_000, 3, 200_000)
    file.scale(0.5)
    blocks = list(file.blocks(30_000))
    assert [block.shape[1] for block in blocks] == [30_000] * 6 + [20_000]
    np.testing.assert_array_equal(np.concatenate(blocks, axis=1), sound * np.float32(0.5))


def test_above_four_gib_the_header_is_rf64():
    frames = 2**30
    head = header(48_000, 2, frames)
    assert head[:4] == b"RF64" and head[8:16] == b"WAVEds64"
    assert int.from_bytes(head[28:36], "little") == frames * 8
    assert int.from_bytes(head[36:44], "little") == frames
    assert int.from_bytes(head[20:28], "little") == len(head) - 8 + frames * 8


def test_libsndfile_understands_the_rf64_header(tmp_path: Path):
    frames = 2**30
    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.write(header(8000, 1, frames))
        file.truncate(len(header(8000, 1, frames)) + frames * 4)
    info = soundfile.info(path)
    assert (info.frames, info.channels, info.samplerate, info.format) == (frames, 1, 8000, "RF64")


def test_a_wrong_number_of_samples_is_an_error(tmp_path: Path):
    with (
        pytest.raises(ExportError, match="wanted 10 samples, but 9 came"),
        WavWriter(tmp_path / "a.wav", sample_rate_hz=8000, channels=1, frames=10) as writer,
    ):
        writer.write(np.zeros((1, 9), np.float32))


@pytest.mark.parametrize("bits", [16, 24])
@pytest.mark.parametrize(("channels", "frames"), [(1, 777), (2, 1), (6, 50), (8, 1000)])
def test_whole_numbers_are_read_back(bits: int, channels: int, frames: int, tmp_path: Path):
    sound = np.random.default_rng(0).uniform(-1, 1, (channels, frames)).astype(np.float32)
    write_wav(Waveform(sound, 8000), tmp_path / "a.wav", bits=bits)
    found, _ = soundfile.read(tmp_path / "a.wav", dtype="float64", always_2d=True)
    assert np.abs(found.T - sound).max() <= 2 / 2 ** (bits - 1)
    assert soundfile.info(tmp_path / "a.wav").subtype == f"PCM_{bits}"
    size = (tmp_path / "a.wav").stat().st_size
    assert int.from_bytes((tmp_path / "a.wav").read_bytes()[4:8], "little") == size - 8 and size % 2 == 0


def test_other_bits_are_refused(tmp_path: Path):
    with pytest.raises(ExportError, match="16, 24 or 32"):
        write_wav(Waveform(np.zeros((1, 1), np.float32), 8000), tmp_path / "a.wav", bits=8)
