"""References: taken out of digital mixes and rooms, told when they are not there, the same for any block."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from sam_audio.engines.reference import ReferenceEngine, load
from sam_audio.export.wav import WavFile
from shared.errors import Cancelled, InputError, PromptError
from shared.media import Waveform
from shared.progress import Progress
from shared.prompts import Reference
from tests.sam_audio.mixing import si_sdr
from tests.sam_audio.reference.playing import RATE_HZ, filtered, played, talk, tune

ENGINE: ReferenceEngine = load("cpu")


def saved(folder: Path, sound: np.ndarray, *, name: str = "tune.wav", rate_hz: int = RATE_HZ) -> str:
    file = WavFile(folder / name, rate_hz, len(sound), sound.shape[1])
    with file.writer() as writer:
        writer.write(sound.astype(np.float32))
    return str(file.path)


def taken(mix: np.ndarray, *files: str, size: int = 7000, rate_hz: int = RATE_HZ):
    """Return what the references sound like in the mix, and the take."""
    wave = Waveform(mix.astype(np.float32), rate_hz)
    take = ENGINE.prepare(wave, tuple(Reference(file) for file in files), Progress())
    return np.concatenate(list(take(wave.blocks(size))), axis=1), take


def improvement(mix: np.ndarray, found: np.ndarray, other: np.ndarray) -> float:
    return si_sdr(mix - found, other) - si_sdr(mix, other)


def test_a_digital_mix_in_stereo(tmp_path):
    """Upside down, 3.5 dB lower, over a voice in the middle; and any block size gives the same."""
    music = -0.67 * played(tune())
    voice = np.repeat(talk(8.0), 2, axis=0)
    file = saved(tmp_path, tune())
    found, take = taken(music + voice, file)
    assert improvement(music + voice, found, voice) > 30
    assert take.facts["file"] == "tune.wav"
    assert take.facts["offset_s"] == pytest.approx(-0.5, abs=2e-3)
    assert abs(take.facts["drift_ppm"]) < 3
    assert take.facts["gain_db"] == pytest.approx(-3.5, abs=0.5)
    assert 0.2 < take.facts["coherence"] < 1
    wave = Waveform(music + voice, RATE_HZ)
    again = np.concatenate(list(take(wave.blocks(100_000))), axis=1)
    np.testing.assert_array_equal(again, found)


def test_through_a_room_with_another_clock_and_one_channel(tmp_path):
    music = filtered(played(tune(), drift=120e-6).mean(0, keepdims=True))
    mix = music + talk(8.0)
    found, take = taken(mix, saved(tmp_path, tune()))
    assert take.facts["drift_ppm"] == pytest.approx(120, abs=8)
    assert improvement(mix, found, talk(8.0)) > 15


def test_a_mono_reference_at_another_rate_that_starts_later(tmp_path):
    """The reference begins 2 s into the mix and ends before it; it is panned to the left."""
    import soxr

    mono = tune()[:, : 5 * RATE_HZ].mean(0)
    music = np.zeros((2, 8 * RATE_HZ), np.float32)
    music[:, 2 * RATE_HZ : 7 * RATE_HZ] = np.array([[0.9], [0.2]]) * mono
    voice = np.repeat(talk(8.0), 2, axis=0)
    file = saved(tmp_path, soxr.resample(mono, RATE_HZ, 22_050)[None], rate_hz=22_050)
    found, take = taken(music + voice, file)
    assert take.facts["offset_s"] == pytest.approx(2.0, abs=5e-3)
    assert improvement(music + voice, found, voice) > 20
    quiet = np.square(found[:, :RATE_HZ]).mean() / np.square(found).mean()
    assert quiet < 1e-4  # before its start there is nothing to take


@pytest.mark.slow
def test_two_references_at_once(tmp_path):
    other = talk(8.0)[:, ::-1] * 0.8
    mix = played(tune()).mean(0, keepdims=True) + other
    file = saved(tmp_path, other, name="far.wav")
    found, take = taken(mix, saved(tmp_path, tune()), file)
    assert [fact["file"] for fact in take.facts["references"]] == ["tune.wav", "far.wav"]
    rest_db = 10 * np.log10(np.square(mix - found).sum() / np.square(mix).sum())
    assert rest_db < -15


def test_the_same_recording_leaves_near_silence_and_says_so(tmp_path):
    sound = tune()[:, : 6 * RATE_HZ]
    found, take = taken(sound, saved(tmp_path, sound))
    assert 10 * np.log10(np.square(sound - found).sum() / np.square(sound).sum()) < -40
    assert take.facts["offset_s"] == pytest.approx(0, abs=1e-3)
    assert "near silence" in take.warnings[0]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["speech", "another tune", "noise"])
def test_what_is_not_in_the_mix_is_refused(tmp_path, kind):
    mix = {
        "speech": talk(8.0),
        "another tune": tune(12.0, 8)[:, RATE_HZ : 9 * RATE_HZ][:, ::-1],
        "noise": 0.1 * np.random.default_rng(0).standard_normal((1, 8 * RATE_HZ)),
    }[kind]
    with pytest.raises(
        PromptError, match=r"does not seem to contain the reference tune\.wav.*same recording"
    ):
        taken(mix, saved(tmp_path, tune()))


def test_silence_and_short_files_are_refused(tmp_path):
    with pytest.raises(PromptError, match=r"reference silence\.wav is silent"):
        taken(talk(8.0), saved(tmp_path, np.zeros((1, 2 * RATE_HZ)), name="silence.wav"))
    with pytest.raises(PromptError, match="recording is silent"):
        taken(np.zeros((1, 2 * RATE_HZ)), saved(tmp_path, tune()))
    with pytest.raises(PromptError, match=r"lasts 0\.25 s; at least 0\.51 s"):
        taken(talk(8.0), saved(tmp_path, tune()[:, : RATE_HZ // 4], name="short.wav"))


def test_a_changed_or_missing_file_is_refused(tmp_path):
    file = saved(tmp_path, tune())
    wave = Waveform(talk(8.0), RATE_HZ)
    with pytest.raises(PromptError, match="not the file that this prompt was made for"):
        ENGINE.prepare(wave, (Reference(file, sha256="0" * 64),), Progress())
    key = hashlib.sha256(Path(file).read_bytes()).hexdigest()
    with pytest.raises(PromptError, match="does not seem to contain"):
        ENGINE.prepare(wave, (Reference(file, sha256=key),), Progress())
    with pytest.raises(InputError):
        ENGINE.prepare(wave, (Reference(str(tmp_path / "none.wav")),), Progress())


def test_the_search_can_be_stopped(tmp_path):
    from threading import Event

    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        wave = Waveform(talk(8.0), RATE_HZ)
        ENGINE.prepare(wave, (Reference(saved(tmp_path, tune())),), Progress(cancelled=stop))
