"""The tree of regions: each part inside its parent, areas add up, the plain objects are in it."""

import numpy as np
import pytest

from shared.cut.canvas import canvas, overlap
from shared.cut.merging import region_tree


@pytest.fixture(scope="module")
def nested():
    """A yellow square in a red disk on blue."""
    rows, columns = np.ogrid[:120, :160]
    disk = (rows - 60) ** 2 + (columns - 80) ** 2 < 45**2
    square = (abs(rows - 60) < 15) & (abs(columns - 80) < 15)
    pixels = np.where(disk[:, :, None], (200, 40, 40), (40, 60, 190)).astype(np.uint8)
    pixels[square] = (230, 210, 60)
    area = canvas(pixels, short_px=120)
    return area, region_tree(area.cells), disk, square


def test_areas_and_cells_add_up(nested):
    area, tree, _, _ = nested
    count = len(area.cells)
    assert len(tree.parent) == 2 * count - 1 and tree.area[-1] == pytest.approx(120 * 160)
    for region in range(count, len(tree.parent)):
        parts = np.flatnonzero((tree.parent == region) & (np.arange(len(tree.parent)) != region))
        assert len(parts) == 2 and tree.area[parts].sum() == pytest.approx(tree.area[region])
    some = range(count, len(tree.parent), 37)
    assert all(area.cells.sizes[tree.cells_of(r)].sum() == pytest.approx(tree.area[r]) for r in some)


def test_costs_rise_towards_the_root(nested):
    _, tree, _, _ = nested
    assert (tree.gone[:-1] == tree.born[tree.parent[:-1]]).all()
    assert (tree.gone >= tree.born).all()


def test_the_regions_around_a_cell_are_nested_and_hold_the_objects(nested):
    area, tree, disk, square = nested
    cell = int(area.cells.at(np.array([[80.0, 60.0]]))[0])
    regions = tree.around(cell)
    masks = [tree.cells_of(int(region))[area.cells.labels] for region in regions]
    assert all((small <= large).all() for small, large in zip(masks, masks[1:], strict=False))
    assert masks[-1].all()
    assert max(overlap(mask, square) for mask in masks) > 0.9
    assert max(overlap(mask, disk) for mask in masks) > 0.9


def test_the_cheapest_pair_is_joined_each_time():
    """Against all pairs looked through at every step, on noise, where one region soon touches nearly all."""
    pixels = np.clip(np.random.default_rng(0).normal(200, 3, (40, 50, 3)), 0, 255).astype(np.uint8)
    cells = canvas(pixels, short_px=40).cells
    tree, count = region_tree(cells), len(cells)
    borders = {frozenset(p): w for *p, w in zip(cells.first, cells.second, cells.price, strict=True)}
    alive = {n: (float(cells.sizes[n]), cells.lab[n].astype(np.float64)) for n in range(count)}

    def cost(pair: frozenset[int]) -> float:
        (area, color), (other, its_color) = (alive[n] for n in pair)
        return area * other / (area + other) * float(((color - its_color) ** 2).sum()) / borders[pair]

    for new in range(count, len(tree.parent)):
        best = min(borders, key=cost)
        joined = np.flatnonzero(tree.parent == new)
        joined = joined[joined != new]
        assert cost(frozenset(joined.tolist())) == pytest.approx(cost(best), rel=1e-6, abs=1e-9)
        a, b = joined.tolist()
        area = alive[a][0] + alive[b][0]
        alive[new] = area, (alive[a][0] * alive[a][1] + alive[b][0] * alive[b][1]) / area
        for pair in [p for p in borders if p & {a, b}]:
            price = borders.pop(pair)
            if rest := pair - {a, b}:
                grown = rest | {new}
                borders[grown] = borders.get(grown, 0.0) + price


def test_one_cell_is_a_tree():
    tree = region_tree(canvas(np.zeros((3, 3, 3), np.uint8), short_px=3).cells)
    assert len(tree.parent) == 1 and tree.cells_of(0).all()
