"""Mixtures with known parts: of the shipped clips and synthetic sounds, or of a folder of recordings.

Layouts of a folder, all WAV or FLAC:

* MUSDB18-HQ: `**/mixture.wav` with `vocals.wav`, `drums.wav`, `bass.wav`, `other.wav` beside it;
* songs: `**/mix.wav` with `target_<words>.wav` beside it, the words being the prompt;
* pairs: `mix/<name>.wav` and `target/<name>.wav`, one prompt for all of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.audio_bars import RATE_HZ, backgrounds, clip, music
from shared.loading import load_audio

Sound = NDArray[np.float32]
LEVEL = 0.08  # root mean square of each part
SUFFIXES = (".wav", ".flac")
STEMS = ("vocals", "drums", "bass", "other")
WRONG = {"speech": "drums", "vocals": "drums", "drums": "vocals", "bass": "vocals", "other": "drums"}


@dataclass(frozen=True)
class Case:
    """One mixture.

    Args:
        group: What is compared within: "speech", "MUSDB18 vocals".
        name: What it is made of.
        prompt: What is asked for.
        rate_hz: Sample rate.
        make: Returns the target and the rest of the mix, both (C, T).
    """

    group: str
    name: str
    prompt: str
    rate_hz: int
    make: Callable[[], tuple[Sound, Sound]]

    @property
    def wrong(self) -> str:
        """A prompt for something that is not in the mix."""
        return WRONG.get(self.prompt, "speech")


def built() -> Iterator[Case]:
    """Yield mixtures of what the suite ships, both parts equally loud."""
    voices = {name: clip(f"speech_{name}.flac") for name in ("rain", "product")}
    singing = clip("singing.flac")
    beds = backgrounds(max(voice.shape[1] for voice in voices.values()) / RATE_HZ)
    for bed, sound in beds.items():
        for name, voice in voices.items():
            yield _case("speech", f"voice {name} in {bed}", voice, sound)
    for kind in ("guitar", "band", "drums"):
        yield _case("vocals", f"singing with {kind}", singing, music(kind, singing.shape[1] / RATE_HZ))
    for kind in ("guitar", "band"):
        for seed in (1, 5):
            yield _case(
                "drums", f"beat {seed} with {kind}", music("drums", 8, seed), music(kind, 8, seed + 1)
            )


def _case(prompt: str, name: str, target: Sound, other: Sound) -> Case:
    def make() -> tuple[Sound, Sound]:
        frames = min(target.shape[1], other.shape[1])
        parts = (sound[:, :frames] for sound in (target, other))
        first, second = (part / np.sqrt(np.square(part).mean()) * LEVEL for part in parts)
        return first.astype(np.float32), second.astype(np.float32)

    return Case(prompt, name, prompt, RATE_HZ, make)


def pairs(folder: Path, prompt: str, seconds: float) -> Iterator[Case]:
    """Yield mixtures of a folder in any of the layouts above.

    Args:
        folder: Holds the recordings.
        prompt: For pairs of `mix/` and `target/`, which do not name their sound.
        seconds: How much of each is used, from 30 s on where it is long enough.
    """
    for mix in _files(folder, "mixture"):
        for stem in STEMS:
            if target := _beside(mix, stem):
                yield _recorded(f"MUSDB18 {stem}", mix.parent.name, stem, mix, target, seconds)
    for mix in _files(folder, "mix"):
        for target in sorted(mix.parent.glob("target_*")):
            words = target.stem.removeprefix("target_").replace("_", " ")
            yield _recorded(words, mix.parent.name, words, mix, target, seconds)
    for mix in sorted((folder / "mix").glob("*")):
        if target := _beside(folder / "target" / mix.name, mix.stem):
            yield _recorded(prompt, mix.stem, prompt, mix, target, seconds)


def _files(folder: Path, stem: str) -> list[Path]:
    return sorted(path for path in folder.rglob(f"{stem}.*") if path.suffix.lower() in SUFFIXES)


def _beside(path: Path, stem: str) -> Path | None:
    return next((p for s in SUFFIXES if (p := path.with_name(f"{stem}{s}")).is_file()), None)


def _recorded(group: str, name: str, prompt: str, mix: Path, target: Path, seconds: float) -> Case:
    rate_hz = load_audio(mix).sample_rate_hz

    def make() -> tuple[Sound, Sound]:
        whole, wanted = (_part(path, seconds) for path in (mix, target))
        frames = min(whole.shape[1], wanted.shape[1])
        return wanted[:, :frames], whole[:, :frames] - wanted[:, :frames]

    return Case(group, name, prompt, rate_hz, make)


def _part(path: Path, seconds: float) -> Sound:
    source = load_audio(path)
    count = round(seconds * source.sample_rate_hz)
    start = max(0, min(30 * source.sample_rate_hz, source.frames - count))
    sound = np.concatenate(list(source.blocks(1 << 18)), axis=1)
    return np.array(sound[:, start : start + count], np.float32)
