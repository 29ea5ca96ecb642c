"""Names of things: synonyms, plurals, and honest refusals."""

import pytest

from shared.detector import CLASSES
from shared.vocabulary import SYNONYMS, class_of, nearest_classes


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("dog", "dog"),
        ("the dogs", "dog"),
        ("Kittens", "cat"),
        ("a woman", "person"),
        ("people", "person"),
        ("coffee cup", "cup"),
        ("motor-bike", "motorcycle"),
        ("knives", "knife"),
        ("two buses", "bus"),
        ("TV", "tv"),
        ("hot dogs", "hot dog"),
        ("my red sports car", "car"),
        ("sofa", "couch"),
    ],
)
def test_names_are_understood(text, name):
    assert class_of(text) == name


@pytest.mark.parametrize("text", ["unicorn", "helmet", "sky", "tree", "guitar", "building", "the", "xyzzy"])
def test_other_names_are_not_taken_for_something_else(text):
    assert class_of(text) is None


def test_the_nearest_names_are_near():
    assert "dog" in nearest_classes("wolf")
    assert "airplane" in nearest_classes("helicopter")


def test_synonyms_lead_to_one_class_each():
    assert set(SYNONYMS) <= set(CLASSES)
    words = [word for line in SYNONYMS.values() for word in line.split()]
    assert len(words) == len(set(words))
    assert not set(words) & set(CLASSES)
