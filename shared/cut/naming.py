"""Things by their names: words to classes, classes to what the detector sees, and that to masks."""

from collections.abc import Sequence

from shared.detector import CLASSES, Detection, iou
from shared.encoders.image import Encoding
from shared.errors import PromptError
from shared.vocabulary import names_in, nearest_classes

LEAST, RELATIVE = 0.3, 0.45  # detector score, and in parts of the best one's of its class
UNCONFIRMED_PERSON = 0.6  # score that finds a person whom the pose net does not see
SAME_BOX = 0.8  # overlap above which two classes are names of one thing
MOST = 60


def wanted(texts: Sequence[str]) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Return each phrase of some texts with its classes, and a sentence on each word that names none.

    Raises:
        PromptError: No text names a thing that the detector knows.
    """
    phrases = {part: names for text in texts for part, names in names_in(text).items()}
    notes = tuple(_not_known(part) for part, names in phrases.items() if not names)
    known = {part: names for part, names in phrases.items() if names}
    if phrases and not known:
        raise PromptError(
            notes[0],
            "Click on the object, draw a box around it, or use an engine that reads any text "
            f"(`segstudio models` lists them). The 80 names: {', '.join(CLASSES)}.",
        )
    return known, notes


def things_named(
    encoding: Encoding, phrases: dict[str, tuple[str, ...]], *, threshold: float | None = None
) -> tuple[list[Detection], tuple[str, ...]]:
    """Return what the detector sees of some phrases, in their order, and a sentence on each it does not see.

    Args:
        encoding: The photo.
        phrases: Classes of each phrase, see `wanted`.
        threshold: Least score 0..1 of what is returned; None keeps what is likely beside the best of its
            class, and people only where the pose net sees them too or the score is high.
    """
    names = list(dict.fromkeys(name for classes in phrases.values() for name in classes))
    found = likely(encoding, names, threshold=threshold)
    things = once(sorted(found, key=lambda thing: names.index(thing.label)))[:MOST]
    there = {thing.label for thing in things}
    absent = [part for part, classes in phrases.items() if not there & set(classes)]
    return things, tuple(_not_there(encoding, part) for part in absent)


def likely(
    encoding: Encoding, names: Sequence[str] = CLASSES, *, threshold: float | None = None
) -> list[Detection]:
    """Return the things of some classes that are certain enough, the most certain first.

    Args:
        encoding: The photo.
        names: Classes.
        threshold: As in `things_named`.
    """
    things = [thing for thing in encoding.things if thing.label in names]
    if threshold is not None:
        return [thing for thing in things if thing.score >= threshold]
    things = [thing for thing in things if thing.score >= LEAST]
    if any(thing.label == "person" for thing in things):
        seen = [person.box_xyxy() for person in encoding.people()]
        things = [t for t in things if t.label != "person" or _is_person(t, seen)]
    best = {thing.label: thing.score for thing in reversed(things)}
    return [thing for thing in things if thing.score >= RELATIVE * best[thing.label]]


def once(things: Sequence[Detection]) -> list[Detection]:
    """Keep the most certain name where the detector gave one box several, in the order of the list."""
    kept: list[Detection] = []
    for thing in sorted(things, key=lambda t: -t.score):
        if all(iou(thing.box_xyxy, other.box_xyxy) < SAME_BOX for other in kept):
            kept.append(thing)
    return [thing for thing in things if thing in kept]


def _not_known(word: str) -> str:
    near = ", ".join(nearest_classes(word))
    return (
        f"The built-in engine cannot find {word!r} by name; it knows 80 everyday things, of which {near} "
        "are nearest in meaning."
    )


def _not_there(encoding: Encoding, part: str) -> str:
    others = dict.fromkeys(t.label for t in encoding.things if t.score >= LEAST)
    saw = f" It sees {', '.join(others)}." if others else ""
    return f"The built-in engine finds no {part} in this picture.{saw}"


def _is_person(thing: Detection, seen: list[tuple[float, float, float, float]]) -> bool:
    return thing.score >= UNCONFIRMED_PERSON or any(_inside(person, thing) for person in seen)


def _inside(person: tuple[float, ...], thing: Detection) -> bool:
    """Whether a person's head and shoulders, at the top of its box, lie in a detection."""
    left, top, right, bottom = thing.box_xyxy
    x, y = (person[0] + person[2]) / 2, person[1] + 0.2 * (person[3] - person[1])
    return left <= x <= right and top <= y <= bottom
