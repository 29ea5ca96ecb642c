"""Cells and cuts on pictures whose answer is known."""

import numpy as np
import pytest

from shared.cut.canvas import Clicks, around, canvas, under_clicks
from shared.cut.maxflow import SURE, distances, minimum_cut
from shared.cut.picture import edge_map, picture


@pytest.fixture(scope="module")
def square():
    """A red square, 60 px wide, on blue."""
    pixels = np.zeros((120, 160, 3), np.uint8)
    pixels[:] = (30, 60, 200)
    pixels[30:90, 50:110] = (220, 40, 30)
    truth = np.zeros((120, 160), np.bool_)
    truth[30:90, 50:110] = True
    return canvas(pixels, short_px=120), truth


def test_cells_cover_the_picture_and_do_not_cross_its_edges(square):
    area, truth = square
    inside = area.cells.mean(truth.astype(np.float64))
    assert area.cells.sizes.sum() == truth.size
    assert (np.minimum(inside, 1 - inside) > 0.3).mean() < 0.02


def test_borders_are_cheap_on_edges_and_symmetric_pairs_come_once(square):
    area, truth = square
    cells = area.cells
    inside = cells.mean(truth.astype(np.float64)) > 0.5
    across = inside[cells.first] != inside[cells.second]
    assert (cells.first < cells.second).all()
    assert len(set(zip(cells.first.tolist(), cells.second.tolist(), strict=True))) == len(cells.first)
    assert np.median(cells.price[across]) < 0.2 * np.median(cells.price[~across])


def test_the_minimum_cut_follows_the_edge_from_two_seeds(square):
    area, truth = square
    belief = np.zeros(len(area.cells))
    belief[area.cells.at(np.array([[80.0, 60.0]]))] = SURE
    belief[area.cells.at(np.array([[5.0, 5.0]]))] = -SURE
    mask = minimum_cut(area.cells, belief, smoothness=5.0)[area.cells.labels]
    assert (mask & truth).sum() / (mask | truth).sum() > 0.95


def test_the_cut_is_the_cheapest_of_all_on_a_tiny_graph():
    random = np.random.default_rng(4)
    area = canvas(random.integers(0, 255, (12, 12, 3), dtype=np.uint8), short_px=12)
    cells, belief = area.cells, random.normal(0, 3, len(area.cells))
    assert len(cells) <= 12

    def cost(side):
        cut = side[cells.first] != side[cells.second]
        return (
            4.0 * cells.price[cut].sum()
            + np.maximum(belief, 0)[~side].sum()
            - np.minimum(belief, 0)[side].sum()
        )

    every = [np.array([n >> i & 1 for i in range(len(cells))], bool) for n in range(2 ** len(cells))]
    found = minimum_cut(cells, belief, smoothness=4.0)
    assert cost(found) == pytest.approx(min(map(cost, every)), abs=0.1)


def test_walking_across_an_edge_is_dear(square):
    area, _ = square
    walk = distances(area.cells, area.cells.at(np.array([[80.0, 60.0]])))
    inside, outside = area.cells.at(np.array([[60.0, 60.0], [40.0, 60.0]]))
    assert walk[outside] > 3 * walk[inside]
    assert distances(area.cells, np.zeros(0, np.int64)).min() == 1e6


def test_edges_are_where_colours_change():
    lab = np.zeros((60, 60, 3), np.float32)
    lab[:, 30:, 0] = 60
    edges = edge_map(lab)
    assert edges.shape == (60, 60) and edges.min() >= 0 and edges.max() <= 1
    assert edges[30, 29:31].min() > 0.999 and edges[:, :20].max() < 0.05


def test_positions_and_boxes_scale_with_the_part():
    small = picture(np.zeros((400, 600, 3), np.uint8), short_px=100, within=(200.0, 100.0, 400.0, 300.0))
    assert small.shape == (100, 100) and small.scale == (0.5, 0.5)
    assert small.box((200.0, 100.0, 400.0, 300.0)) == (0.0, 0.0, 100.0, 100.0)
    assert small.to_small(np.array([[200.5, 100.5]])).tolist() == [[0.0, 0.0]]


def test_a_tiny_picture_is_not_enlarged():
    assert canvas(np.zeros((3, 5, 3), np.uint8), short_px=300).shape == (3, 5)


def test_a_part_knows_where_the_photo_goes_on():
    area = canvas(np.zeros((100, 100, 3), np.uint8), short_px=50, within=(0.0, 20.0, 60.0, 100.0))
    rim = np.isin(area.cells.labels, area.rim)
    assert rim[0].all() and rim[:, -1].all()
    assert not rim[-1, :10].any()


def test_boxes_grow_but_stay_in_the_photo():
    assert around((10.0, 10.0, 110.0, 60.0), 0.5, (200, 120)) == (0.0, 0.0, 120.0, 110.0)


def test_only_parts_under_clicks_are_kept():
    mask = np.zeros((10, 10), np.bool_)
    mask[1:4, 1:4] = mask[6:9, 6:9] = True
    clicks = Clicks(np.array([[2.0, 2.0], [7.0, 7.0]]), np.array([True, False]))
    kept = under_clicks(mask, clicks)
    assert kept[2, 2] and not kept[7, 7] and kept.sum() == 9
