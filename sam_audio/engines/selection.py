"""What lies inside marked times, boxes of the spectrogram and windows of the stereo field, with soft edges.

The three kinds multiply. Within a kind, what is kept is united (everything when nothing is kept), and what is
dropped is taken away from it. Where the gate is open, the sound passes unchanged to rounding.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_audio.masking.boxes import BoxGate, stft_for
from sam_audio.masking.chunks import surrounded
from sam_audio.masking.ends import extended, pad_frames, through_extended
from sam_audio.masking.intervals import TimeGate, subtracted
from sam_audio.masking.stereo import pan_gains
from sam_audio.masking.suppression import gains
from sam_audio.streaming import Watched
from shared.encoders.audio import Block, Frames, analysed
from shared.errors import PromptError
from shared.media import AudioSource
from shared.progress import Progress
from shared.prompts import Band, Pan, Prompts, Span, of_kind
from shared.registry import EngineSpec

PAN_FRAME_S = 0.1  # 4096 samples at 44.1 and 48 kHz, for pan windows without boxes
LEAST_BACKGROUND = 8  # frames outside the boxes that tell a background
OUTSIDE = 0.01  # gain of a box below which a bin lies outside it
BLOCK_FRAMES = 1 << 16


@dataclass(frozen=True, eq=False)
class SelectionTake:
    """Yields what lies inside the marks; the same for every call and block size.

    Args:
        sample_rate_hz: Of the sound.
        times: The gate in time.
        boxes: The gate on the spectrogram; without boxes it is open.
        pans: Windows of the stereo field; may be none.
        background: (C, bins) mean power beside the boxes, when only what stands out of it is wanted.
        facts: "frame_ms", length of the frames, when there are boxes or windows.
        warnings: Sentences a user should read.
    """

    sample_rate_hz: int
    times: TimeGate
    boxes: BoxGate
    pans: tuple[Pan, ...]
    background: NDArray[np.float64] | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def __call__(self, blocks: Iterator[Block]) -> Iterator[Block]:
        """Yield (C, T) float32, in all as many frames as the blocks hold."""
        if self.boxes.boxes or self.pans:
            blocks = through_extended(blocks, self.boxes.stft, self._gated)
        place = 0
        for block in blocks:
            yield block * self.times.samples(place, block.shape[1], self.sample_rate_hz)
            place += block.shape[1]

    def _gated(self, frames: Iterator[Frames]) -> Iterator[Frames]:
        place = 0
        for block, standing_out in self._standing_out(frames):
            gate = self.boxes.gains(place, block.shape[1]) * standing_out
            if self.pans:
                gate = gate * pan_gains(block, self.pans)
            place += block.shape[1]
            yield block * gate

    def _standing_out(self, frames: Iterator[Frames]) -> Iterator[tuple[Frames, Any]]:
        if self.background is None:
            yield from ((block, 1.0) for block in frames)
            return
        for wide, start, stop in surrounded(frames):
            share = gains(wide.real**2 + wide.imag**2, self.background)
            yield wide[:, start:stop], share[:, start:stop]


class Selection:
    """Makes gates of marks."""

    weighs_background = True  # takes `foreground`

    def prepare(
        self, mix: AudioSource, prompts: Prompts, progress: Progress, *, foreground: bool = False
    ) -> SelectionTake:
        """Make the gate.

        Args:
            mix: The recording.
            prompts: `Span`, `Band` and `Pan` in any combination, at least one.
            progress: Where to report and when to stop.
            foreground: Whether to keep only what stands out, inside the boxes, of the sound at the same
                frequencies outside them: a boxed call without the street beneath it.

        Raises:
            PromptError: Nothing is marked or left, or a pan window is on sound that is not stereo.
        """
        spans, bands, pans = (tuple(of_kind(prompts, kind)) for kind in (Span, Band, Pan))
        if not (spans or bands or pans):
            raise PromptError("Nothing is marked.", "Mark a time, a box on the spectrogram or a pan window.")
        if pans and mix.channels != 2:
            sound = "mono" if mix.channels == 1 else f"of {mix.channels} channels"
            raise PromptError(
                f"A pan window wants stereo sound, but this sound is {sound}.",
                "Leave the pan window out, or choose by time, frequency or name.",
            )
        times = _time_gate(spans, mix)
        stft = stft_for(bands, mix.sample_rate_hz, mix.frames, usual_s=PAN_FRAME_S)
        boxes = BoxGate(bands, stft, mix.sample_rate_hz, mix.frames / mix.sample_rate_hz)
        facts = {"frame_ms": round(1000 * stft.n_fft / mix.sample_rate_hz, 3)} if bands or pans else {}
        background, warnings = None, []
        if foreground and any(band.keep for band in bands):
            background = _background(mix, boxes, progress)
            if background is None:
                warnings = ["The boxes leave no sound beside them, so all inside them was taken."]
        return SelectionTake(mix.sample_rate_hz, times, boxes, pans, background, facts, warnings)


def _time_gate(spans: tuple[Span, ...], mix: AudioSource) -> TimeGate:
    duration_s = mix.frames / mix.sample_rate_hz
    kept = [(span.start_s, span.end_s) for span in spans if span.keep] or [(0.0, duration_s)]
    dropped = [(span.start_s, span.end_s) for span in spans if not span.keep]
    left = [(start, min(end, duration_s)) for start, end in subtracted(kept, dropped) if start < duration_s]
    rate_hz = mix.sample_rate_hz
    if not any(round(end * rate_hz) > round(start * rate_hz) for start, end in left):
        raise PromptError("The marked times leave no sample of the sound.", "Mark a longer time to keep.")
    return TimeGate(tuple(left), duration_s)


def _background(mix: AudioSource, boxes: BoxGate, progress: Progress) -> NDArray[np.float64] | None:
    """Return the mean power of each bin over the frames in which it lies in no kept box, (C, bins).

    None when some bin of a box is never free.
    """
    stft = boxes.stft
    edge = pad_frames(stft) // stft.hop  # frames that begin before the sound, or in its first window
    sums, counts = np.zeros((mix.channels, stft.bins)), np.zeros(stft.bins)
    inside = np.zeros(stft.bins, bool)
    last = (mix.frames + pad_frames(stft)) // stft.hop
    place = 0
    heard = Watched(mix, progress, "listen beside the boxes").blocks(BLOCK_FRAMES)
    for frames in analysed(extended(heard, pad_frames(stft)), stft):
        kept = boxes.kept(place, frames.shape[1])
        number = np.arange(place, place + frames.shape[1])
        free = (kept < OUTSIDE) & ((number >= edge) & (number <= last))[:, None]
        sums += np.where(free, frames.real**2 + frames.imag**2, 0).sum(1, dtype=np.float64)
        counts += free.sum(0)
        inside |= (kept >= OUTSIDE).any(0)
        place += frames.shape[1]
    if (counts[inside] < LEAST_BACKGROUND).any():
        return None
    return np.where(counts > 0, sums / np.maximum(counts, 1), 0)


def load(device: str) -> Selection:
    """Return the engine; it has no weights and runs on the processor."""
    return Selection()


SPECS = (
    EngineSpec(
        id="selection",
        task="separate",
        tier="embedded",
        title="Selection by time, frequency and place",
        summary="Keeps or drops marked times, boxes of the spectrogram and windows of the stereo field.",
        accepts=frozenset({Span, Band, Pan}),
        licence="Apache-2.0",
        version="1",
        load=load,
    ),
)
