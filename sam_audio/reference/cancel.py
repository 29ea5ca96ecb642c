"""Yield a reference's sound as it is in a mix, stretch by stretch, so that hours need no more memory.

Each stretch is fitted on its own and faded into the next, so that a room, an equaliser or a level that
changes is followed from stretch to stretch; within one, level and clock are followed by `drift.follow`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sam_audio.reference.drift import follow
from sam_audio.reference.filter import Taps
from sam_audio.reference.frames import frames_of
from sam_audio.reference.warp import AlignedReference
from shared.encoders.audio import Block, Stft, synthesised

STRETCH_HOPS, FADE_HOPS = 1152, 128  # 24.6 s and 2.7 s at 48 kHz
LONGEST = 1.5  # the last stretch takes what is left, up to this many stretches
ROUNDS = 3


@dataclass(frozen=True)
class Canceller:
    """Fits a reference to a mix.

    Args:
        stft: How both are cut into frames.
        taps: The reach of the fit.
    """

    stft: Stft
    taps: Taps

    def stream(self, blocks: Iterator[Block], reference: AlignedReference) -> Iterator[Block]:
        """Yield the reference's sound in the mix.

        Args:
            blocks: The mix, (C, T) float32, T of any size.
            reference: In the mix's time.

        Yields:
            (C, T) float32: in all as many frames as came in.
        """
        fading = np.zeros((1, 0), np.float32)
        start = 0
        for stretch, last in self._stretches(blocks):
            found = self.estimate(stretch, self._read(reference, start, stretch.shape[1]))
            if fading.shape[1]:
                rise = (np.arange(fading.shape[1], dtype=np.float32) + 0.5) / fading.shape[1]
                found[:, : len(rise)] = found[:, : len(rise)] * rise + fading * rise[::-1]
            if last:
                yield found
                return
            done = found.shape[1] - FADE_HOPS * self.stft.hop
            yield found[:, :done]
            fading = found[:, done:]
            start += done

    def estimate(self, mix: Block, reference: Block) -> Block:
        """Fit one stretch.

        Args:
            mix: (C, T).
            reference: (K, margin + T + margin) in the mix's time; `margin` frames more on both sides.

        Returns:
            (C, T) the reference's sound in the mix.
        """
        heard = frames_of(mix, self.stft)
        count = heard.shape[1]
        lead = self.stft.lead // self.stft.hop
        known = frames_of(reference, self.stft)
        first = self.margin // self.stft.hop - self.taps.behind
        known = known[:, first : first + self.taps.behind + count + self.taps.ahead]
        valid = np.ones(count, np.float32)
        valid[:lead] = valid[count - lead :] = 0 if count > 4 * lead else 1
        found = follow(heard, known, self.taps, self.stft, valid=valid, rounds=ROUNDS)
        return np.concatenate(list(synthesised(iter([found]), self.stft)), axis=1)[:, : mix.shape[1]]

    @property
    def margin(self) -> int:
        """Frames of the reference wanted before and after a stretch; a multiple of the hop."""
        return (max(self.taps.ahead, self.taps.behind) + self.stft.n_fft // self.stft.hop) * self.stft.hop

    def _read(self, reference: AlignedReference, start: int, frames: int) -> Block:
        return reference.read(start - self.margin, start + frames + self.margin)

    def _stretches(self, blocks: Iterator[Block]) -> Iterator[tuple[Block, bool]]:
        """Yield overlapping stretches of the mix, and whether each is the last."""
        length, fade = STRETCH_HOPS * self.stft.hop, FADE_HOPS * self.stft.hop
        longest = int(LONGEST * length)
        waiting: list[Block] = []
        held = 0
        for block in blocks:
            waiting.append(block)
            held += block.shape[1]
            while held > longest:
                joined = np.concatenate(waiting, axis=1)
                yield joined[:, :length], False
                waiting, held = [joined[:, length - fade :].copy()], held - length + fade
        if held:
            yield np.concatenate(waiting, axis=1), True
