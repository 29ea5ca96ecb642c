"""Proof: a related piece is predicted, an unrelated one is not, and the room's length is heard."""

import numpy as np
import pytest

from sam_audio.reference.pieces import MARGIN, PART, Piece
from sam_audio.reference.verify import evidence, presence, room_s
from sam_audio.reference.warp import TimeMap

RATE_HZ = 16_000
RNG = np.random.default_rng(6)
UNITY = TimeMap((0.0, 1.0), (0.0, 1.0))


def piece(mix: np.ndarray, reference: np.ndarray) -> Piece:
    return Piece(mix.astype(np.float32), reference.astype(np.float32), MARGIN, 0)


def test_a_held_reference_is_told_from_another():
    frames = 8 * PART
    reference = RNG.standard_normal((1, frames + 2 * MARGIN))
    inside = reference[:, MARGIN : MARGIN + frames]
    held = evidence(piece(0.5 * inside + 0.5 * RNG.standard_normal((1, frames)), reference), UNITY, RATE_HZ)
    assert held.coherence == pytest.approx(0.5, abs=0.1)
    assert held.gain_db == pytest.approx(-6, abs=1)
    assert room_s(held, RATE_HZ) < 0.1
    foreign = evidence(piece(RNG.standard_normal((1, frames)), reference), UNITY, RATE_HZ)
    assert foreign.coherence < 0.04
    assert presence((held, foreign)) > 0.3
    assert presence((foreign,)) == 0
