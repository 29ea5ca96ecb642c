"""Take out, or keep, the sound of another recording: the backing track, the far end, the music in the room.

No learned weight: the other recording is found in the mix and fitted to it in time, level, tone and room;
what the fit says is its sound. Everything else, voices above all, stays as it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np

from sam_audio.reference.alignment import Alignment, aligned
from sam_audio.reference.cancel import Canceller
from sam_audio.reference.envelopes import WORK_HZ, Outline, outlined
from sam_audio.reference.filter import Taps
from sam_audio.reference.frames import stft
from sam_audio.reference.pieces import PART
from sam_audio.reference.verify import room_s
from sam_audio.reference.warp import AlignedReference
from sam_audio.streaming import Fifo, tapped
from sam_audio.types import Take
from shared.encoders.audio import Block
from shared.errors import PromptError
from shared.loading import load_audio
from shared.media import AudioSource
from shared.progress import Progress
from shared.prompts import Prompts, Reference, of_kind
from shared.registry import EngineSpec

AHEAD = 2  # frames
BEHIND = (3, 16)  # frames, least and most: 64 to 340 ms
IDENTICAL, FAINT = 0.999, 0.1  # coherences
REACH = 1.5  # of the time for which the room is heard above the rest


@dataclass(frozen=True, eq=False)
class ReferenceTake:
    """Yields the references' sound as it is in the mix; the same for every call and block size.

    Args:
        takes: One for each reference; each hears what the ones before it leave.
        facts: What was found: file, offset_s (where in the mix the reference begins; below 0 when it was
            already playing), drift_ppm (by how much its clock is the faster), gain_db (its level in the mix)
            and coherence (0..1); of several references a list of these, as "references".
        warnings: Sentences a user should read.
    """

    takes: tuple[Take, ...]
    facts: dict[str, Any]
    warnings: tuple[str, ...] = ()

    def __call__(self, blocks: Iterator[Block]) -> Iterator[Block]:
        """Yield (C, T) float32, in all as many frames as the blocks hold."""
        if len(self.takes) == 1:
            yield from self.takes[0](blocks)
            return
        found = [Fifo() for _ in self.takes]
        rest = blocks
        for take, fifo in zip(self.takes, found, strict=True):
            rest = _left(rest, take, fifo)
        for block in rest:
            count = block.shape[1]
            yield np.stack([fifo.take(count) for fifo in found]).sum(0, dtype=np.float32)


def _left(blocks: Iterator[Block], take: Take, found: Fifo) -> Iterator[Block]:
    """Yield the blocks less what is taken, which goes to `found`."""
    waiting = Fifo()
    for block in take(tapped(blocks, waiting)):
        if block.shape[1]:
            found.put(block)
            yield waiting.take(block.shape[1]) - block


class ReferenceEngine:
    """Finds references in a mix and makes takes of them."""

    def prepare(self, mix: AudioSource, prompts: Prompts, progress: Progress) -> ReferenceTake:
        """Find every reference in the mix.

        Args:
            mix: The recording.
            prompts: One or more `Reference`.
            progress: Where to report and when to stop.

        Raises:
            PromptError: A reference is silent, too short, changed, or not to be found in the mix.
            InputError: A reference is no sound file, or damaged.
        """
        references: list[Reference] = of_kind(prompts, Reference)
        if not references:
            raise PromptError("There is no reference to look for.", "Give a file that holds the sound.")
        takes: list[Take] = []
        facts: list[dict[str, Any]] = []
        warnings: list[str] = []
        for place, prompt in enumerate(references):
            stage = progress.within(place / len(references), (place + 1) / len(references))
            source, name = _loaded(prompt), Path(prompt.file).name
            found = find(mix, source, name, stage)
            takes.append(partial(_take, source=source, found=found, rate_hz=mix.sample_rate_hz))
            facts.append({"file": name, **_facts(found)})
            warnings += _warnings(found, name)
        told = facts[0] if len(facts) == 1 else {"references": facts}
        return ReferenceTake(tuple(takes), told, tuple(warnings))


def find(mix: AudioSource, reference: AudioSource, name: str, progress: Progress) -> Alignment:
    """Find a reference in a mix.

    Args:
        mix: The recording.
        reference: What it should hold.
        name: What to call the reference in messages.
        progress: Where to report.

    Raises:
        PromptError: One of them is silent or too short, or the mix does not hold the reference.
    """
    work_hz = min(WORK_HZ, mix.sample_rate_hz, reference.sample_rate_hz)
    for source, what in ((mix, "recording"), (reference, f"reference {name}")):
        _check_length(source, what, work_hz)
    outlines = (
        outlined(mix, work_hz, progress.within(0, 0.3)),
        outlined(reference, work_hz, progress.within(0.3, 0.5)),
    )
    for outline, what in zip(outlines, ("recording", f"reference {name}"), strict=True):
        _check_silence(outline, what)
    found = aligned(mix, reference, outlines=outlines, work_hz=work_hz, progress=progress.within(0.5, 1))
    if found is None:
        raise PromptError(
            f"This recording does not seem to contain the reference {name}.",
            "It has to be the same recording that is heard in the mix: another take or version, "
            "or one played at another speed or pitch, does not match.",
        )
    return found


def _take(blocks: Iterator[Block], *, source: AudioSource, found: Alignment, rate_hz: int) -> Iterator[Block]:
    cut = stft(rate_hz)
    behind = int(np.ceil(REACH * room_s(found.evidence[0], found.work_hz) * rate_hz / cut.hop))
    canceller = Canceller(cut, Taps(AHEAD, int(np.clip(behind, *BEHIND))))
    yield from canceller.stream(blocks, AlignedReference(source, rate_hz, found.times))


def _loaded(prompt: Reference) -> AudioSource:
    source = load_audio(prompt.file)
    if prompt.sha256 and source.content_key != prompt.sha256:
        raise PromptError(
            f"The reference {source.path.name} is not the file that this prompt was made for.",
            "Choose the file again.",
        )
    return cast(AudioSource, source)  # its key is a cached_property, which pyright takes for something else


def _check_length(source: AudioSource, what: str, work_hz: int) -> None:
    length_s, least_s = source.frames / source.sample_rate_hz, PART / work_hz
    if length_s < least_s:
        raise PromptError(
            f"The {what} lasts {length_s:.2f} s; at least {least_s:.2f} s are needed to find it.",
            "Give a longer one.",
        )


def _check_silence(outline: Outline, what: str) -> None:
    if not outline.peak > 0:
        raise PromptError(f"The {what} is silent.", "Give a recording that holds the sound.")


def _facts(found: Alignment) -> dict[str, Any]:
    """Return what was found, in numbers."""
    clearest = found.evidence[0]
    zero_s = float(found.times.at(np.zeros(1))[0])
    return {
        "offset_s": round(-zero_s / (1 + found.drift), 4),
        "drift_ppm": round(found.drift * 1e6, 2),
        "gain_db": round(clearest.gain_db, 2),
        "coherence": round(clearest.coherence, 3),
    }


def _warnings(found: Alignment, name: str) -> list[str]:
    """Return what a user should know before relying on the result."""
    coherence = found.evidence[0].coherence
    if coherence > IDENTICAL:
        return [
            f"The recording holds hardly anything but the reference {name}: what is left is near silence."
        ]
    if coherence < FAINT:
        return [
            f"The reference {name} is faint in this recording (coherence {coherence:.2f}): "
            "some of it may remain."
        ]
    return []


def load(device: str) -> ReferenceEngine:
    """Return the engine; it has no weights and runs on the processor."""
    return ReferenceEngine()


SPECS = (
    EngineSpec(
        id="reference",
        task="separate",
        tier="embedded",
        title="Another recording, found and fitted",
        summary="Finds another recording in the mix and takes out its sound, whatever it is; no training.",
        accepts=frozenset({Reference}),
        licence="Apache-2.0",
        version="1",
        load=load,
    ),
)
