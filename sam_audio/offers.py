"""The names that engines of the suite separate, and the phrases that mean them."""

from functools import cache

from sam_audio.sound_names import NAMES
from sam_audio.vocabulary import CONCEPTS, OTHERS, Concept, single_sound
from shared.registry import engines

PACKAGE = "sam_audio.engines"
_OTHER = ("other instruments", "the other instruments", "other sounds of the band", "remaining instruments")


@cache
def concepts() -> dict[str, Concept]:
    """Return all concepts that some engine lists, by id: the wide ones first, then single sounds."""
    listed = dict.fromkeys(name for spec in engines(PACKAGE) for name in spec.concepts or ())
    taken = {phrase for concept in CONCEPTS.values() for phrase in concept.phrases}
    found = dict(CONCEPTS)
    for id in listed:
        if id in CONCEPTS:
            continue
        name = NAMES.get(id)
        phrases = name.phrases if name else _OTHER if id == "other" else ()
        found[id] = single_sound(id, name.title if name else id, set(phrases) - taken)
    return found


@cache
def refused() -> frozenset[str]:
    """Return names of sounds that no engine lists: known, so that nothing alike is taken for them."""
    phrases = {phrase for concept in concepts().values() for phrase in concept.phrases}
    plain = {phrase for name in NAMES.values() for phrase in name.phrases}
    return (OTHERS | plain) - phrases
