import numpy as np

from sam_3d.inflation.completion import completed
from tests.sam_3d.shapes import disc


def bar(like, rows, columns):
    mask = np.zeros_like(like)
    mask[rows, columns] = True
    return mask


def test_what_a_bar_hides_of_a_disc_comes_back():
    whole = disc(70)
    rows, columns = np.nonzero(whole)
    for at in (slice(columns.min() + 10, columns.min() + 30), slice(columns.max() - 60, columns.max() - 45)):
        before = bar(whole, slice(rows.min() + 20, rows.max() - 10), at)
        found = completed(whole & ~before, before)
        assert (found != whole).sum() < 0.01 * whole.sum()


def test_what_hangs_beside_is_not_added():
    whole = disc(70)
    rows, columns = np.nonzero(whole)
    middle = (rows.min() + rows.max()) // 2
    beside = bar(whole, slice(middle - 8, middle + 8), slice(columns.max() - 20, columns.max() + 30))
    found = completed(whole & ~beside, beside)
    assert (found != whole).sum() < 0.01 * whole.sum()


def test_a_part_without_symmetry_stays_as_it_is():
    part = np.zeros((200, 200), bool)
    part[20:180, 20:60] = part[140:180, 20:180] = part[80:100, 60:120] = True
    other = np.zeros_like(part)
    other[30:70, 60:170] = True
    assert (completed(part, other) == part).all()


def test_a_part_marked_with_its_handle_is_taken_without_it():
    whole = disc(70)
    rows, columns = np.nonzero(whole)
    middle = (rows.min() + rows.max()) // 2
    beside = bar(whole, slice(middle - 8, middle + 8), slice(columns.max() - 20, columns.max() + 30))
    found = completed(whole | beside, beside)
    assert (found != whole).sum() < 0.01 * whole.sum()
    nose = disc(12)
    assert (completed(whole, nose) == whole).all()
