"""Cheapest way to cut a graph of cells into object and background (Boykov & Jolly, 2001)."""

import numpy as np
from numpy.typing import NDArray

from shared.cut.cells import Cells

CAPACITY_SCALE = 100  # the solver takes whole numbers
LARGEST = 2e7
SURE = 1e5


def minimum_cut(cells: Cells, belief: NDArray[np.float64], *, smoothness: float) -> NDArray[np.bool_]:
    """Return the set of cells that agrees best with the belief and has the cheapest outline.

    Args:
        cells: The graph.
        belief: (n,) log odds of object against background, summed over each cell; ±`SURE` fixes it.
        smoothness: Price of one pixel of outline where there is no edge.

    Returns:
        (n,) bool, True for the object.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    count = len(cells)
    source, sink, everyone = count, count + 1, np.arange(count)
    border = cells.price * smoothness
    rows = np.concatenate([cells.first, cells.second, np.full(count, source), everyone])
    columns = np.concatenate([cells.second, cells.first, everyone, np.full(count, sink)])
    values = np.concatenate([border, border, np.maximum(belief, 0), np.maximum(-belief, 0)])
    capacity = np.minimum(np.round(values * CAPACITY_SCALE), LARGEST).astype(np.int32)
    kept = capacity > 0
    size = count + 2
    graph = csr_array((capacity[kept], (rows[kept], columns[kept])), shape=(size, size))
    flow = maximum_flow(graph, source, sink, method="dinic").flow
    left = graph - flow
    left.data = np.maximum(left.data, 0)
    left.eliminate_zeros()
    reached = breadth_first_order(left, source, return_predecessors=False)
    side = np.zeros(size, np.bool_)
    side[reached] = True
    return side[:count]


def distances(cells: Cells, seeds: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (n,) the cheapest walk from the nearest seed cell, dear across edges; 1e6 without seeds."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    if not len(seeds):
        return np.full(len(cells), 1e6)
    pair = (cells.first, cells.second)
    graph = csr_array((cells.step, pair), shape=(len(cells), len(cells)))
    return np.minimum(dijkstra(graph, directed=False, indices=seeds, min_only=True), 1e6)
