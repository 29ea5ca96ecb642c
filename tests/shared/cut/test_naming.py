"""Words to things: several at once, groups, thresholds, and what is not there is said."""

import numpy as np
import pytest
from skimage import data

from shared.cut.naming import likely, once, things_named, wanted
from shared.detector import Detection
from shared.encoders.image import encode
from shared.errors import PromptError
from shared.media import Image


@pytest.fixture(scope="module")
def coffee():
    return encode(Image(data.coffee()))


def test_several_texts_and_words_are_gathered():
    phrases, notes = wanted(["cups and spoons", "the dog"])
    assert phrases == {"cups": ("cup",), "spoons": ("spoon",), "the dog": ("dog",)} and notes == ()


def test_a_strange_word_beside_a_known_one_is_told():
    phrases, notes = wanted(["cup, unicorn"])
    assert list(phrases) == ["cup"]
    assert len(notes) == 1 and "'unicorn'" in notes[0] and "80 everyday things" in notes[0]


def test_only_strange_words_are_refused_with_the_names():
    with pytest.raises(PromptError, match="teddy bear"):
        wanted(["unicorn", "sky"])


def test_what_is_seen_is_returned_and_the_rest_is_told(coffee):
    things, absent = things_named(coffee, {"mug": ("cup",), "dogs": ("dog",)})
    assert [thing.label for thing in things] == ["cup"]
    assert len(absent) == 1 and "no dogs" in absent[0] and "It sees" in absent[0]


def test_a_group_is_there_when_one_of_it_is(coffee):
    things, absent = things_named(coffee, {"dishes": ("bottle", "cup", "bowl")})
    assert {thing.label for thing in things} == {"cup"} and absent == ()


def test_the_threshold_decides(coffee):
    counts = [len(likely(coffee, threshold=threshold)) for threshold in (0.05, 0.3, 0.5, 0.99)]
    assert counts == sorted(counts, reverse=True) and counts[0] > counts[2] > counts[3] == 0
    assert all(thing.score >= 0.5 for thing in likely(coffee, threshold=0.5))


def test_two_names_of_one_box_are_one_thing():
    box, beside = (10.0, 10.0, 60.0, 60.0), (70.0, 10.0, 90.0, 60.0)
    cat, dog = Detection("cat", 0.8, box), Detection("dog", 0.6, tuple(np.add(box, 1.0)))
    other = Detection("dog", 0.4, beside)
    assert once([dog, cat, other]) == [cat, other]
