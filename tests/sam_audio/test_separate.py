"""Separation whole: files, sums, order, memory of formats, cancelling, and honest warnings."""

import json
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import soundfile

from sam_audio.delivery import Delivery
from sam_audio.effects.gain import Gain
from sam_audio.effects.pan import Pan
from sam_audio.separate import separate, separate_to_folder
from shared import synth, synth_music
from shared.chain import Chain
from shared.errors import Cancelled, ExportError, InputError, PromptError
from shared.loading import load_audio
from shared.media import Waveform
from shared.progress import Progress
from shared.prompts import Text
from tests.sam_audio.mixing import clip, mixture, si_sdr

RATE_HZ = 22_050
SUM_LIMIT = 10 ** (-90 / 20)


@pytest.fixture(scope="module")
def music() -> Waveform:
    drums = synth_music.drums(2, sample_rate_hz=RATE_HZ, seed=1)
    melody = synth_music.band(("C",), sample_rate_hz=RATE_HZ, seed=2)
    return Waveform(mixture(drums, melody)[0], RATE_HZ)


@pytest.fixture
def file(music: Waveform, tmp_path: Path):
    path = tmp_path / "mix.wav"
    soundfile.write(path, music.samples.T, RATE_HZ, subtype="FLOAT")
    return load_audio(path)


def read(path: Path) -> np.ndarray:
    return soundfile.read(path, dtype="float32", always_2d=True)[0].T


def test_stems_add_up_and_come_in_the_order_of_the_prompts(music: Waveform):
    done = separate(music, (Text("melody"), Text("drums")))
    assert [stem.concept for stem in done.targets] == ["melody", "drums"]
    assert done.residual.name == "residual"
    assert done.sum_error < SUM_LIMIT
    assert [stem.chosen.spec.id for stem in done.targets] == ["hpss", "hpss"]


def test_a_file_is_separated_like_its_samples(music: Waveform, file):
    a, b = (separate(source, (Text("drums"),)).target.sound.samples for source in (music, file))
    np.testing.assert_array_equal(a, b)


def test_one_concept_leaves_its_complement_as_residual(music: Waveform):
    drums = separate(music, (Text("drums"),))
    melody = separate(music, (Text("melody"),))
    np.testing.assert_allclose(drums.residual.sound.samples, melody.target.sound.samples, atol=1e-5)


def test_files_of_a_run(file, tmp_path: Path):
    out = tmp_path / "out"
    stages = []
    progress = Progress(lambda fraction, stage: stages.append((fraction, stage)))
    report = separate_to_folder(file, (Text("the drums"),), out, progress=progress)
    assert set(report.files) == {p.name for p in out.iterdir()}
    assert set(report.files) == {"target.wav", "residual.wav", "mix.png", "target.png", "residual.png"}
    stems = [read(out / "target.wav"), read(out / "residual.wav")]
    assert np.abs(sum(stems) - read(file.path)).max() < SUM_LIMIT
    assert soundfile.info(out / "target.wav").samplerate == RATE_HZ
    assert report.facts["targets"][0] | {"level_db": 0} == {
        "prompt": "the drums",
        "concept": "drums",
        "engine": "hpss",
        "file": "target",
        "level_db": 0,
    }
    assert report.facts["sum_error_dbfs"] < -90
    assert json.dumps(report.facts) and report.warnings == ()
    fractions = [fraction for fraction, _ in stages]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0


def test_several_prompts_give_a_file_each_in_both_formats(file, tmp_path: Path):
    report = separate_to_folder(
        file, (Text("melody"), Text("drums")), tmp_path / "out", delivery=Delivery(("wav", "flac"))
    )
    for suffix, tolerance in (("wav", 1e-6), ("flac", SUM_LIMIT)):
        stems = [
            read(tmp_path / "out" / f"{n}.{suffix}") for n in ("target_melody", "target_drums", "residual")
        ]
        assert np.abs(sum(stems) - read(file.path)).max() < tolerance
    assert report.facts["encoded_gain_db"] == 0


def test_flac_alone_leaves_no_wav_and_loud_stems_share_one_gain(music: Waveform, tmp_path: Path):
    loud = Waveform(music.samples * np.float32(1.5 / np.abs(music.samples).max()), RATE_HZ)
    report = separate_to_folder(loud, (Text("drums"),), tmp_path, delivery=Delivery(("flac",)))
    assert not list(tmp_path.glob("*.wav"))
    gain = 10 ** (report.facts["encoded_gain_db"] / 20)
    assert gain < 0.7 and "lowered" in report.warnings[0]
    total = read(tmp_path / "target.flac") + read(tmp_path / "residual.flac")
    np.testing.assert_allclose(total, loud.samples * gain, atol=2e-3)


def test_effects_are_on_the_remix_alone(file, tmp_path: Path):
    chain = Chain((Gain(gain_db=-60),))
    report = separate_to_folder(file, (Text("drums"),), tmp_path / "a", chain=chain)
    plain = separate_to_folder(file, (Text("drums"),), tmp_path / "b")
    assert set(report.files) - set(plain.files) == {"remix.wav", "remix.png", "wet.wav", "wet.png"}
    np.testing.assert_array_equal(read(tmp_path / "a" / "target.wav"), read(tmp_path / "b" / "target.wav"))
    wanted = read(tmp_path / "a" / "residual.wav") + read(tmp_path / "a" / "target.wav") / 1000
    np.testing.assert_allclose(read(tmp_path / "a" / "remix.wav"), wanted, atol=1e-6)
    alone = read(tmp_path / "a" / "wet.wav")
    np.testing.assert_allclose(alone, read(tmp_path / "a" / "target.wav") / 1000, atol=1e-6)
    wet, dry = (report.facts["loudness"][name]["true_peak_dbtp"] for name in ("wet", "target"))
    assert wet == pytest.approx(dry - 60, abs=0.1)
    assert report.facts["gain_db"] == {"remix": 0}


def test_speech_and_its_background_come_apart():
    speech = clip("speech_product.flac", 16_000, 2.5)
    noise = synth.rain(3, sample_rate_hz=16_000, seed=3)[:1]
    mix, target, other = mixture(speech, noise)
    done = separate(Waveform(mix, 16_000), (Text("someone talking"), Text("background noise")))
    found, rest = (stem.sound.samples for stem in done.targets)
    assert si_sdr(found, target) - si_sdr(mix, target) > 4
    assert si_sdr(rest, other) - si_sdr(mix, other) > 4
    assert np.abs(done.residual.sound.samples).max() < 0.1


def test_a_target_that_is_not_there_is_told(tmp_path: Path):
    noise = Waveform(synth.white_noise(1, sample_rate_hz=16_000), 16_000)
    report = separate_to_folder(noise, (Text("speech"),), tmp_path)
    assert any("Hardly any speech" in warning for warning in report.warnings)


def test_cancelling_leaves_nothing(file, tmp_path: Path):
    stop = Event()

    def report(fraction: float, stage: str) -> None:
        if fraction > 0.3:
            stop.set()

    with pytest.raises(Cancelled):
        separate_to_folder(file, (Text("drums"),), tmp_path / "out", progress=Progress(report, stop))
    assert not (tmp_path / "out").exists()


def test_refusals_write_nothing(file, tmp_path: Path):
    with pytest.raises(PromptError):
        separate_to_folder(file, (Text("car horn"),), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_effect_that_does_not_fit_is_refused_before_anything_is_computed(music: Waveform, tmp_path: Path):
    mono = Waveform(music.samples[:1], RATE_HZ)
    with pytest.raises(InputError, match="pan wants stereo sound, but got 1 channel"):
        separate_to_folder(mono, (Text("drums"),), tmp_path / "out", chain=Chain((Pan(pan=1),)))
    assert not (tmp_path / "out").exists()


def test_a_full_disk_is_an_error_with_a_cure(file):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    from sam_audio.export.wav import WavWriter

    with (
        pytest.raises(OSError, match="No space"),
        WavWriter(Path("/dev/full"), sample_rate_hz=8000, channels=1, frames=100_000) as writer,
    ):
        writer.write(np.zeros((1, 100_000), np.float32))


def test_a_folder_that_cannot_be_made_is_an_error(file, tmp_path: Path):
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(ExportError, match="in the way|Cannot write"):
        separate_to_folder(file, (Text("drums"),), tmp_path / "out" / "deeper")


@pytest.mark.slow
@pytest.mark.parametrize(("channels", "rate_hz"), [(1, 8000), (6, 44_100), (8, 16_000)])
def test_all_experts_in_a_row_still_add_up(channels: int, rate_hz: int):
    sound = np.random.default_rng(0).normal(0, 0.1, (channels, rate_hz // 2 + 7)).astype(np.float32)
    prompts = tuple(Text(t) for t in ("background", "instrumental", "melody", "drums", "vocals", "speech"))
    done = separate(Waveform(sound, rate_hz), prompts)
    assert done.sum_error < SUM_LIMIT and len(done.targets) == 6
