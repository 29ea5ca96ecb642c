"""Take out what sounds like an example: a span of the same recording.

Where: normalised cross-correlation of the example's outline with the recording (`masking.likeness`).
What: spectra learnt at those places beside spectra of the surroundings (`masking.dictionary`), and what
stands out of the surroundings (`masking.suppression`); the three multiply. Good at sounds that come again
much alike (a call, a bell, a bark, a beep); weak where the sound never pauses, so that its surroundings
cannot be learnt.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from sam_audio.masking.chunks import surrounded
from sam_audio.masking.dictionary import explained
from sam_audio.masking.ends import first_frame_start, through_extended
from sam_audio.masking.resemblance import ALIKE, Range, Resemblance, learn, power
from sam_audio.masking.suppression import gains
from shared.encoders.audio import Block, Frames, Stft
from shared.errors import PromptError
from shared.media import AudioSource
from shared.progress import Progress
from shared.prompts import Example, Prompts, of_kind
from shared.registry import EngineSpec

FRAME_S = 0.043  # 2048 samples at 44.1 and 48 kHz; measured better than 85 ms for calls and barks
LEAST_FFT, LEAST_SAMPLES = 16, 32
SURE = 0.5
OFFSET_BINS, OFFSET_RATIO = 2, 1e4  # a Hann window leaks a constant into one bin more; sound is never so low


@dataclass(frozen=True, eq=False)
class SimilarTake:
    """Yields what sounds like the examples; the same for every call and block size.

    Args:
        stft: How frames are cut.
        known: What was learnt.
        facts: "matches", how many separate stretches sound like the example (it included); "best_likeness",
            of the best one beside the example, −1..1; "share", of the recording.
        warnings: Sentences a user should read.
    """

    stft: Stft
    known: Resemblance
    facts: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def __call__(self, blocks: Iterator[Block]) -> Iterator[Block]:
        """Yield (C, T) float32, in all as many frames as the blocks hold."""
        return through_extended(blocks, self.stft, self._alike)

    def _alike(self, frames: Iterator[Frames]) -> Iterator[Frames]:
        place = 0
        for wide, start, stop in surrounded(frames):
            meant = wide[:, start:stop]
            sure = self._sure(place, meant.shape[1])
            place += meant.shape[1]
            if not sure.any():
                yield np.zeros_like(meant)
                continue
            standing_out = gains(wide.real**2 + wide.imag**2, self.known.background)[:, start:stop]
            standing_out = standing_out * self._moving[:, None]
            yield meant * (standing_out * (self._share(meant, sure) * sure[:, None]))

    @cached_property
    def _moving(self) -> Block:
        """Return 0 for the bins that hold a constant offset, (C, bins); it belongs to no sound."""
        powers = self.known.background
        moving = np.ones(powers.shape, np.float32)
        rest = powers[:, OFFSET_BINS:].mean(1) if powers.shape[1] > OFFSET_BINS else np.inf
        moving[powers[:, 0] > OFFSET_RATIO * rest, :OFFSET_BINS] = 0
        return moving

    def _sure(self, place: int, count: int) -> Block:
        """Return the activity of frames; of those beyond the recording's end (padding), that of the last."""
        numbers = np.minimum(np.arange(place, place + count), len(self.known.activity) - 1)
        return self.known.activity[numbers].astype(np.float32)

    def _share(self, frames: Frames, sure: Block) -> Block:
        """Return the sound's share of each bin by Wiener's rule, (F, bins); 0 in frames that are not sure."""
        heard = np.flatnonzero(sure)
        magnitudes = np.sqrt(power(frames[:, heard]))
        target, others = explained(magnitudes, self.known.target, self.known.others)
        total = target**2 + others**2
        share = np.zeros(frames.shape[1:], np.float32)
        share[heard] = np.divide(target**2, total, out=np.zeros_like(total), where=total > 0)
        return share


class Similar:
    """Learns a sound from spans that hold it."""

    def prepare(self, mix: AudioSource, prompts: Prompts, progress: Progress) -> SimilarTake:
        """Learn the sound, and find it in the recording.

        Args:
            mix: The recording.
            prompts: One or more `Example` to keep, which together are one sound; those not to keep show
                what is not meant.
            progress: Where to report and when to stop.

        Raises:
            PromptError: No example to keep, or one that is too short or silent.
        """
        examples: list[Example] = of_kind(prompts, Example)
        liked = [_samples(example, mix) for example in examples if example.keep]
        disliked = [_samples(example, mix) for example in examples if not example.keep]
        if not liked:
            raise PromptError("No example of the sound is marked.", "Mark a span in which it is heard.")
        shortest = min(stop - start for start, stop in (*liked, *disliked))
        if shortest < LEAST_SAMPLES:
            raise PromptError(
                f"An example holds {max(shortest, 0)} samples; at least {LEAST_SAMPLES} are needed.",
                f"Mark {LEAST_SAMPLES / mix.sample_rate_hz:.3g} s or more.",
            )
        stft = _stft(shortest, mix.sample_rate_hz)
        shown, others = ([_frames(span, stft) for span in spans] for spans in (liked, disliked))
        known = learn(mix, stft, shown, others, progress)
        if not known.target.any():
            raise PromptError("The example is silent.", "Mark a span in which the sound is heard.")
        facts = _facts(known)
        return SimilarTake(stft, known, facts, _warnings(facts))


def _samples(example: Example, mix: AudioSource) -> Range:
    start, stop = (round(time_s * mix.sample_rate_hz) for time_s in (example.start_s, example.end_s))
    return start, min(stop, mix.frames)


def _stft(shortest: int, sample_rate_hz: int) -> Stft:
    """Return frames of 43 ms, but at least four in an example; a quarter of it in slow recordings."""
    wanted = 2 ** round(np.log2(max(sample_rate_hz * FRAME_S, min(shortest / 4, 64), 1)))
    n_fft = int(np.clip(min(wanted, 2 ** int(np.log2(shortest / 2))), LEAST_FFT, None))
    return Stft(n_fft, n_fft // 4)


def _frames(span: Range, stft: Stft) -> Range:
    """Return the frames whose middles lie in a span of samples."""
    start, stop = ((place - first_frame_start(stft) - stft.n_fft / 2) / stft.hop for place in span)
    return int(np.ceil(start)), max(int(np.floor(stop)), int(np.ceil(start))) + 1


def _facts(known: Resemblance) -> dict[str, Any]:
    sure = known.activity > SURE
    matches = int(np.count_nonzero(sure[1:] & ~sure[:-1])) + int(sure[0])
    return {
        "matches": matches,
        "best_likeness": round(known.best, 3),
        "share": round(float(sure.mean()), 3),
    }


def _warnings(facts: dict[str, Any]) -> list[str]:
    if facts["best_likeness"] < ALIKE:
        return [
            "Hardly anything else in the recording sounds like the example. Mark a shorter example with "
            "less beside it, or several."
        ]
    if facts["share"] > 0.85:
        return [
            "The sound like the example is heard nearly everywhere, so that what is beside it can hardly be "
            "told apart. Mark what is not meant as well."
        ]
    return []


def load(device: str) -> Similar:
    """Return the engine; it has no weights and runs on the processor."""
    return Similar()


SPECS = (
    EngineSpec(
        id="similar",
        task="separate",
        tier="embedded",
        title="Sounds like an example",
        summary="Finds what sounds like a marked span of the same recording, and takes it out.",
        accepts=frozenset({Example}),
        licence="Apache-2.0",
        version="1",
        load=load,
    ),
)
