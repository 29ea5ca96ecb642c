"""A tree of regions: neighbouring cells are joined, the least different first, until one is left.

The cost of joining two regions is what the fit of one colour to each region loses by it, over the length
of border that it saves (Koepfler, Lopez & Morel, 1994); a border along an edge saves little.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.cut.cells import Cells

Part = tuple[float, float, float, float]  # area in pixels, mean L*, a*, b*
Pair = tuple[float, int, int]  # cost of joining, the older region, the newer


@dataclass(frozen=True, eq=False)
class RegionTree:
    """Regions numbered 0..2n−2: the n cells first, then each joint region, the whole picture last.

    Args:
        parent: (2n−1,) the region that each is joined into; the last is its own.
        area: (2n−1,) pixels.
        born: (2n−1,) cost at which a region was made; 0 for cells.
        gone: (2n−1,) cost at which it was joined into its parent, never less than `born`.
        start: (2n−1,) first place of its cells when all cells are put in the order of the tree.
        cells: (2n−1,) how many cells it is made of.
    """

    parent: NDArray[np.int64]
    area: NDArray[np.float64]
    born: NDArray[np.float64]
    gone: NDArray[np.float64]
    start: NDArray[np.int64]
    cells: NDArray[np.int64]

    def cells_of(self, region: int) -> NDArray[np.bool_]:
        """(n,) which cells a region is made of."""
        place = self.start[: (len(self.parent) + 1) // 2] - self.start[region]
        return (place >= 0) & (place < self.cells[region])

    def around(self, cell: int) -> NDArray[np.int64]:
        """Return the regions that a cell lies in, the smallest first."""
        found = [cell]
        while (larger := int(self.parent[found[-1]])) != found[-1]:
            found.append(larger)
        return np.array(found, np.int64)


def region_tree(cells: Cells) -> RegionTree:
    """Join cells into ever larger regions. Pieces that touch nothing are joined last, at infinite cost."""
    count = len(cells)
    size = 2 * count - 1
    parts = [*zip(cells.sizes.tolist(), *cells.lab.T.tolist(), strict=True)]  # area, L*, a*, b*
    parent, born, gone = list(range(size)), [0.0] * size, [np.inf] * size
    beside: list[dict[int, float]] = [{} for _ in range(count)]
    for a, b, price in zip(cells.first.tolist(), cells.second.tolist(), cells.price.tolist(), strict=True):
        beside[a][b] = beside[b][a] = price
    # The newer of two regions keeps their pair: as it is joined, all of its pairs are forgotten at once.
    pairs = [
        [(_cost(parts[a], parts[b], price), a, b) for a, price in beside[b].items() if a < b]
        for b in range(count)
    ]
    for kept in pairs:
        heapq.heapify(kept)
    heap = [kept[0] for kept in pairs if kept]
    heapq.heapify(heap)
    for new in range(count, size):
        cost, a, b = _next(heap, pairs, parent, new)
        parent[a] = parent[b] = new
        parts.append(_joined(parts[a], parts[b]))
        born[new] = gone[a] = gone[b] = max(cost, born[a], born[b])
        around = beside[a]
        for other, price in beside[b].items():
            around[other] = around.get(other, 0.0) + price
        around.pop(a, None)
        around.pop(b, None)
        beside.append(around)
        beside[a] = beside[b] = {}
        pairs[a] = pairs[b] = []
        for other, price in around.items():
            near = beside[other]
            near.pop(a, None)
            near.pop(b, None)
            near[new] = price
        kept = [(_cost(parts[new], parts[other], price), other, new) for other, price in around.items()]
        heapq.heapify(kept)
        pairs.append(kept)
        if kept:
            heapq.heappush(heap, kept[0])
    area = np.array([part[0] for part in parts])
    start, held = _places(parent, count)
    return RegionTree(np.array(parent, np.int64), area, np.array(born), np.array(gone), start, held)


def _places(parent: list[int], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Put the cells in an order in which each region's are neighbours; return first place and number."""
    size = len(parent)
    held = [1] * count + [0] * (size - count)
    for node in range(size - 1):
        held[parent[node]] += held[node]
    start, free = [0] * size, [0] * size
    for node in range(size - 2, -1, -1):  # parents come after their parts
        above = parent[node]
        start[node] = free[node] = free[above]
        free[above] += held[node]
    return np.array(start, np.int64), np.array(held, np.int64)


def _next(heap: list[Pair], pairs: list[list[Pair]], parent: list[int], new: int) -> Pair:
    """Return the cheapest pair of regions that both still stand alone.

    Args:
        heap: The cheapest pair of each region.
        pairs: All pairs that each region keeps, as heaps.
        parent: Of each region; its own while it stands alone.
        new: How many regions there are.
    """
    while heap:
        cost, a, b = heapq.heappop(heap)
        if parent[b] != b:
            continue
        if parent[a] == a:
            return cost, a, b
        kept = pairs[b]
        while kept and parent[kept[0][1]] != kept[0][1]:
            heapq.heappop(kept)
        if kept:
            heapq.heappush(heap, kept[0])
    first, second = [region for region in range(new) if parent[region] == region][:2]
    return np.inf, first, second


def _joined(a: Part, b: Part) -> Part:
    area = a[0] + b[0]
    share = a[0] / area
    rest = 1 - share
    return (
        area,
        share * a[1] + rest * b[1],
        share * a[2] + rest * b[2],
        share * a[3] + rest * b[3],
    )


def _cost(a: Part, b: Part, price: float) -> float:
    apart = (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2 + (a[3] - b[3]) ** 2
    return a[0] * b[0] / (a[0] + b[0]) * apart / price
