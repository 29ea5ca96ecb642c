"""Masks of the sound net: one result for any block size, competitors by power, the stereo image kept."""

import numpy as np
import pytest

from sam_audio.sound_net.bands import BANDS, FRAMES_A_COLUMN, NET_BINS, edges, features, widened
from sam_audio.sound_net.masking import CROSS_FADE_FRAMES, SOFTNESS, WINDOW_FRAMES, Masker, contested, masked
from sam_audio.sound_net.table import Table

TABLE = Table(
    ("dog", "rain", "stream"),
    {},
    (frozenset({"rain", "stream"}),),
    {"rain": 0.4, "stream": 0.4, "dog": 0.4},
    0.3,
)


class Scripted:
    """Answers with fixed masks and presences, and remembers the windows."""

    def __init__(
        self, levels: dict[int, float], presence: tuple[float, float, float] = (0.9, 0.1, 0.1)
    ) -> None:
        self.levels, self.presence, self.sizes = levels, presence, []

    def listen(self, seen):
        self.sizes.append(seen.shape[1])
        columns = seen.shape[1] // FRAMES_A_COLUMN
        return {"frames": seen.shape[1], "seen": seen}, np.tile(
            np.array(self.presence, np.float32), (columns, 1)
        )

    def masks(self, maps, which):
        # a mask that depends on what is seen, so that windows matter
        tilt = 0.1 * np.tanh(maps["seen"].T)
        return np.stack([np.clip(self.levels[k] + tilt, 0, 1) for k in which]).astype(np.float32)


def _frames(count, channels=2, bins=1537):
    rng = np.random.default_rng(3)
    shape = (channels, count, bins)
    return (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(np.complex64)


def _run(frames, sizes, net=None, others=(), strength=1.0, table=TABLE):
    masker = Masker(net or Scripted({0: 0.5, 1: 0.5, 2: 0.5}), table, "dog", others, strength)
    starts = np.cumsum([0, *sizes])
    blocks = iter(
        [frames[:, a:b] for a, b in zip(starts, [*starts[1:], frames.shape[1]], strict=True) if b > a]
    )
    return np.concatenate(list(masked(blocks, masker)), axis=1), masker


def test_bands_cover_every_bin_once():
    assert edges()[0] == 0 and edges()[-1] == NET_BINS and len(edges()) == BANDS + 1
    assert (np.diff(edges()) >= 1).all() and (np.diff(edges())[:64] == 1).all()


def test_features_do_not_know_the_level():
    power = np.random.default_rng(0).random((32, 1537)).astype(np.float32)
    np.testing.assert_allclose(features(power), features(power * 1e4), atol=1e-4)


def test_features_of_silence_are_finite():
    assert np.isfinite(features(np.zeros((16, 1537), np.float32))).all()


def test_the_top_bands_mask_goes_on():
    mask = np.zeros((2, BANDS), np.float32)
    mask[:, -1] = 0.7
    wide = widened(mask, 1537)
    assert wide.shape == (2, 1537)
    np.testing.assert_allclose(wide[:, edges()[-2] :], 0.7)
    assert not wide[:, : edges()[-2]].any()


@pytest.mark.parametrize("count", [1, 100, WINDOW_FRAMES, WINDOW_FRAMES + 1, 3 * WINDOW_FRAMES - 7])
def test_any_block_size_gives_the_same(count):
    frames = _frames(count, 1, NET_BINS)
    whole, _ = _run(frames, [])
    small, _ = _run(frames, [1] * min(count - 1, 40) + [333] * (count // 400))
    assert whole.shape == frames.shape
    np.testing.assert_allclose(small, whole, atol=1e-5)


def test_the_last_window_reaches_back():
    net = Scripted({0: 0.5})
    _run(_frames(WINDOW_FRAMES + 40, 1, NET_BINS), [], net)
    assert net.sizes == [WINDOW_FRAMES, WINDOW_FRAMES]
    assert CROSS_FADE_FRAMES < WINDOW_FRAMES


def test_a_hard_panned_sound_stays_panned():
    frames = _frames(80)
    frames[1] = 0
    out, _ = _run(frames, [])
    assert np.abs(out[0]).max() > 0 and not out[1].any()


def test_the_same_mask_lies_on_each_channel():
    frames = _frames(80)
    out, _ = _run(frames, [])
    np.testing.assert_allclose(out[0] / frames[0], out[1] / frames[1], rtol=1e-3, atol=1e-3)


def test_competitors_share_out_the_mix():
    mask, rival = np.full((3, BANDS), 0.6, np.float32), np.full((1, 3, BANDS), 0.2, np.float32)
    np.testing.assert_allclose(contested(mask, rival, 1.0), 0.75, rtol=1e-3)
    soft = 0.6**SOFTNESS
    np.testing.assert_allclose(contested(mask, rival, 0.5), (soft + 0.75) / 2, rtol=1e-3)
    np.testing.assert_allclose(contested(mask, rival, 0.0), soft, rtol=1e-5)
    assert (contested(mask, rival, 2.0) < contested(mask, rival, 1.0)).all()
    np.testing.assert_allclose(contested(mask, rival[:0], 1.0), soft, rtol=1e-5)


def test_named_and_heard_competitors_are_weighed():
    net = Scripted({0: 0.5, 1: 0.8, 2: 0.8}, (0.9, 0.1, 0.7))
    _, masker = _run(_frames(64), [], net, others=("rain", "melody"))
    assert masker.heard.rivals == {"rain", "stream"}
    _, masker = _run(_frames(64), [], net, others=("rain",), strength=0)
    assert masker.heard.rivals == set()


def test_alike_sounds_do_not_compete():
    masker = Masker(Scripted({1: 0.5, 2: 0.5}, (0.1, 0.9, 0.9)), TABLE, "rain", ("stream",), 1.0)
    list(masked(iter([_frames(64)]), masker))
    assert masker.heard.rivals == set()


def test_confidence_is_the_presence_of_the_clearest_tenth():
    _, masker = _run(_frames(64), [], Scripted({0: 0.5}, (0.8, 0.0, 0.0)))
    assert masker.heard.confidence() == pytest.approx(0.8)
