"""Outline a sound for a search: how its bands rise and fall, whatever its level and tone."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_audio.streaming import resampled
from shared.encoders.audio import Block, Stft, analysed
from shared.media import AudioSource
from shared.progress import Progress

WORK_HZ = 16_000  # rate of the search, or that of the slower of the two sounds
STFT = Stft(1024, 160)  # 64 ms every 10 ms at that rate
BANDS = 16
LOWEST_BIN, HIGHEST_BIN = 16, 480  # 250 Hz to 7.5 kHz: what small loudspeakers play and microphones hear
CONTRAST_FRAMES = 101  # a band's level is told against its mean over this time
CLIP = 1.5  # in powers of ten: 15 dB
DEPTH = 1e-7  # of the loudest cell: below lies silence


@dataclass(frozen=True, eq=False)
class Outline:
    """A sound's bands over time.

    Args:
        contrast: (M, BANDS) float32, about zero mean; one row each STFT.hop samples at the work rate.
        loudest: Up to two channels, the loudest first.
        peak: Largest magnitude of a sample; 0 of silence.
    """

    contrast: NDArray[np.float32]
    loudest: tuple[int, ...]
    peak: float


def outlined(source: AudioSource, work_hz: int, progress: Progress) -> Outline:
    """Read a sound once and outline it.

    Args:
        source: The sound.
        work_hz: Rate to work at.
        progress: Where to report.
    """
    energy = np.zeros(source.channels)
    peak = 0.0
    done = 0

    def watched() -> Iterator[Block]:
        nonlocal energy, peak, done
        for block in source.blocks(max(1024, source.sample_rate_hz)):
            energy += np.square(block, dtype=np.float64).sum(1)
            peak = max(peak, float(np.abs(block).max()))
            done += block.shape[1]
            progress.step(done / source.frames, "listen to both recordings")
            yield block

    edges = np.unique(np.geomspace(LOWEST_BIN, HIGHEST_BIN, BANDS + 1).astype(int))
    parts = [np.zeros((0, len(edges) - 1), np.float32)]
    for frames in analysed(resampled(watched(), source.sample_rate_hz, work_hz), STFT):
        power = (frames.real**2 + frames.imag**2).sum(0)
        parts.append(np.add.reduceat(power, edges, axis=1)[:, :-1])
    order = np.argsort(-energy, kind="stable")[:2]
    loud = tuple(int(c) for c in order if energy[c] > 1e-4 * energy[order[0]])
    return Outline(_contrast(np.concatenate(parts)), loud, peak)


def _contrast(power: NDArray[np.float32]) -> NDArray[np.float32]:
    from scipy.ndimage import uniform_filter1d

    level = np.log10(power + DEPTH * max(float(power.max(initial=0.0)), 1e-30))
    cut = min(STFT.lead // STFT.hop + 1, (len(level) - 1) // 2)  # rows that reach beyond the ends say nothing
    level[:cut], level[len(level) - cut :] = level[cut], level[len(level) - cut - 1]
    level -= uniform_filter1d(level, CONTRAST_FRAMES, axis=0, mode="nearest")
    return np.clip(level, -CLIP, CLIP)
