"""Part, whole and group of a click: nested, different, worth showing."""

import numpy as np
from skimage import data

from shared.cut.candidates import others
from shared.cut.canvas import overlap
from shared.cut.select import by_first_click
from shared.encoders.image import encode
from shared.media import Image


def square(size, *, left=0):
    mask = np.zeros((100, 100), np.bool_)
    mask[:size, left : left + size] = True
    return mask


def test_the_best_smaller_and_the_best_larger_are_taken():
    options = [(0.9, square(40)), (0.7, square(20)), (0.6, square(18)), (0.8, square(80)), (0.5, square(70))]
    found = others(options, square(40))
    assert [score for score, _ in found] == [0.8, 0.7]
    assert found[0][1].sum() == 6400 and found[1][1].sum() == 400


def test_two_of_one_side_are_taken_where_the_other_has_none():
    options = [(0.9, square(80)), (0.7, square(40)), (0.6, square(39)), (0.5, square(20))]
    assert [score for score, _ in others(options, square(80))] == [0.7, 0.5]


def test_what_is_elsewhere_unlikely_or_the_same_is_left_out():
    options = [
        (0.9, square(40)),
        (0.8, square(38)),
        (0.8, square(40, left=50)),
        (0.2, square(80)),
        (0.8, square(2)),
    ]
    assert others(options, square(40)) == []


def test_a_click_in_the_cup_means_the_coffee_the_cup_or_more():
    found = by_first_click(encode(Image(data.coffee())), (300.0, 130.0))
    masks = [found.mask, *(other.mask for other in found.others)]
    assert len(masks) == 3 and all(mask[130, 300] for mask in masks)
    assert all(overlap(a, b) < 0.9 for n, a in enumerate(masks) for b in masks[:n])
    assert found.score >= max(other.score for other in found.others)
