"""Gates let through what is marked, exactly, at any rate; and nothing else."""

import numpy as np
import pytest

from sam_audio.engines.selection import Selection
from shared import synth
from shared.errors import PromptError
from shared.media import Waveform
from shared.progress import Progress
from shared.prompts import Band, Pan, Prompt, Span
from tests.sam_audio.mixing import clip, si_sdr

RATE_HZ = 16_000


def gated(
    sound: np.ndarray, *prompts: Prompt, rate_hz: int = RATE_HZ, size: int = 5000, foreground: bool = False
) -> np.ndarray:
    wave = Waveform(sound.astype(np.float32), rate_hz)
    take = Selection().prepare(wave, prompts, Progress(), foreground=foreground)
    found = np.concatenate(list(take(wave.blocks(size))), axis=1)
    assert found.shape == sound.shape and found.dtype == np.float32 and np.isfinite(found).all()
    return found


def noise(channels: int = 1, frames: int = 2 * RATE_HZ) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 0.1, (channels, frames)).astype(np.float32)


def tones(frequencies_hz, rate_hz: int, frames: int, channels: int = 1) -> np.ndarray:
    t = np.arange(frames) / rate_hz
    return np.tile(sum(np.sin(2 * np.pi * f * t + f) for f in frequencies_hz), (channels, 1))


def test_spans_cut_in_time_and_leave_the_inside_untouched():
    sound = noise(2)
    found = gated(sound, Span(0.5, 1.0), Span(0.9, 1.5), Span(0.7, 0.8, keep=False))
    for start, stop in ((0.52, 0.68), (0.82, 1.48)):
        part = slice(int(start * RATE_HZ), int(stop * RATE_HZ))
        np.testing.assert_array_equal(found[:, part], sound[:, part])
    for start, stop in ((0, 0.48), (0.72, 0.78), (1.52, 2)):
        assert not found[:, int(start * RATE_HZ) : int(stop * RATE_HZ)].any()


@pytest.mark.parametrize(
    "prompts",
    [
        (Band(0, 99, 0, 1e9),),
        (Band(0, 0.8, 0, 900), Band(0.8, 99, 0, 900), Band(0, 99, 900, 1e6)),
        (Pan(-1, 0.2), Pan(0.2, 1)),
        (Span(0, 1), Span(1, 99), Pan(-1, 1), Band(0, 99, 0, 8000)),
    ],
    ids=["one box", "boxes that meet", "pans that meet", "all kinds"],
)
def test_an_open_gate_changes_nothing(prompts):
    sound = noise(2)
    np.testing.assert_allclose(gated(sound, *prompts), sound, atol=1e-6)


@pytest.mark.parametrize(
    "prompts",
    [
        (Band(0.3, 1.2, 700, 2500), Span(0.2, 1.1), Pan(-1, 0.3)),
        (Band(0.5, 0.6, 3000, 5000, keep=False),),
        (Pan(-0.2, 0.2, keep=False),),
    ],
)
def test_blocks_of_any_size_give_the_same_sound_and_what_is_dropped_is_the_rest(prompts):
    sound = noise(2)
    whole = gated(sound, *prompts, size=1 << 20)
    np.testing.assert_allclose(gated(sound, *prompts, size=777), whole, atol=1e-6)
    if len(prompts) == 1:
        kind = type(prompts[0])
        turned = kind(**{**vars(prompts[0]), "keep": True})
        np.testing.assert_allclose(whole + gated(sound, turned), sound, atol=1e-6)


@pytest.mark.parametrize("offset", [0.0, 1e4])
@pytest.mark.parametrize("rate_hz", [1, 50, 8000, 384_000])
def test_a_band_takes_one_tone_out_of_three_at_any_rate(rate_hz: int, offset: float):
    frames = 6000
    wanted = tones([0.11 * rate_hz], rate_hz, frames)
    mix = wanted + tones([0.05 * rate_hz, 0.2 * rate_hz], rate_hz, frames) + offset
    length_s = frames / rate_hz
    found = gated(mix, Band(0, length_s, 0.09 * rate_hz, 0.13 * rate_hz), rate_hz=rate_hz)
    middle = slice(500, -500)
    assert si_sdr(found[:, middle], wanted[:, middle]) > 40
    assert np.abs(found).max() < 1.6  # the ends of the recording click at no frequency


def test_a_box_to_zero_keeps_the_offset():
    sound = 1e4 + tones([0.2], 1, 2000)
    found = gated(sound, Band(0, 2000, 0, 0.05), rate_hz=1)
    np.testing.assert_allclose(found[:, 100:-100], 1e4, atol=0.05)
    np.testing.assert_allclose(found, 1e4, atol=1.1)  # the tone's last value counts at an end


def test_foreground_leaves_the_background_of_a_box_out():
    frames = 4 * RATE_HZ
    call = np.zeros((1, frames))
    t = np.arange(RATE_HZ) / RATE_HZ
    call[:, RATE_HZ : 2 * RATE_HZ] = np.sin(2 * np.pi * (2000 * t + 300 * t**2)) * np.sin(np.pi * t)
    street = synth.rain(4, sample_rate_hz=RATE_HZ, seed=2).mean(0, keepdims=True)
    mix = 0.05 * call + 0.05 * street / street.std()
    box = Band(0.9, 2.1, 1500, 3200)
    plain, better = (si_sdr(gated(mix, box, foreground=on), call) - si_sdr(mix, call) for on in (False, True))
    assert plain > 5 and better > plain + 3
    whole = Band(0, 4, 1500, 3200)
    np.testing.assert_array_equal(gated(mix, whole, foreground=True), gated(mix, whole))


def test_a_box_that_leaves_nothing_beside_it_says_so():
    wave = Waveform(noise(), RATE_HZ)
    take = Selection().prepare(wave, (Band(0, 2, 100, 200),), Progress(), foreground=True)
    assert take.background is None and "no sound beside them" in take.warnings[0]


def test_pan_takes_three_sources_apart():
    rng = np.random.default_rng(1)
    t = np.arange(3 * RATE_HZ) / RATE_HZ
    plucks = sum(
        np.sin(2 * np.pi * f * t) * np.exp(-4 * ((t - s) % 3)) for f, s in ((330, 0), (415, 1), (554, 1.6))
    )
    sources = [clip("speech_rain.flac", RATE_HZ, 3)[0], plucks, clip("song.flac", RATE_HZ, 3)[0]]
    places = (-0.7, 0.0, 0.7)
    images = []
    for source, pan in zip(sources, places, strict=True):
        angle = (pan + 1) * np.pi / 4
        images.append(np.outer([np.cos(angle), np.sin(angle)], source / source.std() * 0.1))
    mix = sum(images) + rng.normal(0, 1e-4, images[0].shape)
    windows = (Pan(-1, -0.35), Pan(-0.35, 0.35), Pan(0.35, 1))
    gained = [
        si_sdr(gated(mix, w), image) - si_sdr(mix, image) for w, image in zip(windows, images, strict=True)
    ]
    assert np.mean(gained) > 10 and min(gained) > 7


@pytest.mark.parametrize("channels", [1, 3, 8])
def test_pan_wants_stereo(channels: int):
    with pytest.raises(PromptError, match="pan window wants stereo sound, but this sound is"):
        gated(noise(channels, 100), Pan(-1, 0))


@pytest.mark.parametrize(
    "prompts",
    [(), (Span(0.5, 1), Span(0, 9, keep=False)), (Span(0.5, 0.50001),)],
    ids=["none", "all dropped", "between samples"],
)
def test_nothing_left_is_refused(prompts):
    with pytest.raises(PromptError) as caught:
        gated(noise(), *prompts)
    assert caught.value.cure


@pytest.mark.parametrize(
    ("channels", "rate_hz", "frames"), [(1, 1, 1), (2, 8000, 1), (8, 96_000, 77), (2, 3, 9)]
)
def test_short_and_odd_sounds(channels: int, rate_hz: int, frames: int):
    sound = noise(channels, frames)
    length_s = frames / rate_hz
    gated(sound, Band(0, length_s, 0.1 * rate_hz, 0.3 * rate_hz), rate_hz=rate_hz, foreground=True)
    found = gated(sound, Band(0, length_s, 0, rate_hz), Span(0, length_s), rate_hz=rate_hz)
    np.testing.assert_allclose(found, sound, atol=1e-6)
    assert not gated(np.zeros((channels, frames)), Band(0, 1, 0.1, rate_hz), rate_hz=rate_hz).any()
