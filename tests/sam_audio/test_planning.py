"""The plan: which engine takes what, refused early where it cannot work."""

import pytest

from sam_audio.planning import MAX_TARGETS, file_stem, plan
from shared.errors import EngineUnavailable, PromptError
from shared.prompts import NotText, Span, Text


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


def test_a_prompt_kind_that_no_engine_here_takes_is_refused_with_who_would():
    with pytest.raises(PromptError, match="(?i)sam-audio would"):
        plan((Text("speech"), Span(0, 1)))


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
