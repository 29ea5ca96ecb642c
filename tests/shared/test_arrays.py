"""Arrays are checked at birth, read-only afterwards, and known by their content."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.arrays import content_key, frozen
from shared.errors import InputError


def test_the_result_is_read_only_and_the_callers_array_is_not():
    mine = np.zeros((2, 3), np.float32)
    kept = frozen("x", mine, np.float32, (None, 3))
    with pytest.raises(ValueError, match="read-only"):
        kept[0, 0] = 1
    mine[0, 0] = 1
    assert kept.base is mine or kept.base is mine.base


def test_anything_array_like_is_converted():
    kept = frozen("x", [[1, 2], [3, 4]], np.float64, (2, 2))
    assert kept.dtype == np.float64
    np.testing.assert_array_equal(kept, [[1, 2], [3, 4]])


@pytest.mark.parametrize("shape", [(3, 2), (2,), (2, 3, 1), ()])
def test_another_shape_is_refused(shape):
    with pytest.raises(InputError, match=r"The mesh wants the shape \(2, any\), but has"):
        frozen("The mesh", np.zeros(shape), np.float32, (2, None))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused_unless_allowed(bad):
    with pytest.raises(InputError, match="x holds NaN or infinite values"):
        frozen("x", [0.0, bad], np.float32, (None,))
    assert len(frozen("x", [0.0, bad], np.float32, (None,), finite=False)) == 2


def test_a_number_too_large_for_the_dtype_counts_as_infinite():
    with np.errstate(over="ignore"), pytest.raises(InputError, match="infinite"):
        frozen("x", [1e300], np.float32, (None,))


arrays = st.lists(st.integers(0, 255), min_size=1, max_size=8).map(lambda v: np.array(v, np.uint8))


@given(arrays)
def test_equal_content_has_equal_keys_whatever_the_memory_layout(values):
    grid = np.outer(values, values)
    assert content_key(grid) == content_key(np.asfortranarray(grid)) == content_key(grid.copy())


def test_shape_dtype_order_and_scalars_count():
    a = np.arange(6, dtype=np.uint8)
    keys = [
        content_key(a),
        content_key(a.reshape(2, 3)),
        content_key(a.reshape(3, 2)),
        content_key(a.astype(np.int8)),
        content_key(a[::-1]),
        content_key(44100, a),
        content_key(48000, a),
        content_key(a, 44100),
    ]
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 64 and set(key) <= set("0123456789abcdef") for key in keys)
