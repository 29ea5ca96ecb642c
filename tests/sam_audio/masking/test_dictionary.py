"""Spectra are learnt, known ones stay, and shares add up to what was measured."""

import numpy as np

from sam_audio.masking.dictionary import explained, learnt

RNG = np.random.default_rng(0)
PARTS = RNG.exponential(size=(4, 40)).astype(np.float32) * (RNG.random((4, 40)) > 0.5)
PARTS /= PARTS.sum(1, keepdims=True)
WEIGHTS = (RNG.exponential(size=(300, 4)) * (RNG.random((300, 4)) > 0.4)).astype(np.float32)


def test_two_sounds_are_told_apart_by_their_spectra():
    both, alone = WEIGHTS @ PARTS, WEIGHTS[:, :2] @ PARTS[:2]
    others = learnt((WEIGHTS[:, 2:] @ PARTS[2:])[:150], 2)
    target = learnt(both, 2, known=others)
    np.testing.assert_allclose(target.sum(1), 1, rtol=1e-4)
    found, rest = explained(both, target, others)
    np.testing.assert_allclose(found + rest, both, atol=0.05 * both.max())
    assert np.square(found - alone).sum() < 0.02 * np.square(alone).sum()


def test_frames_do_not_depend_on_their_neighbours():
    both = WEIGHTS @ PARTS
    whole = explained(both, PARTS[:2], PARTS[2:])[0]
    np.testing.assert_allclose(explained(both[17:18], PARTS[:2], PARTS[2:])[0], whole[17:18], rtol=1e-4)


def test_silence_and_few_frames_are_no_trouble():
    silence = np.zeros((3, 40), np.float32)
    assert np.isfinite(learnt(silence, 5)).all()
    assert not np.any(explained(silence, PARTS, PARTS)[0])
    assert learnt(WEIGHTS[:1] @ PARTS, 12).shape == (12, 40)
