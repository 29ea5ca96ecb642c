"""Marks come before words, words before everything, and the choice goes with whichever counts."""

import pytest

from apps.web.mark_prompts import names_in, prompts_of
from shared.errors import PromptError
from shared.prompts import Choice, Everything, Points, Text

POINT = {"kind": "points", "xy_px": [[3, 4]], "keep": [True], "object_id": 0}
CHOICE = {"kind": "choice", "numbers": [1]}


def test_words_are_parted_at_commas_semicolons_and_lines() -> None:
    assert names_in(" cup,dog ;red  chair\ncup,, ") == ["cup", "dog", "red chair"]
    assert prompts_of([], "cup, dog") == (Text("cup"), Text("dog"))


def test_marks_then_words_then_everything() -> None:
    every = {"kind": "everything"}
    assert prompts_of([POINT, every], "cup") == (Points(((3, 4),), (True,)),)
    assert prompts_of([every], "cup") == (Text("cup"),)
    assert prompts_of([every], " , ") == (Everything(),)
    assert prompts_of([], "") == ()


def test_the_choice_goes_along_but_never_alone() -> None:
    assert prompts_of([CHOICE], "cup") == (Text("cup"), Choice((1,)))
    assert prompts_of([POINT, CHOICE], "cup")[-1] == Choice((1,))
    assert prompts_of([CHOICE], "") == ()


def test_nothing_ticked_is_refused_with_a_cure() -> None:
    with pytest.raises(PromptError, match="Tick at least one"):
        prompts_of([{"kind": "choice", "numbers": []}], "cup")
