"""Prompts are taken for what they say, and refused when they say something else."""

from types import SimpleNamespace

import numpy as np
import pytest

from sam_audio import offers, router
from sam_audio.router import nearest_names, route
from sam_audio.vocabulary import CONCEPTS, OTHERS
from shared import weights
from shared.errors import PromptError


@pytest.fixture
def no_single_sounds(monkeypatch: pytest.MonkeyPatch):
    yield from listing(monkeypatch, ())


@pytest.fixture
def single_sounds(monkeypatch: pytest.MonkeyPatch):
    yield from listing(monkeypatch, ("dog", "birds", "horn", "engine", "bass"))


def listing(monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]):
    """Let engines list these sounds besides the wide concepts."""
    caches = (offers.concepts, offers.refused, router._anchors)
    monkeypatch.setattr(offers, "engines", lambda package: (SimpleNamespace(concepts=names),))
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


TAKEN = {
    "speech": "speech,someone talking,a man talking over traffic,The Narrator's Voice,remove the noise"
    ",speach,dialogue in the film,kids chatting,news broadcast,telephone conversation"
    ",speech without background noise",
    "background": "background noise,everything but speech,audio without speech,ambience,no voices",
    "vocals": "vocals,the singing,a woman singing softly,Soprano voice,lead vocals,choir,vocals without music"
    ",rap,voice of the singer,someone humming a tune,vocalls",
    "instrumental": "instrumental,music without vocals,karaoke version,remove the vocals"
    ",everything except the singing,vocals removed,accompaniment,the band",
    "drums": "drums,the drum kit,hi-hat,percussion please,drum solo by the drummer,kick and snare"
    ",isolate the drums",
    "melody": "melody,song without the drums,no drums,harmonic part,chords",
}
REFUSED = (
    "car horn,dog,guitar,bird singing,singing bird,siren,wind,helicopter,applause,crowd cheering,steel drum"
    ",lead guitar,talking dog,laughter,baby,qwertz,xyzzy plugh,12345,the,woodpecker,jet engine,violin melody"
    ",drum and bass,vocals and guitar,church bells,a cat meowing,french horn,whistling,footsteps,rain"
    ",thing,!!!"
)


@pytest.mark.parametrize(
    ("text", "concept"), [(t, c) for c, texts in TAKEN.items() for t in texts.split(",")], ids=lambda v: v
)
def test_prompts_are_taken_for_what_they_say(text: str, concept: str):
    assert route(text).concept == concept


@pytest.mark.parametrize("text", REFUSED.split(","))
def test_other_sounds_are_refused_with_the_nearest_names(text: str, no_single_sounds):
    with pytest.raises(PromptError) as error:
        route(text)
    assert all(name in error.value.cure for name in CONCEPTS)
    assert any(name in error.value.cure.partition("Or mark it")[0] for name in CONCEPTS)
    assert "residual" in error.value.cure


def test_a_sound_that_was_learnt_but_is_weak_is_told_apart(single_sounds):
    with pytest.raises(PromptError, match="the embedded net knows cat meowing, but not well enough"):
        route("a cat meowing")
    with pytest.raises(PromptError) as error:
        route("vuvuzela")
    assert "not well enough" not in str(error.value)


def test_two_things_in_one_prompt_are_refused_with_the_cure():
    with pytest.raises(PromptError, match='--text "speech" --text "drums"'):
        route("speech and drums")


@pytest.mark.parametrize("text", ["a woman's voice", "the second speaker", "hi-hat", "lead vocals"])
def test_a_wider_answer_says_so(text: str):
    assert "taken together" in route(text).note


@pytest.mark.parametrize("text", ["speech", "vocals", "drums", "music without drums"])
def test_a_plain_prompt_has_no_note(text: str):
    assert route(text).note == ""


def test_singing_never_goes_to_the_speech_engine():
    words = [p for p in CONCEPTS["vocals"].phrases if route(p).concept == "speech"]
    assert words == []


def test_the_tables_do_not_contradict_one_another():
    phrases = [(p, c.id) for c in CONCEPTS.values() for p in c.phrases]
    assert len({p for p, _ in phrases}) == len(phrases)
    assert {p for p, _ in phrases} & OTHERS == set()
    assert all(route(phrase).concept == concept for phrase, concept in phrases)
    assert len(phrases) > 400 and len(OTHERS) > 350
    for concept in CONCEPTS.values():
        assert CONCEPTS[concept.complement].complement == concept.id


def test_every_other_name_is_refused(no_single_sounds, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(router, "nearest_names", lambda text: ("speech",))  # a second a hundred
    assert offers.refused() >= OTHERS
    for name in sorted(offers.refused()):
        with pytest.raises(PromptError):
            route(name)


OFFERED = {
    "dog": "dog,a dog barking,barking dogs in the rain,puppy,the neighbour's dog",
    "birds": "bird singing,birdsong,singing birds,sparrow",
    "horn": "car horn,loud car horn honking,honk",
    "engine": "car,the engine of a motorbike,traffic",
    "bass": "bass,bass guitar,upright bass",
    "speech": "man talking over the dog",
    "vocals": "choir,singing",
}


@pytest.mark.parametrize(
    ("text", "sound"), [(t, c) for c, texts in OFFERED.items() for t in texts.split(",")]
)
def test_sounds_that_engines_list_are_taken(text: str, sound: str, single_sounds):
    assert route(text).concept == sound


@pytest.mark.parametrize("text", ["cat", "french horn", "dog and birds", "wind chimes", "talking dog"])
def test_sounds_beside_them_are_still_refused(text: str, single_sounds):
    with pytest.raises(PromptError):
        route(text)


def test_what_engines_do_not_list_is_no_phrase_of_theirs(single_sounds):
    assert "dog" not in offers.refused() and "cat" in offers.refused()
    phrases = [phrase for concept in offers.concepts().values() for phrase in concept.phrases]
    assert len(phrases) == len(set(phrases))


def test_the_baked_embeddings_are_those_of_the_vocabulary():
    """`tools/bake_vocabulary.py` was run after the last change of the vocabulary."""
    with np.load(weights.path(router.BAKED)) as stored:
        baked = set(stored["phrases"].tolist())
    assert baked >= {phrase for listed in router.anchor_phrases().values() for phrase in listed}


def test_the_nearest_names_are_near():
    assert nearest_names("orator")[0] in CONCEPTS
    assert nearest_names("spokesman talking at length")[0] == "speech"
    assert nearest_names("bass drum hits")[0] == "drums"
