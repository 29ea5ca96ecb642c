"""Find how much fuller than its answer the net's body should be, on views never trained on.

    python -m tools.train_lift.fullness VIEWS

A net that learns from absolute errors answers with the middle of the depths it holds possible, and a body
between middles is thinner than most. Prints, for factors of the thickness about the net's own middle, the
volume that the net's body and the true one share over the volume of both (along each pixel's ray, after the
best shift in depth), with colour and without. `sam_3d.engines.lift_net.FULLNESS` is the best of them.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from shared.onnx import net
from tools.train_lift.train import Views, examples

FACTORS = np.arange(0.9, 1.41, 0.05)
SHIFTS = np.linspace(-0.1, 0.1, 9)  # crop widths
MOST, BATCH = 1200, 32
Values = NDArray[np.floating]


def shared_volume(near: Values, far: Values, true_near: Values, true_far: Values) -> float:
    """Return the overlap (0..1) of two bodies, given by where n rays enter and leave them, best shifted."""
    both = (far - near).sum() + (true_far - true_near).sum()
    middle = ((true_near + true_far) / 2 - (near + far) / 2).mean()
    best = 0.0
    for shift in SHIFTS + middle:
        common = np.minimum(far + shift, true_far) - np.maximum(near + shift, true_near)
        inner = float(np.maximum(common, 0).sum())
        best = max(best, inner / max(float(both) - inner, 1e-9))
    return best


def measured(folder: Path, *, colorless: float) -> Values:
    """Return the mean overlap for each of `FACTORS` on held-out views, a share of them `colorless`."""
    views = Views(folder, 200_000)
    views.refresh()
    rows = np.random.default_rng(6).permutation(views.rows(held=True))[:MOST]
    draw = torch.Generator().manual_seed(6)
    found: list[list[float]] = []
    for start in range(0, len(rows), BATCH):
        x, truth, mask = examples(views.batch(rows[start : start + BATCH]), draw, colorless=colorless)
        answer, true = net("lift_net.onnx")(x=x.numpy())["y"], truth.numpy()
        for said, wanted, inside in zip(answer, true, mask.numpy()[:, 0] > 0, strict=True):
            front, back = said[0][inside], said[1][inside]
            middle, half = (front + back) / 2, np.maximum(back - front, 0) / 2
            rays = wanted[0][inside], wanted[1][inside]
            found.append([shared_volume(middle - half * f, middle + half * f, *rays) for f in FACTORS])
    return np.array(found).mean(0)


def main() -> None:
    """Print a line a factor."""
    colored, plain = (measured(Path(sys.argv[1]), colorless=share) for share in (0.0, 1.0))
    print("factor  with colour  without")
    for factor, *overlap in zip(FACTORS, colored, plain, strict=True):
        print(f"{factor:.2f}    {overlap[0]:.4f}       {overlap[1]:.4f}")


if __name__ == "__main__":
    main()
