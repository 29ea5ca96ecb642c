"""Finished masks pass untouched, a choice keeps exactly what it names, and wrong ones are refused."""

from dataclasses import replace

import numpy as np
import pytest

from shared import prompts as prompting
from shared.errors import PromptError
from shared.mask_choice import apart, chosen, together
from shared.masks import Masks
from shared.media import Image
from shared.prompts import Box, Choice, MaskHint, Points, Text
from shared.segment import segment

LEFT = np.zeros((40, 60), bool)
LEFT[5:35, 4:20] = True
RIGHT = np.zeros((40, 60), bool)
RIGHT[10:30, 40:55] = True
FOUND = Masks(np.stack([LEFT, RIGHT, LEFT | RIGHT]), (0.9, 0.5, 0.2), ("a", "b", ""), (0, 0, 0))


def test_masks_alone_are_taken_as_they_are_without_an_engine() -> None:
    pixels = np.full((40, 60, 3), 128, np.uint8)
    prompts = (MaskHint(LEFT, 4, "left one"), MaskHint(RIGHT, 2))
    found = segment(Image(pixels), prompts, engine="auto")
    assert (found.masks.masks == np.stack([LEFT, RIGHT])).all()
    assert found.masks.object_ids == (4, 2) and found.masks.labels == ("left one", "")
    assert found.engines == () and found.masks.scores == (1.0, 1.0)


def test_a_mask_with_clicks_or_words_is_the_engine_s() -> None:
    click = Points(((10, 10),), (True,), 1)
    for prompts in ((MaskHint(LEFT, 1), click), (MaskHint(LEFT), Text("cup"))):
        asked, ready, choice = apart(prompts)
        assert asked == prompts and not ready and choice is None


def test_known_and_found_masks_come_in_the_order_of_their_prompts() -> None:
    prompts = (Box((1, 1, 9, 9), True, 3), MaskHint(LEFT, 0), Points(((50, 20),), (True,), 1))
    asked, ready, _ = apart(prompts)
    assert asked == (prompts[0], prompts[2]) and list(ready) == [0]
    found = replace(FOUND.select([1, 2]), object_ids=(3, 1))
    joined = together(found, ready, prompts)
    assert joined.object_ids == (3, 0, 1)
    assert (joined.masks[1] == LEFT).all()


def test_parts_of_one_object_are_joined() -> None:
    _, ready, _ = apart((MaskHint(LEFT, 1), MaskHint(RIGHT, 1, "pair")))
    assert (ready[1].mask == (LEFT | RIGHT)).all() and ready[1].label == "pair"


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        (None, [0, 1, 2]),
        (Choice((2, 0)), [2, 0]),
        (Choice(least_score=0.4), [0, 1]),
        (Choice((1, 2), 0.4), [1]),
    ],
)
def test_a_choice_keeps_what_it_names(choice: Choice | None, kept: list[int]) -> None:
    assert (chosen(FOUND, choice).masks == FOUND.masks[kept]).all()


def test_wrong_choices_are_refused_with_a_cure() -> None:
    with pytest.raises(PromptError, match="no mask 3: these prompts find 3"):
        chosen(FOUND, Choice((0, 3)))
    with pytest.raises(PromptError, match="best one has 0.50"):
        chosen(FOUND, Choice((1, 2), 0.8))
    with pytest.raises(PromptError, match="Tick at least one"):
        Choice(())
    with pytest.raises(PromptError, match="chosen twice"):
        apart((Choice((0,)), Choice((1,)), Text("cup")))
    for numbers in ((-1,), (0.5,), (True,), "01"):
        with pytest.raises(PromptError, match="whole numbers"):
            Choice(numbers)  # pyright: ignore[reportArgumentType]


def test_a_choice_alone_asks_for_nothing() -> None:
    with pytest.raises(PromptError, match="Nothing says what to segment"):
        segment(Image(np.zeros((40, 60, 3), np.uint8)), (Choice((0,)),))


def test_its_json_reads_back() -> None:
    given = (Choice((3, 1)), Choice(least_score=0.25))
    assert prompting.parse(prompting.to_json(given)) == given
