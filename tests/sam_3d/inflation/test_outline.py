import numpy as np
import pytest

from sam_3d.inflation.outline import trace
from tests.sam_3d.shapes import bear, disc, odd_masks


def area_px(traced):
    return float((traced.coverage > 0.5).sum()) * traced.cell_px**2


@pytest.mark.parametrize("radius", [12, 50, 95])
def test_a_disc_keeps_its_area_and_its_place(radius):
    traced = trace(disc(radius, 260, (140, 120)))
    rows, columns = np.nonzero(traced.coverage > 0.5)
    center = traced.to_photo(np.array([[columns.mean(), rows.mean()]]))[0]
    assert area_px(traced) == pytest.approx(np.pi * radius**2, rel=0.02)
    assert center == pytest.approx([140, 120], abs=0.1)


def test_the_contour_of_a_pixelated_disc_has_no_stairs():
    traced = trace(disc(40, 100))
    c = traced.coverage
    rows, columns = np.nonzero((c[:, :-1] > 0.5) & (c[:, 1:] <= 0.5))
    position = columns + (c[rows, columns] - 0.5) / (c[rows, columns] - c[rows, columns + 1])
    edge = traced.to_photo(np.stack([position, rows.astype(float)], 1)) - 50
    upright = np.abs(edge[:, 1]) < 25
    # A pixel stair would be half a pixel off; the radius of the contour stays within a quarter.
    assert np.abs(np.hypot(*edge[upright].T) - 40).max() < 0.25


def test_nothing_touches_the_border_of_the_grid():
    for name, mask in odd_masks().items():
        c = trace(mask).coverage
        assert max(c[0].max(), c[-1].max(), c[:, 0].max(), c[:, -1].max()) == 0, name
        assert (c > 0.5).any(), name


def test_large_masks_are_worked_on_small():
    traced = trace(np.kron(bear(), np.ones((12, 12), bool)))
    assert max(traced.coverage.shape) < 220
    assert area_px(traced) == pytest.approx(bear().sum() * 144, rel=0.02)


def test_only_the_largest_part_is_kept_and_the_loss_told():
    mask = disc(50, 200, (60, 60)) | disc(20, 200, (160, 160))
    traced = trace(mask)
    assert traced.dropped == pytest.approx(20**2 / (50**2 + 20**2), abs=0.01)
    assert area_px(traced) == pytest.approx(np.pi * 50**2, rel=0.02)


def test_a_thin_line_is_widened_over_its_whole_length():
    mask = np.zeros((1200, 1200), bool)
    mask[600, 10:1190] = True
    traced = trace(mask)
    columns = np.flatnonzero((traced.coverage > 0.5).any(0))
    assert traced.thickened
    assert np.ptp(columns) * traced.cell_px == pytest.approx(1180, rel=0.02)


def test_pinholes_are_closed_and_holes_stay():
    mask = disc(80, 200) & ~disc(15, 200, (70, 100))
    mask[100, 130] = mask[40:42, 100] = False
    inside = trace(mask).coverage > 0.5
    assert np.array_equal(inside, trace(disc(80, 200) & ~disc(15, 200, (70, 100))).coverage > 0.5)


def test_diagonal_steps_are_joined():
    traced = trace(np.kron(np.eye(4, dtype=bool), np.ones((10, 10), bool)))
    assert traced.dropped < 0.01
    assert 400 < area_px(traced) < 560  # the four squares, and bridges between them


def test_a_solid_mask_is_not_called_thickened():
    traced = trace(bear())
    assert (traced.thickened, traced.dropped) == (False, 0.0)


def test_the_grid_and_the_photo_tell_the_same():
    mask = disc(60)
    traced = trace(mask)
    inside = traced.coverage > 0.5
    assert (traced.on_photo(inside, mask.shape) != mask).sum() < 0.03 * mask.sum()
    assert (traced.sample(mask) != inside).sum() < 0.03 * inside.sum()
    points = np.array([[3.0, 4.0, 5.0]])
    other = trace(disc(30))
    assert other.moved(traced.moved(points, other), traced) == pytest.approx(points)
