"""Sound files are read exactly, block by block, and refused clearly."""

import subprocess
import sys
import wave
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from shared.errors import InputError
from shared.limits import Limits
from shared.loading import load_audio
from shared.media import Waveform

RATE = 16_000


def tone(channels: int = 2, frames: int = 20_000) -> np.ndarray:
    """(frames, channels) float32: another frequency in each channel, so that a mix-up shows."""
    time_s = np.arange(frames)[:, None] / RATE
    return (0.4 * np.sin(2 * np.pi * 200 * (1 + np.arange(channels)) * time_s)).astype(np.float32)


def read(path: Path, block: int = 7001) -> np.ndarray:
    return np.concatenate(list(load_audio(path).blocks(block)), axis=1)


def write_container(path: Path, samples: np.ndarray, codec: str, layout: str = "stereo") -> None:
    with av.open(str(path), "w") as file:
        stream = file.add_stream(codec, rate=RATE)
        stream.layout = layout
        resampler = av.AudioResampler(stream.format, layout, RATE, frame_size=stream.frame_size)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), "fltp", layout)
        frame.sample_rate, frame.pts = RATE, 0
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))


@pytest.mark.parametrize(
    ("suffix", "subtype", "tolerance"),
    [
        ("wav", "PCM_16", 2**-15),
        ("wav", "PCM_24", 2**-23),
        ("wav", "PCM_U8", 2**-7),
        ("wav", "FLOAT", 0),
        ("wav", "DOUBLE", 0),
        ("flac", "PCM_16", 2**-15),
        ("flac", "PCM_24", 2**-23),
        ("aiff", "PCM_16", 2**-15),
    ],
)
def test_lossless_files_come_back_sample_for_sample(tmp_path, suffix, subtype, tolerance):
    path, samples = tmp_path / f"a.{suffix}", tone()
    soundfile.write(path, samples, RATE, subtype=subtype)
    file = load_audio(path)
    assert (file.sample_rate_hz, file.channels, file.frames) == (RATE, 2, 20_000)
    assert file.duration_s == 1.25
    assert np.abs(read(path) - samples.T).max() <= tolerance
    assert file.warnings == ()


@pytest.mark.parametrize(("suffix", "least_db"), [("ogg", 20), ("mp3", 20)])
def test_lossy_files_keep_length_channels_and_sound(tmp_path, suffix, least_db):
    path, samples = tmp_path / f"a.{suffix}", tone()
    soundfile.write(path, samples, RATE)
    file, found = load_audio(path), read(path)
    assert (file.sample_rate_hz, file.channels, file.frames) == (RATE, 2, 20_000)
    assert found.shape == (2, 20_000)
    error = found - samples.T
    assert 10 * np.log10(np.mean(samples**2) / np.mean(error**2)) > least_db


@pytest.mark.parametrize(
    ("name", "codec", "rate"), [("a.m4a", "aac", RATE), ("a.mp4", "aac", RATE), ("a.webm", "libopus", 48_000)]
)
def test_containers_keep_length_channels_and_sound(tmp_path, name, codec, rate):
    path, samples = tmp_path / name, tone(frames=48_000)
    if codec not in av.codecs_available:
        pytest.skip(f"this build of FFmpeg has no {codec}")
    write_container(path, samples, codec)
    file, found = load_audio(path), read(path)
    assert file.channels == 2
    assert found.shape == (2, file.frames)
    assert file.sample_rate_hz == rate
    # What the encoder adds before and after the sound is cut away again.
    assert file.duration_s == pytest.approx(3.0, abs=0.021)
    spectrum = np.abs(np.fft.rfft(found, axis=1))
    peaks_hz = np.argmax(spectrum, axis=1) * file.sample_rate_hz / file.frames
    assert peaks_hz == pytest.approx([200, 400], abs=2)


def test_aac_stream_without_container(tmp_path):
    path = tmp_path / "a.aac"
    write_container(path, tone(frames=32_000), "aac")
    assert load_audio(path).duration_s == pytest.approx(2.0, abs=0.15)


def test_the_first_sound_track_of_a_film_is_read(tmp_path):
    path = tmp_path / "film.mov"
    with av.open(str(path), "w") as file:
        video, sound = file.add_stream("mpeg4", rate=10), file.add_stream("pcm_s16le", rate=RATE)
        video.width = video.height = 32
        sound.layout = "mono"
        picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))
        file.mux(video.encode(picture))
        file.mux(video.encode(None))
        data = np.arange(4000, dtype=np.int16)[None]
        frame = av.AudioFrame.from_ndarray(data, "s16", "mono")
        frame.sample_rate = RATE
        file.mux(sound.encode(frame))
        file.mux(sound.encode(None))
    np.testing.assert_allclose(read(path), data / 32768, atol=1e-7)


def test_a_film_without_sound_is_refused(tmp_path):
    path = tmp_path / "mute.mp4"
    with av.open(str(path), "w") as file:
        video = file.add_stream("mpeg4", rate=10)
        video.width = video.height = 32
        file.mux(video.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))))
        file.mux(video.encode(None))
    with pytest.raises(InputError, match="no sound track"):
        load_audio(path)


def test_eight_channels_are_kept_in_order(tmp_path):
    path, samples = tmp_path / "a.wav", tone(8)
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    np.testing.assert_array_equal(read(path), samples.T)


@pytest.mark.parametrize("block", [1, 999, 4096, 65_536, 65_537, 200_000])
def test_blocks_have_the_asked_length_and_join_to_the_whole(tmp_path, block):
    path, samples = tmp_path / "a.wav", tone(1, 3 * 65_536 + 5 if block > 1 else 50)
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    blocks = list(load_audio(path).blocks(block))
    assert {b.shape[1] for b in blocks[:-1]} <= {block}
    assert all(b.dtype == np.float32 and b.flags.c_contiguous for b in blocks)
    np.testing.assert_array_equal(np.concatenate(blocks, axis=1), samples.T)


def test_a_file_can_be_read_again_and_has_the_key_of_its_bytes(tmp_path):
    import hashlib

    path = tmp_path / "a.wav"
    soundfile.write(path, tone(), RATE)
    file = load_audio(path)
    np.testing.assert_array_equal(*(np.concatenate(list(file.blocks(512)), axis=1) for _ in range(2)))
    assert file.content_key == hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_a_file_yields_fits_a_waveform(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, tone(), RATE)
    assert Waveform(read(path), RATE).frames == 20_000


def test_few_bad_samples_are_silenced_and_told(tmp_path):
    path, samples = tmp_path / "a.wav", tone()
    samples[5, 0], samples[6, 1], samples[7, 0], samples[8, 0] = np.nan, np.inf, -np.inf, 1e30
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    file = load_audio(path)
    assert file.warnings and file.warnings[0].startswith("4 of 40000 samples")
    found = read(path)
    wanted = np.where(np.abs(samples) < 1e6, samples, 0).T
    np.testing.assert_array_equal(found, wanted)


def test_many_bad_samples_are_refused(tmp_path):
    path, samples = tmp_path / "a.wav", tone()
    samples[:300] = np.nan
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    with pytest.raises(InputError, match="600 of 40000 samples are not finite.*damaged"):
        load_audio(path)


@pytest.mark.slow
def test_an_hour_in_a_small_flac_is_streamed_in_little_memory(tmp_path):
    path = tmp_path / "hour.flac"
    with soundfile.SoundFile(path, "w", 44_100, 1, "PCM_16") as file:
        for _ in range(60):
            file.write(np.zeros(44_100 * 60, np.int16))
    assert path.stat().st_size < 1_000_000
    code = (
        "import resource, sys; from shared.loading import load_audio\n"
        "base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "file = load_audio(sys.argv[1]); n = sum(b.shape[1] for b in file.blocks(44100))\n"
        "grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base\n"
        "sys.exit(0 if n == file.frames == 44100 * 3600 and grown < 100_000 else f'{n} {grown} KiB')"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    with pytest.raises(InputError, match="60 minutes; at most 30 minutes.*SEGSTUDIO_MAX_AUDIO_MINUTES"):
        load_audio(path, limits=Limits(audio_minutes=30))


def test_nine_channels_are_refused(tmp_path):
    path = tmp_path / "nine.wav"
    soundfile.write(path, np.zeros((100, 9)), RATE)
    with pytest.raises(InputError, match="9 channels; at most 8"):
        load_audio(path)


def test_no_samples_are_refused(tmp_path):
    path = tmp_path / "none.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
    with pytest.raises(InputError, match="0 samples.*not empty"):
        load_audio(path)


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "m4a", "raw", "txt"])
def test_text_under_any_name_is_refused(tmp_path, suffix):
    path = tmp_path / f"notes.{suffix}"
    path.write_text("This is no sound.\n" * 50)
    with pytest.raises(InputError, match="is not a sound file.*WAV"):
        load_audio(path)


def test_playlists_are_not_followed(tmp_path):
    path = tmp_path / "list.m4a"
    path.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/secret.mp3\n")
    with pytest.raises(InputError, match="is not a sound file"):
        load_audio(path)


@pytest.mark.parametrize("name", ["a.flac", "a.m4a", "a.webm"])
def test_cut_off_and_scrambled_files_are_refused_or_read_to_their_end(tmp_path, name):
    path, samples = tmp_path / name, np.random.default_rng(0).uniform(-0.5, 0.5, (80_000, 2))
    if name == "a.flac":
        soundfile.write(path, samples, RATE)
    else:
        write_container(path, samples.astype(np.float32), "aac" if name == "a.m4a" else "libopus")
    data = path.read_bytes()
    for share in (0.01, 0.3, 0.7, 0.95):
        path.write_bytes(data[: int(len(data) * share)])
        try:
            file = load_audio(path)
        except InputError as error:
            assert error.cure
        else:
            assert sum(b.shape[1] for b in file.blocks(5000)) == file.frames
    path.write_bytes(data[:200] + bytes(len(data) - 200))
    with pytest.raises(InputError):
        load_audio(path)


def test_a_cut_off_flac_is_refused_before_work_begins(tmp_path):
    path = tmp_path / "a.flac"
    soundfile.write(path, np.random.default_rng(0).uniform(-0.5, 0.5, (80_000, 2)), RATE)
    path.write_bytes(path.read_bytes()[:100_000])
    with pytest.raises(InputError, match="cut off.*again"):
        load_audio(path)


@pytest.mark.parametrize("name", ["a.wav", "a.aiff", "a.mp3", "a.ogg"])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_cut_off_file_is_read_to_where_it_ends_and_that_is_told(tmp_path, name, share):
    path = tmp_path / name
    soundfile.write(path, tone(frames=160_000), RATE)
    assert load_audio(path).warnings == ()
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    file = load_audio(path)
    assert read(path).shape[1] == file.frames == pytest.approx(share * 160_000, rel=0.5)  # Ogg pages are long
    (warning,) = file.warnings
    assert "a." in warning and "ends early" in warning and str(tmp_path) not in warning


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0xFFFFFFFF - 44 + 1, 0])
def test_a_wav_whose_length_was_never_known_is_no_cut_off_file(tmp_path, size):
    path = tmp_path / "a.wav"
    soundfile.write(path, tone(), RATE, subtype="PCM_16")
    data = bytearray(path.read_bytes())
    place = data.index(b"data") + 4
    data[4:8] = b"\xff" * 4
    data[place : place + 4] = size.to_bytes(4, "little")
    path.write_bytes(data)
    if size == 0:
        with pytest.raises(InputError, match="0 samples"):
            load_audio(path)
        return
    file = load_audio(path)
    assert (file.frames, file.warnings) == (20_000, ())


def test_a_guessed_length_is_not_held_against_an_mp3(tmp_path):
    path = tmp_path / "a.mp3"
    soundfile.write(path, tone(frames=160_000), RATE, bitrate_mode="VARIABLE", compression_level=0.5)
    data = bytearray(path.read_bytes())
    place = data.find(b"Xing")
    assert place > 0
    data[place : place + 4] = b"none"
    path.write_bytes(data)
    assert load_audio(path).warnings == ()


def test_a_file_that_shrinks_after_loading_is_noticed(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, tone(), RATE)
    file = load_audio(path)
    soundfile.write(path, tone(frames=50), RATE)
    with pytest.raises(InputError, match="announced"):
        list(file.blocks(1000))


def test_the_scan_of_an_unchanged_file_is_remembered(tmp_path, monkeypatch):
    path = tmp_path / "a.mp3"
    soundfile.write(path, tone(), RATE)
    first = load_audio(path)
    monkeypatch.setattr("shared.loading_sndfile.decode.__code__", (lambda path: iter(())).__code__)
    assert load_audio(path).frames == first.frames
