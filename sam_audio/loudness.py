"""Loudness of sound as it streams: integrated (LUFS) and range (LU), in bounded memory.

ITU-R BS.1770-4 (K-weighting, gating) and EBU Tech 3342 (range). What is kept is one power per tenth of a
second: 36 000 numbers an hour.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_audio.peak import TruePeak
from shared.encoders.audio import Block
from shared.media import AudioSource

OFFSET_DB = -0.691  # BS.1770-4: a 997 Hz sine of 0 dBFS in one channel reads −3.01 LUFS
ABSOLUTE_GATE_LUFS, RELATIVE_GATE_LU = -70.0, -10.0
RANGE_GATE_LU, RANGE_PERCENTILES = -20.0, (10, 95)  # EBU Tech 3342
STEPS_A_SECOND = 10
BLOCK_STEPS, SHORT_TERM_STEPS = 4, 30  # 400 ms and 3 s
LEAST_RATE_HZ = 8000  # below, the K-weighting's shelf does not fit under half the rate
SURROUND, LOW_EFFECTS = 1.41, 0.0
# Weights by number of channels, in the order of WAVE files; back channels behind 120° weigh 1.
WEIGHTS: dict[int, tuple[float, ...]] = {
    4: (1, 1, SURROUND, SURROUND),
    5: (1, 1, 1, SURROUND, SURROUND),
    6: (1, 1, 1, LOW_EFFECTS, SURROUND, SURROUND),
    7: (1, 1, 1, LOW_EFFECTS, 1, SURROUND, SURROUND),
    8: (1, 1, 1, LOW_EFFECTS, 1, 1, SURROUND, SURROUND),
}
READ_FRAMES = 65_536


class LoudnessMeter:
    """Measure the loudness of a stream.

    Args:
        sample_rate_hz: Of the sound; below 8000 Hz there is no loudness.
        channels: Rows of each block; places as in WAVE files (mono, stereo, 5.1, 7.1 …).
    """

    def __init__(self, sample_rate_hz: int, channels: int) -> None:
        self._rate_hz = sample_rate_hz
        self._weights = np.array(WEIGHTS.get(channels, (1,) * channels), np.float64)
        self._filters = k_weighting(sample_rate_hz) if sample_rate_hz >= LEAST_RATE_HZ else None
        self._state = np.zeros((2, channels, 2))
        self._powers: list[float] = []  # mean square of each whole tenth of a second
        self._energy, self._frames = 0.0, 0

    def add(self, block: Block) -> None:
        """Take (C, F) more samples into account."""
        if self._filters is None or not block.shape[1]:
            return
        from scipy.signal import sosfilt

        heard, self._state = sosfilt(self._filters, block.astype(np.float64), axis=1, zi=self._state)
        self._collect(self._weights @ heard**2)

    def _collect(self, squares: NDArray[np.float64]) -> None:
        """Sum squares into steps; a step ends at the sample nearest to its time, at any rate."""
        first = len(self._powers)
        last = (self._frames + len(squares)) * STEPS_A_SECOND // self._rate_hz + 1
        edges = np.array([self._edge(step) for step in range(first, last + 1)])
        cuts = edges[(edges > self._frames) & (edges <= self._frames + len(squares))]
        parts = np.split(squares, cuts - self._frames)
        for step, part in enumerate(parts[:-1], first):
            length = self._edge(step + 1) - self._edge(step)
            self._powers.append((self._energy + float(part.sum())) / length)
            self._energy = 0.0
        self._energy += float(parts[-1].sum())
        self._frames += len(squares)

    def _edge(self, step: int) -> int:
        return round(step * self._rate_hz / STEPS_A_SECOND)

    def integrated_lufs(self) -> float | None:
        """Return the gated loudness; None for silence, and below 400 ms or 8000 Hz, where there is none."""
        powers = _above(self._blocks(BLOCK_STEPS), ABSOLUTE_GATE_LUFS)
        powers = _above(powers, _lufs(powers) + RELATIVE_GATE_LU)
        return float(_lufs(powers)) if powers.size else None

    def range_lu(self) -> float | None:
        """Return how far soft and loud passages lie apart; None where no 3 s are heard."""
        powers = _above(self._blocks(SHORT_TERM_STEPS), ABSOLUTE_GATE_LUFS)
        powers = _above(powers, _lufs(powers) + RANGE_GATE_LU)
        if not powers.size:
            return None
        soft, loud = np.percentile(10 * np.log10(powers), RANGE_PERCENTILES)
        return float(loud - soft)

    def _blocks(self, steps: int) -> NDArray[np.float64]:
        """Return the mean square of each run of so many steps."""
        if len(self._powers) < steps:
            return np.zeros(0)
        return np.convolve(self._powers, np.full(steps, 1 / steps), "valid")


def _lufs(powers: NDArray[np.float64]) -> float:
    mean = float(powers.mean()) if powers.size else 0.0
    return OFFSET_DB + 10 * float(np.log10(mean)) if mean > 0 else -np.inf


def _above(powers: NDArray[np.float64], gate_lufs: float) -> NDArray[np.float64]:
    return powers[powers > 10 ** ((gate_lufs - OFFSET_DB) / 10)]


@cache
def k_weighting(sample_rate_hz: int) -> NDArray[np.float64]:
    """Return the two filters of BS.1770-4 for a rate, as second-order sections (2, 6).

    The standard tabulates 48 kHz alone; the analogue prototypes behind that table are those of De Man,
    "Evaluation of implementations of the EBU R128 loudness measurement" (2018).
    """
    shelf_hz, shelf_q, shelf_db = 1681.974450955533, 0.7071752369554196, 3.999843853973347
    high = 10 ** (shelf_db / 20)
    band = high**0.4996667741545416
    tangent = np.tan(np.pi * shelf_hz / sample_rate_hz)
    over = 1 + tangent / shelf_q + tangent**2
    shelf = [
        (high + band * tangent / shelf_q + tangent**2) / over,
        2 * (tangent**2 - high) / over,
        (high - band * tangent / shelf_q + tangent**2) / over,
        *(1.0, 2 * (tangent**2 - 1) / over, (1 - tangent / shelf_q + tangent**2) / over),
    ]
    pass_hz, pass_q = 38.13547087602444, 0.5003270373238773
    tangent = np.tan(np.pi * pass_hz / sample_rate_hz)
    over = 1 + tangent / pass_q + tangent**2
    high_pass = [1.0, -2.0, 1.0, 1.0, 2 * (tangent**2 - 1) / over, (1 - tangent / pass_q + tangent**2) / over]
    return np.array([shelf, high_pass])


class LevelMeter:
    """Loudness and true peak of one stream.

    Args:
        sample_rate_hz: Of the sound.
        channels: Rows of each block.
    """

    def __init__(self, sample_rate_hz: int, channels: int) -> None:
        self._loudness = LoudnessMeter(sample_rate_hz, channels)
        self._peak = TruePeak(channels)

    def add(self, block: Block) -> None:
        """Take (C, F) more samples into account."""
        self._loudness.add(block)
        self._peak.add(block)

    def levels(self) -> "Levels":
        """Return what was measured so far."""
        peak = self._peak.value()
        return Levels(
            self._loudness.integrated_lufs(),
            20 * float(np.log10(peak)) if peak > 0 else None,
            self._loudness.range_lu(),
        )


@dataclass(frozen=True)
class Levels:
    """How loud a sound is; None stands for minus infinity, or for what such sound does not have.

    Args:
        integrated_lufs: Gated loudness (ITU-R BS.1770-4).
        true_peak_dbtp: Highest level, also between the samples.
        range_lu: Loudness range (EBU Tech 3342).
    """

    integrated_lufs: float | None
    true_peak_dbtp: float | None
    range_lu: float | None

    def shifted(self, gain_db: float) -> "Levels":
        """Return the levels of the same sound after a gain (the gates of loudness taken as unmoved)."""
        return Levels(
            _added(self.integrated_lufs, gain_db), _added(self.true_peak_dbtp, gain_db), self.range_lu
        )

    @property
    def peak(self) -> float:
        """True peak, linear; 0 for silence."""
        return 0.0 if self.true_peak_dbtp is None else 10 ** (self.true_peak_dbtp / 20)

    def to_json(self) -> dict[str, Any]:
        """Return the facts for a manifest, to a tenth."""
        facts = {"lufs": self.integrated_lufs, "true_peak_dbtp": self.true_peak_dbtp}
        facts["loudness_range_lu"] = self.range_lu
        return {name: None if value is None else round(value, 1) for name, value in facts.items()}


def _added(level_db: float | None, gain_db: float) -> float | None:
    return None if level_db is None else level_db + gain_db


def levels(source: AudioSource) -> Levels:
    """Read a source whole, block by block, and measure it."""
    meter = LevelMeter(source.sample_rate_hz, source.channels)
    for block in source.blocks(READ_FRAMES):
        meter.add(block)
    return meter.levels()
