"""DeepFilterNet3: the bands of libDF, state that survives blocks, and speech that comes out of rain."""

import numpy as np

from sam_audio.engines.deepfilternet import LOOK_AHEAD, STFT, Enhancer, erb_widths, load
from shared import synth
from tests.sam_audio.mixing import clip, mixture, si_sdr, streamed

RATE_HZ = 48_000


def test_the_bands_are_those_of_libdf():
    """Widths as libDF's erb_fb gives them for 48 kHz, FFT 960, 32 bands, at least 2 bins."""
    wanted = [2] * 9 + [5, 5, 7, 7, 8, 10, 12, 13, 15, 18, 20, 24, 28, 31, 37, 42, 50, 56, 67]
    found = erb_widths()
    assert found.sum() == STFT.bins and len(found) == 32
    assert (found >= 2).all() and (np.diff(found[9:]) >= 0).all()
    assert found[:5].tolist() == wanted[:5]
    assert found[-1] == 67


def test_frames_one_by_one_and_at_once_are_the_same():
    rng = np.random.default_rng(2)
    frames = (rng.normal(0, 1, (30, 481)) + 1j * rng.normal(0, 1, (30, 481))).astype(np.complex64)
    nets = load("cpu")._nets
    whole, step = Enhancer(nets), Enhancer(nets)
    at_once = whole.enhance(frames)
    one_by_one = np.concatenate([step.enhance(frames[k : k + 1]) for k in range(30)])
    np.testing.assert_allclose(one_by_one, at_once, atol=1e-3)


def test_nothing_of_the_future_is_answered_early():
    frames = np.zeros((10, 481), np.complex64)
    frames[4:] = 100
    answer = Enhancer(load("cpu")._nets).enhance(frames)
    assert np.abs(answer[:4]).max() == 0
    assert np.abs(answer[4 + LOOK_AHEAD :]).max() > 0


def test_nan_in_the_state_does_not_stay():
    enhancer = Enhancer(load("cpu")._nets)
    enhancer._state["enc"]["h0"][:] = np.nan
    noise = np.random.default_rng(0).normal(0, 1, (20, 481)).astype(np.complex64)
    enhancer.enhance(noise)
    assert np.isfinite(enhancer.enhance(noise)).all()


def test_speech_comes_out_of_rain_and_music():
    speech = clip("speech_rain.flac", RATE_HZ, 3.5)
    seconds = speech.shape[1] / RATE_HZ
    gains, rests = [], []
    for bed in (synth.rain, synth.siren, synth.birds):
        noise = bed(seconds, sample_rate_hz=RATE_HZ, seed=1)[:1]
        mix, target, other = mixture(speech, noise)
        found = streamed(load("cpu"), mix, RATE_HZ, "speech")
        gains.append(si_sdr(found, target) - si_sdr(mix, target))
        rests.append(si_sdr(mix - found, other) - si_sdr(mix, other))
    assert np.mean(gains) > 8 and min(gains) > 5
    assert np.mean(rests) > 7


def test_speech_is_in_time_with_the_mix():
    speech = clip("speech_product.flac", RATE_HZ, 1.5)
    found = streamed(load("cpu"), speech, RATE_HZ, "speech")
    lags = np.fft.irfft(np.fft.rfft(found[0], 1 << 18) * np.fft.rfft(speech[0], 1 << 18).conj())
    assert int(np.argmax(lags)) == 0


def test_equal_channels_share_the_work_until_they_part():
    """Left and right are one sound for a second, then differ: as if each had been alone from the start."""
    speech = clip("speech_rain.flac", RATE_HZ, 2.5)
    other = np.where(np.arange(speech.shape[1]) < RATE_HZ, speech, speech[:, ::-1] * 0.5).astype(np.float32)
    engine = load("cpu")
    both = streamed(engine, np.concatenate([speech, other, speech]), RATE_HZ, "speech", 5000)
    np.testing.assert_allclose(both[:1], streamed(engine, speech, RATE_HZ, "speech"), atol=1e-5)
    np.testing.assert_allclose(both[1:2], streamed(engine, other, RATE_HZ, "speech"), atol=1e-5)
    np.testing.assert_array_equal(both[0], both[2])
