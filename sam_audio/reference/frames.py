"""Cut sound into the frames that references are fitted in."""

import numpy as np

from shared.encoders.audio import Block, Frames, Stft, analysed

FRAME_S = 0.085  # 4096 samples at 44.1 and 48 kHz
LEAST_FFT = 64


def stft(sample_rate_hz: int) -> Stft:
    """Return frames of about 85 ms every 21 ms."""
    n_fft = max(LEAST_FFT, 2 ** round(np.log2(sample_rate_hz * FRAME_S)))
    return Stft(n_fft, n_fft // 4)


def frames_of(sound: Block, stft: Stft) -> Frames:
    """Return all frames of a sound, (C, M, bins)."""
    return np.concatenate(list(analysed(iter([sound]), stft)), axis=1)
