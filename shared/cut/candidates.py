"""What else a single click may mean: a part of what was chosen, or a larger whole around it."""

from collections.abc import Sequence

import numpy as np

from shared.cut.canvas import Mask, overlap

Option = tuple[float, Mask]
DIFFERENT = (
    0.8  # overlap below which two masks are told apart; full-size masks may differ less by their edges
)
NESTED = 0.85  # share of the smaller mask that lies inside the larger
WORTH = 0.45  # least score, in parts of the chosen one's
LEAST_AREA = 0.001  # of the canvas


def others(options: Sequence[Option], chosen: Mask) -> list[Option]:
    """Return up to two other masks: the best that is smaller and the best that is larger.

    Where one side has none, the second of the other side is taken. Each is nested with the chosen mask
    and unlike all that are returned.

    Args:
        options: Masks of one canvas with their scores, the chosen one among them.
        chosen: The mask that was chosen.
    """
    best = max((score for score, _ in options), default=0.0)
    fitting = [
        (score, mask)
        for score, mask in sorted(options, key=lambda option: -option[0])
        if score >= WORTH * best and mask.mean() >= LEAST_AREA and _nested(mask, chosen)
    ]
    smaller = [option for option in fitting if option[1].sum() < chosen.sum()]
    larger = [option for option in fitting if option[1].sum() > chosen.sum()]
    found: list[Option] = []
    for option in (*smaller[:1], *larger[:1], *smaller[1:], *larger[1:]):
        if len(found) < 2 and all(overlap(option[1], mask) < DIFFERENT for _, mask in found):
            found.append(option)
    return sorted(found, key=lambda option: -option[0])


def _nested(mask: Mask, chosen: Mask) -> bool:
    common = int(np.count_nonzero(mask & chosen))
    smaller = min(int(np.count_nonzero(mask)), int(np.count_nonzero(chosen)))
    return overlap(mask, chosen) < DIFFERENT and common >= NESTED * max(smaller, 1)
