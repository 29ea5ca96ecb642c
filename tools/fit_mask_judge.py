"""Fit the weights of `shared/cut/judge.py` and print them.

    python -m tools.fit_mask_judge

Ridge regression of the true overlap of proposed masks on the features that the judge sees, over
composites whose truth is exact; checked on composites of another seed.
"""

import numpy as np

from benchmarks.image_composites import composites, next_click, overlap
from shared.cut.canvas import canvas
from shared.cut.judge import FEATURES, features
from shared.cut.propose import from_clicks

SHORT_PX, RIDGE = 300, 0.02


def measure(count: int, *, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return (features, true overlaps) of the masks proposed for one click on each composite."""
    rows = []
    for scene in composites(count, seed=seed):
        area = canvas(scene.pixels, short_px=SHORT_PX)
        click = next_click(scene.truth, np.zeros_like(scene.truth))
        if click is None:
            continue
        clicks = area.clicks(np.array([click[0]]), np.array([True]))
        masks, truth = from_clicks(area, clicks), area.shrink(scene.truth)
        found = np.array([features(area, mask, clicks) for mask in masks])
        rows.append((found, np.array([overlap(mask, truth) for mask in masks])))
    return rows


def main() -> None:
    """Fit, print the weights, and print what choosing by them gives."""
    train, check = measure(60, seed=1), measure(30, seed=2)
    x, y = (np.concatenate(part) for part in zip(*train, strict=True))
    weights = np.linalg.solve(x.T @ x + RIDGE * len(x) * np.eye(x.shape[1]), x.T @ y)
    print(dict(zip(FEATURES, weights.round(3).tolist(), strict=True)))
    for name, rows in (("fitted on", train), ("checked on", check)):
        chosen = np.mean([overlaps[(found @ weights).argmax()] for found, overlaps in rows])
        best = np.mean([overlaps.max() for _, overlaps in rows])
        print(f"{name}: chosen {chosen:.3f}, best possible {best:.3f}, {len(rows)} pictures")


if __name__ == "__main__":
    main()
