"""The click net and what it reads: likeness to clicks, places in boxes, promises of masks."""

import numpy as np
import pytest
from skimage import data

from shared.cut.belief import likely_cut, likely_overlap, log_odds, weights
from shared.cut.canvas import Clicks, canvas, overlap
from shared.cut.relations import relations
from shared.cut.select import nearby
from shared.encoders.image import encode
from shared.media import Image


@pytest.fixture(scope="module")
def cat():
    """Chelsea, encoded, and a click between her eyes."""
    encoding = encode(Image(data.chelsea()))
    return encoding, encoding.whole.clicks(np.array([[225.0, 130.0]]), np.array([True]))


def test_each_cell_is_described_as_the_net_saw_it(cat):
    encoding, clicks = cat
    seen, cells = encoding.sight, encoding.whole.cells
    for rows, channels in zip(seen.alike, (64, 128, 128, 128, 128), strict=True):
        assert rows.shape == (len(cells), channels)
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)
    assert (seen.place > 0).all() and (seen.place < 1).all()
    face = int(cells.at(clicks.xy)[0])
    left, top, right, bottom = seen.boxes[2][face]
    assert left < 0.2 and right > 0.75 and top < 0.3 and bottom > 0.8  # the cat fills the picture


def test_relations_are_strongest_at_the_click(cat):
    encoding, clicks = cat
    cells, seen = encoding.whole.cells, encoding.sight
    at = cells.at(clicks.xy)
    none = np.zeros(0, np.int64)
    alone = relations(cells, seen, at, none, None)
    assert alone.shape == (len(cells), len(weights().mean))
    cell = int(at[0])
    assert alone[:, 0].argmax() == cell and alone[cell, 0] == pytest.approx(1, abs=1e-5)
    assert alone[:, 14].argmin() == cell  # distance
    corner = cells.at(np.array([[2.0, 2.0]]))
    both = relations(cells, seen, at, corner, None)
    changed = (both != alone).any(axis=0)
    assert changed[[1, 3, 5, 7, 9, 11, 13, 15]].all() and not changed[[0, 2, 4, 6, 8, 10, 12, 14]].any()


def test_a_red_disk_is_likelier_than_what_is_around_it():
    pixels = np.full((240, 320, 3), (70, 110, 70), np.uint8)
    rows, columns = np.ogrid[:240, :320]
    disk = (rows - 120) ** 2 + (columns - 160) ** 2 < 50**2
    pixels[disk] = (200, 40, 40)
    encoding = encode(Image(pixels))
    clicks = encoding.whole.clicks(np.array([[160.0, 120.0]]), np.array([True]))
    odds = log_odds(encoding.whole, encoding.sight, clicks, None)
    assert np.abs(odds).max() <= 5
    field = odds[encoding.whole.cells.labels]
    assert field[disk].mean() > field[~disk].mean() + 1
    assert overlap(likely_cut(encoding.whole, odds, clicks), disk) > 0.9


def test_cuts_grow_with_the_shift_and_keep_to_the_clicks(cat):
    encoding, _ = cat
    spots = np.array([[225.0, 130.0], [225.0, 20.0]])
    clicks = encoding.whole.clicks(spots, np.array([True, False]))
    odds = log_odds(encoding.whole, encoding.sight, clicks, None)
    masks = [likely_cut(encoding.whole, odds, clicks, shift=shift) for shift in (-2.0, 0.0, 2.0)]
    areas = [int(mask.sum()) for mask in masks]
    assert areas == sorted(areas) and areas[0] < areas[2]
    for mask in masks:
        assert [bool(mask[round(y), round(x)]) for x, y in clicks.xy] == [True, False]


def test_the_promise_is_the_true_overlap_where_the_odds_are_certain(cat):
    encoding, _ = cat
    labels = encoding.whole.cells.labels
    truth = labels < 2000
    odds = np.where(np.arange(len(encoding.whole.cells)) < 2000, 40.0, -40.0)
    guess = labels < 3000
    assert likely_overlap(encoding.whole, odds, guess) == pytest.approx(overlap(truth, guess))


def test_the_first_click_counts_as_the_first_on_the_object(cat):
    encoding, _ = cat
    clicks = Clicks(np.array([[3.0, 3.0], [150.0, 90.0]]), np.array([False, True]))
    assert np.isfinite(log_odds(encoding.whole, encoding.sight, clicks, None)).all()


def test_odds_keep_their_place_on_a_closer_canvas(cat):
    encoding, _ = cat
    whole = encoding.whole
    column = (whole.cells.centre[:, 0] + 0.5) / whole.picture.scale[0]  # of the photo
    near = canvas(encoding.pixels, short_px=120, within=(100.0, 60.0, 300.0, 200.0))
    shown = nearby(whole, column, near)
    assert shown.shape == near.shape
    expected = 100 + (np.arange(near.shape[1]) + 0.5) / near.picture.scale[0]
    assert np.abs(shown.mean(axis=0) - expected).max() < 2.5  # cells are 4 to 6 px wide
