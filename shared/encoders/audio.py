"""Short-time spectra and mel bands: the one place that owns the time–frequency plane of sound.

Analysis and synthesis stream: any block size gives the same frames, and frames that are not changed give
the input back to rounding. Mel bands come from torchaudio's transforms.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]
Frames = NDArray[np.complex64]


@dataclass(frozen=True)
class Stft:
    """How sound is cut into frames.

    Args:
        n_fft: Window and FFT length in samples, a multiple of `hop`.
        hop: Step between frames in samples; the window's squares must add up at this step.
        window: "hann" (periodic, for a step of a quarter or less) or "vorbis" (power-complementary at
            a half: Valin et al., RFC 6716 section 4.3.7).
    """

    n_fft: int
    hop: int
    window: Literal["hann", "vorbis"] = "hann"

    @property
    def bins(self) -> int:
        """Frequencies per frame: n_fft / 2 + 1."""
        return self.n_fft // 2 + 1

    @property
    def lead(self) -> int:
        """Zeros before the first sample, so that it lies in as many frames as any other."""
        return self.n_fft - self.hop

    @cached_property
    def shape(self) -> Block:
        """The window, (n_fft,) float32."""
        places = np.arange(self.n_fft)
        if self.window == "hann":
            return (0.5 - 0.5 * np.cos(2 * np.pi * places / self.n_fft)).astype(np.float32)
        sine = np.sin(np.pi * (places + 0.5) / self.n_fft)
        return np.sin(np.pi / 2 * sine**2).astype(np.float32)

    @cached_property
    def overlap_gain(self) -> Block:
        """Sum of the squared windows over each place of a hop, (hop,) float32."""
        return (self.shape.reshape(-1, self.hop) ** 2).sum(0)

    @cached_property
    def transform(self) -> Any:
        """torchaudio's transform that makes complex (C, bins, F) frames of (C, T) samples."""
        import torch
        from torchaudio.transforms import Spectrogram

        window = torch.from_numpy(self.shape)
        return Spectrogram(
            self.n_fft, hop_length=self.hop, window_fn=lambda _: window, power=None, center=False
        )


def analysed(blocks: Iterator[Block], stft: Stft) -> Iterator[Frames]:
    """Turn sound into frames as it comes.

    Args:
        blocks: (C, T) float32, T of any size.
        stft: How to cut.

    Yields:
        (C, F, bins) complex64; frame k starts `stft.lead` samples before sample k · hop.
    """
    waiting: list[Block] = []
    held = 0
    for block in blocks:
        if not waiting:
            waiting, held = [np.zeros((block.shape[0], stft.lead), np.float32)], stft.lead
        waiting.append(block)
        held += block.shape[1]
        if held < stft.n_fft:
            continue
        joined = np.concatenate(waiting, axis=1)
        count = 1 + (held - stft.n_fft) // stft.hop
        yield _spectra(joined[:, : stft.n_fft + (count - 1) * stft.hop], stft)
        waiting = [joined[:, count * stft.hop :]]
        held = waiting[0].shape[1]
    if waiting:
        count = -(-held // stft.hop)  # every frame that begins before the end
        room = stft.n_fft + (count - 1) * stft.hop - held
        yield _spectra(np.pad(np.concatenate(waiting, axis=1), ((0, 0), (0, room))), stft)


def _spectra(samples: Block, stft: Stft) -> Frames:
    import torch

    with torch.inference_mode():
        frames = stft.transform(torch.from_numpy(np.ascontiguousarray(samples)))
    return np.ascontiguousarray(frames.numpy().transpose(0, 2, 1))


def synthesised(frames: Iterator[Frames], stft: Stft) -> Iterator[Block]:
    """Turn frames back into sound, weighted overlap-add (Crochiere 1980).

    Args:
        frames: (C, F, bins) complex64, as `analysed` gives them, changed or not.
        stft: How they were cut.

    Yields:
        (C, T) float32 from the first sample on; after the last one, up to a hop of padding may follow.
    """
    overlaps = stft.n_fft // stft.hop
    tail: Block | None = None
    skip = stft.lead
    for block in frames:
        channels, count, _ = block.shape
        if count == 0:
            continue
        parts = np.fft.irfft(block, stft.n_fft).astype(np.float32) * stft.shape
        parts = parts.reshape(channels, count, overlaps, stft.hop)
        sound = np.zeros((channels, count + overlaps - 1, stft.hop), np.float32)
        if tail is not None:
            sound[:, : overlaps - 1] = tail
        for place in range(overlaps):
            sound[:, place : place + count] += parts[:, :, place]
        tail = sound[:, count:]
        ready = (sound[:, :count] / stft.overlap_gain).reshape(channels, -1)
        yield ready[:, skip:]
        skip = max(skip - ready.shape[1], 0)


def mel_stft(sample_rate_hz: int) -> Stft:
    """Return frames of about 90 ms every 23 ms: long enough that each of 96 mel bands holds a bin."""
    n_fft = max(256, 2 ** round(np.log2(sample_rate_hz * 0.09)))
    return Stft(n_fft, n_fft // 4)


def mel_powers(blocks: Iterator[Block], sample_rate_hz: int, bands: int = 96) -> Iterator[Block]:
    """Measure the power in mel-spaced bands, mean of the channels (torchaudio's MelScale, HTK mel).

    Args:
        blocks: (C, T) float32.
        sample_rate_hz: Of the blocks; bands reach from 0 Hz to half of it.
        bands: How many.

    Yields:
        (F, bands) float32; a full-scale sine gives about 1 in its band.
    """
    import torch
    from torchaudio.transforms import MelScale

    stft = mel_stft(sample_rate_hz)
    to_mel = MelScale(bands, sample_rate_hz, n_stft=stft.bins)
    full_scale = (stft.shape.sum() / 2) ** 2
    for frames in analysed(blocks, stft):
        power = (frames.real**2 + frames.imag**2).mean(0) / full_scale
        with torch.inference_mode():
            yield to_mel(torch.from_numpy(power.T)).numpy().T
