"""Inflate an outline: the squared height of the surface as the solution of a Poisson equation."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation.outline import FloatGrid

# With ∇²u = −4 and u = 0 on the edge, a disc of radius R gives u = R² − r²: sqrt(u) is a half ball.
_SOURCE = 4.0
# Cells nearer to the outline than this part of a cell are moved away, to keep the system well posed.
_NEAREST = 0.05
_OFFSETS = ((-1, 0), (1, 0), (0, -1), (0, 1))


def squared_height(coverage: FloatGrid) -> FloatGrid:
    """Solve ∇²u = −4 inside the 0.5 contour of a coverage, u = 0 on it.

    The contour cuts grid edges at sub-cell positions; the five-point stencil is corrected there, so that the
    rim follows the contour without stairs. Source: Gibou, Fedkiw, Cheng and Kang, "A second-order-accurate
    symmetric discretization of the Poisson equation on irregular domains", J. Comput. Phys. 176, 2002.

    Args:
        coverage: (h, w) float32, 0 on the outermost cells, above 0.5 somewhere.

    Returns:
        (h, w) float32 in squared cells: positive inside; outside negative, crossing 0 where the contour is.
    """
    inside = coverage > 0.5
    u = np.zeros(coverage.shape)
    u[inside] = _solve(inside, coverage)
    return _continued(u, inside, coverage)


def normal_z(u: FloatGrid, thickness: float, middle: FloatGrid | None = None) -> FloatGrid:
    """Return |n_z| of the surface z = m ± thickness·sqrt(u): 1 facing the viewer, 0 at the rim and outside.

    From s = t·sqrt(u): ∇z = ∇m − ∇(t²u) / 2s and n_z = 1 / sqrt(1 + |∇z|²), without a division by 0.

    Args:
        u: (h, w) squared heights in cells.
        thickness: Factor t on the height.
        middle: (h, w) depth m of the middle between front and back, in cells; 0 when None.
    """
    field = u * np.float32(thickness**2)
    height = np.sqrt(np.maximum(field, 0)) * 2
    down, across = np.gradient(field)
    if middle is not None:
        lean_down, lean_across = np.gradient(middle)
        down, across = down - height * lean_down, across - height * lean_across
    return np.asarray(height / np.maximum(np.hypot(height, np.hypot(down, across)), 1e-9), np.float32)


def _solve(inside: NDArray[np.bool_], coverage: FloatGrid) -> NDArray[np.float64]:
    from scipy import sparse
    from scipy.sparse import linalg

    count = int(inside.sum())
    index = np.full(inside.shape, -1, np.int64)
    index[inside] = np.arange(count)
    here = coverage[inside].astype(np.float64)
    diagonal = np.zeros(count)
    rows, columns = [], []
    for offset in _OFFSETS:
        shifted = tuple(-n for n in offset)
        neighbour = np.roll(index, shifted, (0, 1))[inside]
        there = np.roll(coverage, shifted, (0, 1))[inside]
        cut = neighbour < 0
        diagonal += np.where(cut, 1 / _edge_position(here, there), 1.0)
        rows.append(np.flatnonzero(~cut))
        columns.append(neighbour[~cut])
    off = sparse.coo_matrix(
        (np.full(sum(map(len, rows)), -1.0), (np.concatenate(rows), np.concatenate(columns))), (count, count)
    )
    system = (sparse.diags(diagonal) + off).tocsc()
    # The ordering for symmetric systems halves the time.
    factors = linalg.splu(system, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})
    return factors.solve(np.full(count, _SOURCE))


def _edge_position(inner: NDArray[Any], outer: NDArray[Any]) -> NDArray[np.float64]:
    """Return where (0..1) coverage falls to 0.5 on the way from an inner cell's centre to an outer one's."""
    position = (inner - 0.5) / np.maximum(inner - outer, 1e-6)
    return np.clip(position, _NEAREST, 1.0)


def _continued(u: NDArray[np.float64], inside: NDArray[np.bool_], coverage: FloatGrid) -> FloatGrid:
    """Continue u linearly one cell beyond the contour, and fall away further out."""
    total, count = np.zeros(u.shape), np.zeros(u.shape)
    for offset in _OFFSETS:
        inner = np.roll(inside, offset, (0, 1)) & ~inside
        value, position = (
            np.roll(u, offset, (0, 1)),
            _edge_position(np.roll(coverage, offset, (0, 1)), coverage),
        )
        ghost = -value * (1 - position) / position
        total += np.where(inner, ghost, 0)
        count += inner
    far = -max(float(u.max()), 1.0)
    ghost = np.where(count > 0, total / np.maximum(count, 1), far)
    return np.where(inside, np.maximum(u, 1e-4), np.minimum(ghost, -1e-4)).astype(np.float32)
