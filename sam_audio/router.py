"""Find what a text prompt names: by table first, then by meaning, and refuse what cannot be separated."""

import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from sam_audio.offers import concepts, refused
from sam_audio.sound_names import NAMES
from sam_audio.vocabulary import CONNECTORS, EVERYTHING, FILLERS, NEGATIONS, ONE_OF_SEVERAL, Concept
from shared import weights
from shared.encoders.audio import Block
from shared.errors import PromptError

BAKED = "audio_vocabulary.npz"
LEAST_COSINE = 0.62  # below it, phrases that mean the same and phrases that do not overlap
LONGEST_PHRASE = 4  # words
LEAST_LEAD = 0.06  # how much nearer the best concept must be than the best name that is none


@dataclass(frozen=True)
class Route:
    """What a prompt was taken for.

    Args:
        concept: Id of a concept.
        how: "table", "words" or "meaning", the way it was found.
        note: A sentence for the user, when the answer is wider than the question; else empty.
    """

    concept: str
    how: str
    note: str = ""


def route(text: str) -> Route:
    """Name the concept of a prompt.

    Args:
        text: Such as "speech", "the drums", "music without vocals".

    Raises:
        PromptError: It names something else; tells the nearest names and what else can be done.
    """
    words = _words(text)
    phrase = " ".join(words)
    found = _by_table(words) or _by_negation(words)
    if found:
        return Route(found, "table", _note(words, found))
    head = _head(words)
    found = _by_words(head)
    if found:
        return Route(found, "words", _note(words, found))
    if not any(run in refused() for size in range(1, LONGEST_PHRASE) for run in _runs(head, size)):
        found = _by_meaning(phrase)
        if found:
            return Route(found, "meaning", f'"{text}" was taken for {concepts()[found].title}.')
    raise refusal(text)


def refusal(text: str) -> PromptError:
    """Return the error for a prompt outside the vocabulary."""
    wide = [c.id if c.id == c.title else f"{c.id} ({c.title})" for c in concepts().values() if c.complement]
    single = sorted(c.id for c in concepts().values() if not c.complement)
    names = ", ".join(wide) + (f"; and {', '.join(single)}" if single else "")
    nearest = " or ".join(nearest_names(text))
    weak = _known_but_weak(text)
    return PromptError(
        f'"{text}" is not among the sounds that engines here separate{weak}.',
        f"The nearest names are {nearest}, if one of them is meant. Or mark it: a box on the spectrogram, "
        "an example of the sound, a reference. Or take out what can be named and keep the residual. "
        f"All names: {names}.",
    )


def _known_but_weak(text: str) -> str:
    """Say so when a sound was learnt, but is not separated well enough to be offered."""
    phrase = " ".join(word for word in _words(text) if word not in FILLERS)
    known = [n for n in NAMES.values() if phrase in n.phrases and n.id not in concepts()]
    return f" (the embedded net knows {known[0].title}, but not well enough to offer it)" if known else ""


def nearest_names(text: str, count: int = 2) -> tuple[str, ...]:
    """Return the concepts whose phrases are nearest in meaning to the text, nearest first."""
    scores = _cosines(" ".join(_words(text)) or text)
    return tuple(sorted(concepts(), key=lambda id: -scores[id])[:count])


def _words(text: str) -> list[str]:
    """Split into lower-case words without punctuation (hyphens and apostrophes inside words stay)."""
    return re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text.lower().replace("’", "'"))


def _by_table(words: list[str]) -> str | None:
    """Match the whole prompt, with and without the words that only say how to ask."""
    bare = [word for word in words if word not in FILLERS]
    for candidate in (" ".join(words), " ".join(bare)):
        for concept in concepts().values():
            if candidate in concept.phrases or candidate == concept.title:
                return concept.id
    return None


def _by_negation(words: list[str]) -> str | None:
    """Read "X without Y", "no Y", "remove the Y", "Y removed": X where it is named, else all but Y."""
    for place, word in enumerate(words):
        if word not in NEGATIONS:
            continue
        before, after = words[:place], words[place + 1 :]
        if word == "removed":
            before, after = [], before
        kept = [w for w in before if w not in FILLERS and w not in EVERYTHING]
        if kept:
            return _by_table(before)
        dropped = _by_table([w for w in after if w not in NEGATIONS])
        return (concepts()[dropped].complement or None) if dropped else None
    return None


def _by_words(head: list[str]) -> str | None:
    """Accept phrases of exactly one concept, the longest first: "car horn" before "car" and "horn"."""
    if set(head) & set(NEGATIONS):
        return None
    for size in range(LONGEST_PHRASE, 0, -1):
        runs = _runs(head, size)
        if any(run in refused() for run in runs):
            return None
        hits = [concept.id for concept in concepts().values() if _says(concept, runs, size)]
        if set(hits) == {"speech", "vocals"} and set(head) & {"voice", "voices"}:
            return "vocals"  # a voice that sings
        if len(hits) > 1:
            raise PromptError(
                f'"{" ".join(head)}" names several things: {", ".join(hits)}.',
                "Give one prompt for each, such as " + " ".join(f'--text "{hit}"' for hit in hits) + ".",
            )
        if hits:
            return hits[0]
    return None


def _says(concept: Concept, runs: list[str], size: int) -> bool:
    """Whether one of the runs of words means the concept; long phrases count for single sounds only."""
    if size == 1:
        return not concept.words.isdisjoint(runs)
    return not concept.complement and not concept.phrases.isdisjoint(runs)


def _runs(words: list[str], size: int) -> list[str]:
    """Return all `size` words in a row; one word also without a plural's s."""
    runs = [" ".join(words[start : start + size]) for start in range(len(words) - size + 1)]
    return runs + [run[:-1] for run in runs if run.endswith("s")]


def _head(words: list[str]) -> list[str]:
    """Return the words before the first connector: "man talking over traffic" is about the man."""
    for place, word in enumerate(words):
        if word in CONNECTORS and place:
            return words[:place]
    return words


def _note(words: list[str], concept: str) -> str:
    one = sorted(set(words) & ONE_OF_SEVERAL)
    if not one or concept not in ("speech", "vocals", "drums"):
        return ""
    return (
        f'All {concepts()[concept].title} is taken together: "{" ".join(words)}" cannot be told apart '
        "from others of its kind."
    )


def _by_meaning(phrase: str) -> str | None:
    if not phrase or any(word in NEGATIONS for word in phrase.split()):
        return None
    scores = _cosines(phrase)
    best = max(concepts(), key=lambda id: scores[id])
    near = scores[best] >= LEAST_COSINE and scores[best] >= scores[""] + LEAST_LEAD
    return best if near else None


def _cosines(phrase: str) -> dict[str, float]:
    """Return the cosine of the nearest phrase of each concept, and under "" of the nearest other name."""
    from shared.encoders.text import text_encoder

    query = text_encoder().encode([phrase])[0]
    return {name: float((matrix @ query).max()) for name, matrix in _anchors().items()}


@cache
def _anchors() -> dict[str, Block]:
    """Embed the vocabulary once a process: concept id to (N, 384); "" for all other names."""
    from shared.encoders.text import text_encoder

    with np.load(weights.path(BAKED)) as stored:
        rows = stored["vectors"] * stored["scale"]
        known = dict(zip(stored["phrases"].tolist(), rows, strict=True))
    phrases = anchor_phrases()
    new = sorted({phrase for listed in phrases.values() for phrase in listed} - known.keys())
    known |= dict(zip(new, text_encoder().encode(new), strict=True))
    return {name: np.stack([known[phrase] for phrase in listed]) for name, listed in phrases.items()}


def anchor_phrases() -> dict[str, list[str]]:
    """Return what prompts are compared with: phrases by concept id, and all other names under ""."""
    return {**{id: _spread(concept) for id, concept in concepts().items()}, "": sorted(refused())}


def _spread(concept: Concept) -> list[str]:
    """Return the phrases that say what a concept is, without negations (which embeddings do not grasp)."""
    plain = (p for p in concept.phrases if not set(p.split()) & {*NEGATIONS, "everything"})
    return sorted({concept.title, *plain})
