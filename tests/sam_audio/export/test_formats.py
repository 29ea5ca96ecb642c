"""Every format gives the sound back: its length to the sample, level and tags; or says why it cannot."""

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile

from sam_audio.export.formats import FORMATS, chosen, rate_notes
from sam_audio.export.sndfile import Tags
from shared.errors import ExportError, InputError
from shared.loading import load_audio
from shared.media import Waveform
from shared.synth_music import band
from tests.sam_audio.mixing import si_sdr

RATE_HZ = 44_100
every_format = pytest.mark.parametrize("form", FORMATS.values(), ids=list(FORMATS))


@cache
def music(rate_hz: int = RATE_HZ, frames: int = 60_001, channels: int = 2) -> Waveform:
    sound = band(("Am",), sample_rate_hz=rate_hz, seed=1)[:, :frames]
    sound = np.repeat(sound, 4, axis=0)[:channels] * np.linspace(1, 0.5, channels)[:, None]
    return Waveform((sound / np.abs(sound).max() * 0.7).astype(np.float32), rate_hz)


def read(path: Path) -> tuple[np.ndarray, int]:
    sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    return sound.T, rate_hz


@every_format
@pytest.mark.parametrize(("rate_hz", "channels"), [(8000, 1), (16_000, 2), (44_100, 2), (48_000, 1)])
def test_the_sound_comes_back_in_time_and_length(form, rate_hz: int, channels: int, tmp_path: Path):
    wave = music(rate_hz, rate_hz + 1, channels)
    form.save(wave, tmp_path / f"a{form.suffix}")
    found, found_hz = read(tmp_path / f"a{form.suffix}")
    assert (found.shape, found_hz) == (wave.samples.shape, rate_hz)
    assert si_sdr(found, wave.samples) > {"wav": 140, "wav24": 110, "flac": 110, "wav16": 60}.get(
        form.name, 20
    )


@every_format
def test_the_suite_itself_reads_what_it_wrote(form, tmp_path: Path):
    wave = music()
    form.save(wave, tmp_path / f"a{form.suffix}")
    file = load_audio(tmp_path / f"a{form.suffix}")
    assert (file.frames, file.channels, file.warnings) == (wave.frames, 2, ())


@pytest.mark.parametrize(("name", "frames"), [(n, f) for n in FORMATS for f in (1, 500, 1152, 44_100)])
def test_short_sounds_keep_their_length(name: str, frames: int, tmp_path: Path):
    form = FORMATS[name]
    form.save(music(frames=frames), tmp_path / f"a{form.suffix}")
    assert read(tmp_path / f"a{form.suffix}")[0].shape == (2, frames)


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if form.tagged])
def test_players_are_told_what_it_is(name: str, tmp_path: Path):
    form = FORMATS[name]
    form.save(music(), tmp_path / "a", tags=Tags("drums", "my song", "hpss"))
    with soundfile.SoundFile(tmp_path / "a") as file:
        assert (file.title, file.album, file.comment) == ("drums", "my song", "hpss")


@every_format
def test_the_same_sound_makes_the_same_bytes(form, tmp_path: Path):
    for name in "ab":
        form.save(music(), tmp_path / name, gain=0.5)
    a, b = (hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in "ab")
    assert a == b


@every_format
def test_levels_above_full_scale_are_kept_or_refused(form, tmp_path: Path):
    loud = Waveform(music().samples * np.float32(3), RATE_HZ)
    if form.boundless:
        form.save(loud, tmp_path / "a")
        np.testing.assert_array_equal(read(tmp_path / "a")[0], loud.samples)
        return
    with pytest.raises(ExportError, match="above full scale"):
        form.save(loud, tmp_path / "a")
    form.save(loud, tmp_path / "a", gain=1 / 3)
    assert si_sdr(read(tmp_path / "a")[0], loud.samples) > 20


@pytest.mark.parametrize(
    ("name", "rate_hz", "wanted_hz"),
    [
        ("mp3", 96_000, 48_000),
        ("mp3", 37_800, 44_100),
        ("mp3", 1000, 8000),
        ("ogg", 384_000, 192_000),
        ("flac", 384_000, 384_000),
        ("wav16", 384_000, 384_000),
    ],
)
def test_rates_that_a_format_does_not_know_are_changed_and_told(name, rate_hz, wanted_hz, tmp_path: Path):
    form = FORMATS[name]
    time_s = np.arange(rate_hz // 2) / rate_hz
    tone = 0.5 * np.sin(2 * np.pi * rate_hz / 10 / 16 * time_s)
    form.save(Waveform(tone[None].astype(np.float32), rate_hz), tmp_path / "a")
    found, found_hz = read(tmp_path / "a")
    assert found_hz == wanted_hz
    assert found.shape[1] == -(-len(tone) * wanted_hz // rate_hz)
    wanted = 0.5 * np.sin(2 * np.pi * rate_hz / 10 / 16 * np.arange(found.shape[1]) / wanted_hz)
    assert si_sdr(found[:, 500:-500], wanted[None, 500:-500]) > 20
    notes = rate_notes([form], rate_hz)
    assert bool(notes) == (rate_hz != wanted_hz)
    assert not notes or f"{wanted_hz} Hz" in notes[0]


@pytest.mark.parametrize("name", ["wav", "wav24", "wav16", "flac", "ogg"])
def test_eight_channels(name: str, tmp_path: Path):
    wave = music(channels=8, frames=5000)
    (form,) = chosen([name], wave)
    form.save(wave, tmp_path / "a")
    assert read(tmp_path / "a")[0].shape == (8, 5000)


@pytest.mark.parametrize(
    ("names", "channels", "error", "words"),
    [
        (["mp3"], 6, ExportError, "Take OGG"),
        (["flac", "exe"], 2, InputError, "no sound format 'exe'"),
        (["wav", "flac", "wav16"], 2, InputError, "wav and wav16 would both be .wav"),
    ],
)
def test_formats_that_do_not_fit_are_refused_before_any_work(names, channels, error, words):
    with pytest.raises(error, match=words):
        chosen(names, Waveform(np.zeros((channels, 1), np.float32), RATE_HZ))


@every_format
def test_a_full_disk_is_an_error(form):
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OSError, match="No space"):
        form.save(Waveform(np.zeros((2, 300_000), np.float32) + music().samples[:, :1], RATE_HZ), full)
