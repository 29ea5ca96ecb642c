"""The sound net: named sounds out of mixtures, streams of any block size, what it hears, what it tells."""

import numpy as np
import pytest

from sam_audio.engines.sound_net import SPECS, load
from sam_audio.sound_names import NAMES
from sam_audio.sound_net.table import table
from shared.media import Waveform
from tests.sam_audio.mixing import si_sdr, streamed

RATE_HZ = 24_000


def _ticks(seconds=6.0):
    """A clock: short bright clicks of a small body twice a second."""
    rng, t = np.random.default_rng(1), np.arange(int(0.05 * RATE_HZ)) / RATE_HZ
    tick = sum(np.sin(2 * np.pi * hz * t) for hz in (1700, 2900, 4300)) * np.exp(-t / 0.006)
    tick[:40] += rng.standard_normal(40)
    out = np.zeros(int(seconds * RATE_HZ))
    for at in range(RATE_HZ // 4, len(out) - len(tick), RATE_HZ // 2):
        out[at : at + len(tick)] += tick
    return (0.3 * out / np.abs(out).max()).astype(np.float32)[None]


def _wind(seconds=6.0):
    """Gusty low noise."""
    rng = np.random.default_rng(2)
    n = int(seconds * RATE_HZ)
    spectrum = np.fft.rfft(rng.standard_normal(n))
    hz = np.fft.rfftfreq(n, 1 / RATE_HZ)
    noise = np.fft.irfft(spectrum / (1 + (hz / 250) ** 2), n)
    gust = np.exp(0.4 * np.sin(2 * np.pi * 0.3 * np.arange(n) / RATE_HZ))
    return (0.05 * noise * gust / noise.std()).astype(np.float32)[None]


def _power(sound, wanted):
    return sound * np.sqrt((wanted**2).mean() / (sound**2).mean())


@pytest.fixture(scope="module")
def pair():
    ticks = _ticks()
    return ticks, _power(_wind(), ticks)


def test_offers_twenty_sounds_and_more_each_with_a_title():
    assert SPECS[0].concepts is not None and len(SPECS[0].concepts) >= 20
    assert set(SPECS[0].concepts) <= set(NAMES) and set(table().names) <= set(NAMES)
    assert all(row.gain_db >= 3 and row.recordings >= 2 for row in table().offered.values())
    assert {"speech", "noise"}.isdisjoint(SPECS[0].concepts)


@pytest.mark.parametrize(("concept", "which"), [("clock", 0), ("wind", 1)])
def test_takes_the_named_sound_out(pair, concept, which):
    mix, wanted = pair[0] + pair[1], pair[which]
    found = streamed(load("cpu"), mix, RATE_HZ, concept)
    assert found.shape == mix.shape
    assert si_sdr(found, wanted) > si_sdr(mix, wanted) + 4


def test_a_wrong_name_does_not_give_the_sound(pair):
    mix = pair[0] + pair[1]
    found = streamed(load("cpu"), mix, RATE_HZ, "rooster")
    assert np.square(found).sum() < 0.3 * np.square(mix).sum()


def test_any_block_size_gives_the_same(pair):
    mix = pair[0] + pair[1]
    small, large = (streamed(load("cpu"), mix, RATE_HZ, "clock", size) for size in (997, 1 << 20))
    np.testing.assert_allclose(small, large, atol=1e-5)


def test_windows_join_without_a_seam(pair):
    """Beyond one window of 4 s the result goes on as it was."""
    mix = np.tile(pair[0] + pair[1], (1, 4))
    found = streamed(load("cpu"), mix, RATE_HZ, "clock")
    assert found.shape == mix.shape
    assert si_sdr(found, np.tile(pair[0], (1, 4))) > 4


def test_a_hard_panned_sound_stays_panned(pair):
    stereo = np.concatenate([pair[0] + pair[1], np.zeros_like(pair[0])])
    found = streamed(load("cpu"), stereo, RATE_HZ, "clock")
    assert np.abs(found[0]).max() > 0.05 and np.abs(found[1]).max() < 1e-4


@pytest.mark.parametrize("rate_hz", [8000, 44_100, 96_000])
def test_works_at_any_rate(rate_hz):
    rng = np.random.default_rng(0)
    mix = rng.normal(0, 0.1, (1, rate_hz // 2)).astype(np.float32)
    found = streamed(load("cpu"), mix, rate_hz, "rain")
    assert found.shape == mix.shape and np.isfinite(found).all()


def test_full_band_output():
    """A click's energy above 12 kHz is not cut off when the bands below are kept."""
    rate_hz, clicks = 48_000, np.repeat(_ticks(), 2, axis=1)  # repeated samples: images above 12 kHz
    found = streamed(load("cpu"), clicks, rate_hz, "clock")
    above = int(13_000 * clicks.shape[1] / rate_hz)
    kept, given = (np.square(np.abs(np.fft.rfft(x[0])))[above:].sum() for x in (found, clicks))
    assert kept > 0.25 * given > 0


def test_silence_stays_silence():
    found = streamed(load("cpu"), np.zeros((2, RATE_HZ), np.float32), RATE_HZ, "dog")
    assert not found.any()


def test_one_sample_is_enough():
    found = streamed(load("cpu"), np.full((1, 1), 0.5, np.float32), RATE_HZ, "dog")
    assert found.shape == (1, 1) and np.isfinite(found).all()


def test_tells_its_confidence_when_it_has_ended(pair):
    def ended(concept, **more):
        stream = load("cpu").stream(iter([pair[0] + pair[1]]), RATE_HZ, concept=concept, **more)
        assert stream.facts == {} and sum(block.shape[1] for block in stream) == pair[0].shape[1]
        return stream

    right, wrong = ended("clock"), ended("rooster")
    assert right.facts["confidence"] > wrong.facts["confidence"]
    assert wrong.warnings and "rooster" in wrong.warnings[0]
    assert ended("clock", others=("wind", "melody")).facts["competitors"] == ["wind"]


def test_a_named_competitor_is_kept_out(pair):
    mix = pair[0] + pair[1]
    engine = load("cpu")
    alone, against = (
        np.concatenate(list(engine.stream(iter([mix]), RATE_HZ, concept="wind", others=others)), axis=1)
        for others in ((), ("clock",))
    )
    assert si_sdr(against, pair[1]) > si_sdr(alone, pair[1]) - 1


def test_hears_what_is_there(pair):
    heard = load("cpu").detect(Waveform((pair[0] + pair[1])[:, : 4 * RATE_HZ], RATE_HZ))
    assert set(heard) == set(table().names)
    assert all(0 <= value <= 1 for value in heard.values())
    assert heard["clock"] > np.median(list(heard.values()))
