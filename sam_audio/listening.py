"""Say what is in a recording, and how near a stem lies to the words that asked for it.

Both are guesses of a model that has learnt which words go with which sounds. Engines live in
`sam_audio/listeners`, with task "listen"; they are chosen like all others.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from sam_audio.streaming import resampled
from shared.encoders.audio import Block
from shared.errors import EngineUnavailable, PromptError
from shared.media import AudioSource
from shared.progress import Progress
from shared.registry import Chosen, choose, engines, loaded

PACKAGE = "sam_audio.listeners"
PROXY = (
    "A proxy: cosine of sound and words in CLAP's space, -1 to 1. It tells whether the sound is of the kind "
    "that was asked for, not how clean it is."
)
SILENCE = 1e-4  # root mean square, full scale = 1: windows below it are not listened to


@dataclass(frozen=True)
class Tag:
    """A sound that was heard.

    Args:
        name: What it is called.
        score: 0..1, mean over the recording; what it means is the engine's to say.
        peak: 0..1, the highest of any moment.
        spans: Where it was heard, (start, end) in seconds, in order.
    """

    name: str
    score: float
    peak: float
    spans: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Heard:
    """What is in a recording.

    Args:
        tags: The likeliest first; may be empty.
        chosen: The engine, and why it was taken.
        meaning: What the scores mean, one sentence.
    """

    tags: tuple[Tag, ...]
    chosen: Chosen
    meaning: str

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form: engine, why, meaning, and a list of tags with name, score, peak, spans."""
        tags = [{**asdict(tag), "spans": [list(span) for span in tag.spans]} for tag in self.tags]
        return {
            "engine": self.chosen.spec.id,
            "why": self.chosen.why,
            "meaning": self.meaning,
            "tags": tags,
        }


class Listener(Protocol):
    """What an engine of the task "listen" loads to."""

    meaning: str

    def tags(self, source: AudioSource, names: Sequence[str], progress: Progress) -> tuple[Tag, ...]:
        """Find which of these sounds are in a recording; all that it knows when no name is given."""
        ...


def listen(
    source: AudioSource,
    *,
    names: Sequence[str] = (),
    engine: str = "auto",
    progress: Progress | None = None,
) -> Heard:
    """Say what is in a recording.

    Args:
        source: The recording, of any length.
        names: Sounds to look for; the engine's own list when empty.
        engine: "auto" or an engine id.
        progress: Where to report and when to stop.

    Raises:
        EngineUnavailable: No engine that can do it is on this machine, or the named one is not.
        PromptError: A name is empty.
    """
    if any(not name.strip() for name in names):
        raise PromptError("A sound to look for has no name.", 'Give names such as "rain".')
    chosen = _chosen(engine)
    listener: Listener = loaded(chosen.spec)
    tags = listener.tags(source, tuple(names), progress or Progress())
    return Heard(tags, chosen, listener.meaning)


def _chosen(engine: str) -> Chosen:
    specs = engines(PACKAGE)
    missing = [f"{spec.title}: {found.reason} {found.cure}" for spec in specs if (found := spec.missing())]
    if engine == "auto" and len(missing) == len(specs):
        raise EngineUnavailable("Nothing on this machine names sounds.", " ".join(missing))
    return choose(specs, (), engine)


def nearness(
    sounds: Mapping[str, AudioSource], texts: Sequence[str], *, progress: Progress | None = None
) -> dict[str, dict[str, float | None]]:
    """Measure how near sounds lie to words, by CLAP: the CLAP score (Elizalde et al.; a proxy of quality).

    Args:
        sounds: By a name of the caller's: a stem, the residual, the mix.
        texts: Words that each sound is compared with.
        progress: Where to report and when to stop.

    Returns:
        By sound and text the cosine, −1..1; None for a sound that is silent.

    Raises:
        EngineUnavailable: CLAP is not on this machine.
    """
    progress = progress or Progress()
    clap = loaded(choose(engines(PACKAGE), (), "clap").spec)
    words = clap.words(texts)
    found: dict[str, dict[str, float | None]] = {}
    for place, (name, source) in enumerate(sounds.items()):
        share = progress.within(place / len(sounds), (place + 1) / len(sounds))
        vectors = [vector for *_, vector in clap.heard(source, share) if vector is not None]
        cosines: list[float | None] = [None] * len(texts)
        if vectors:
            mean = np.mean(vectors, axis=0)
            cosines = (words @ (mean / np.linalg.norm(mean))).tolist()
        found[name] = {
            text: None if c is None else round(c, 4) for text, c in zip(texts, cosines, strict=True)
        }
    return found


def score_facts(
    mix: AudioSource,
    stems: Mapping[str, tuple[str, AudioSource]],
    residual: AudioSource,
    *,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Score a separation against its prompts, for a manifest.

    Args:
        mix: What was separated.
        stems: By file name of the stem: the prompt's words and the sound.
        residual: What is left.
        progress: Where to report and when to stop.

    Returns:
        {"meaning": …, "scores": [{"file", "prompt", "target", "residual", "mix"}, …]}, cosines or None.

    Raises:
        EngineUnavailable: CLAP is not on this machine.
    """
    texts = list(dict.fromkeys(text for text, _ in stems.values()))
    sounds = {f"stem {name}": sound for name, (_, sound) in stems.items()}
    found = nearness({**sounds, "residual": residual, "mix": mix}, texts, progress=progress)
    rows = [
        {
            "file": name,
            "prompt": text,
            "target": found[f"stem {name}"][text],
            "residual": found["residual"][text],
            "mix": found["mix"][text],
        }
        for name, (text, _) in stems.items()
    ]
    return {"meaning": PROXY, "scores": rows}


def windows(
    source: AudioSource, *, rate_hz: int, window_s: float, hop_s: float
) -> Iterator[tuple[float, float, Block]]:
    """Yield stretches of a recording, mixed down to mono, in bounded memory.

    Args:
        source: The recording.
        rate_hz: Of the stretches.
        window_s: Their length.
        hop_s: From one to the next.

    Yields:
        Start and end in seconds, and (T,) float32. The last one ends with the recording: it overlaps more,
        or is shorter when it is the only one.
    """
    window, hop = round(window_s * rate_hz), round(hop_s * rate_hz)
    mono = (block.mean(0, keepdims=True) for block in source.blocks(source.sample_rate_hz))
    held, start, step = np.zeros(0, np.float32), 0, 0
    for block in resampled(mono, source.sample_rate_hz, rate_hz):
        held = np.concatenate([held, block[0]])
        while len(held) >= step + window:
            held, start, step = held[step:], start + step, hop
            yield start / rate_hz, (start + window) / rate_hz, held[:window]
    late = max(len(held) - window, 0)
    if late or not step:
        yield (start + late) / rate_hz, (start + len(held)) / rate_hz, held[late:]


def spans_of(heard: Sequence[tuple[float, float, bool]]) -> tuple[tuple[float, float], ...]:
    """Join windows (start, end, whether it was heard) that follow one another into spans."""
    spans: list[tuple[float, float]] = []
    before = False
    for start_s, end_s, now in heard:
        if now and before:
            spans[-1] = (spans[-1][0], round(end_s, 3))
        elif now:
            spans.append((round(start_s, 3), round(end_s, 3)))
        before = now
    return tuple(spans)
