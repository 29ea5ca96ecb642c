"""The plan: which engine takes what, refused early where it cannot work."""

import pytest

from sam_audio.planning import MAX_TARGETS, file_stem, plan
from shared.errors import EngineUnavailable, PromptError
from shared.prompts import Band, Example, Noise, NotText, Pan, Reference, Span, Text


def texts(*words: str) -> tuple[Text, ...]:
    return tuple(Text(word) for word in words)


def test_each_name_goes_to_its_expert():
    parts = plan(texts("someone talking", "vocals", "drums")).targets
    assert [part.chosen.spec.id for part in parts] == ["deepfilternet", "spleeter", "hpss"]
    assert [part.concept for part in parts] == ["speech", "vocals", "drums"]
    assert [part.slug for part in parts] == ["target_someone_talking", "target_vocals", "target_drums"]
    assert "sam-audio" in parts[0].chosen.why


def test_one_prompt_is_called_target():
    assert plan(texts("drums")).targets[0].slug == "target"


def test_narrower_names_have_the_first_claim_whatever_the_order():
    made = plan((*texts("background noise", "instrumental", "speech"), NotText("drums")))
    assert [part.concept for part in made.cascade] == ["speech", "drums", "instrumental", "background"]
    assert [part.concept for part in made.targets] == ["background", "instrumental", "speech"]
    assert [part.concept for part in made.removals] == ["drums"]


def test_two_words_for_one_thing_are_refused():
    with pytest.raises(PromptError, match='"speech" and "someone talking" both mean speech'):
        plan(texts("speech", "someone talking"))


def test_what_is_wanted_cannot_be_left_out():
    with pytest.raises(PromptError, match='"speech" is wanted and "talking" is not, but both mean speech'):
        plan((Text("speech"), NotText("talking")))


def test_leaving_something_out_keeps_the_rest():
    made = plan((NotText("speech"),))
    assert [(part.text, part.slug, part.chosen) for part in made.targets] == [
        ("what is left", "target", None)
    ]
    assert [(part.concept, part.wanted) for part in made.cascade] == [("speech", False), ("rest", True)]
    assert [chosen.spec.id for chosen in made.engines] == ["deepfilternet"]


def test_names_want_a_rate_at_which_they_can_be_heard():
    with pytest.raises(PromptError, match="at least 4000 Hz; this has 50 Hz. At such rates mark a place"):
        plan((Text("speech"),), sample_rate_hz=50)
    assert plan((Text("speech"),), sample_rate_hz=8000).targets


def test_nothing_named_is_refused():
    with pytest.raises(PromptError, match="Nothing names"):
        plan(())


def test_too_many_names_are_refused():
    with pytest.raises(PromptError, match=f"At most {MAX_TARGETS}"):
        plan(texts(*(["speech"] * (MAX_TARGETS + 1))))


def test_gates_limit_what_is_named_and_do_without_a_name():
    made = plan((Text("speech"), Span(0, 1), Pan(-1, 0), NotText("drums"), Band(0, 1, 100, 200)))
    assert [part.concept for part in made.targets] == ["speech"]
    assert made.gates == (Span(0, 1), Pan(-1, 0), Band(0, 1, 100, 200))
    assert made.gate is not None and made.gate.spec.id == "selection"
    alone = plan((Band(0, 1, 100, 200),))
    assert [(part.text, part.slug, part.chosen) for part in alone.targets] == [("selection", "target", None)]


def test_what_the_recording_shows_itself_comes_before_names():
    reference = Reference("song.wav")
    made = plan((Text("speech"), Example(2, 3), Noise(0, 1), reference, Example(5, 6, False)))
    assert [part.concept for part in made.cascade] == ["reference", "noise", "example", "speech"]
    assert [part.wanted for part in made.cascade] == [False, False, True, True]
    assert made.targets[1].prompts == (Example(2, 3), Example(5, 6, False))
    assert [part.slug for part in made.targets] == ["target_speech", "target_sounds_like_the_example"]


def test_examples_and_references_name_a_stem_when_they_are_to_be_kept():
    kept = plan((Reference("song.wav", True),)).targets
    assert [(part.concept, part.slug) for part in kept] == [("reference", "target")]
    dropped = plan((Example(0, 1, False),))
    assert [part.concept for part in dropped.removals] == ["example"]
    assert dropped.removals[0].prompts == (Example(0, 1, True),)
    assert [part.concept for part in dropped.targets] == ["rest"]


def test_an_engine_that_takes_no_prompt_of_the_run_is_refused():
    with pytest.raises(PromptError, match="(?i)does not understand prompts of the kind text"):
        plan(texts("speech"), "selection")
    assert plan((Span(0, 1),), "selection").gate is not None


def test_a_named_engine_is_held_to_what_it_separates():
    assert plan(texts("vocals"), "spleeter").targets[0].chosen.why == "spleeter was asked for"
    with pytest.raises(PromptError, match=r"vocals and instrumental, not speech.*deepfilternet"):
        plan(texts("speech"), "spleeter")
    with pytest.raises(EngineUnavailable, match="no engine 'nonsense'"):
        plan(texts("speech"), "nonsense")
    with pytest.raises(EngineUnavailable, match="SAM Audio cannot run here"):
        plan(texts("dog"), "sam-audio")


def test_unknown_sounds_are_refused_before_any_sound_is_read():
    with pytest.raises(PromptError, match="car horn"):
        plan(texts("speech", "car horn"))


def test_file_names_are_plain_and_unique():
    assert file_stem("Übermäßig / laut!", set()) == "target_berm_ig_laut"
    assert file_stem("日本", set()) == "target_sound"
    assert file_stem("drums", {"target_drums", "target_drums_2"}) == "target_drums_3"
    assert len(file_stem("x" * 200, set())) <= 47
