"""Compare the error that a shipped lift net expects with the one it makes, on views never trained on.

    python -m tools.train_lift.doubt VIEWS

Prints bins of expected error: views, error of the net's front, error of the inflated outline's front. Where
the inflation is better, the engine should fall back to it (`sam_3d.engines.lift_net.TRUSTED` and `DOUBTED`).
"""

import sys
from pathlib import Path

import numpy as np
import torch

from shared.onnx import net
from tools.train_lift.train import Views, examples

BINS, MOST, BATCH = 10, 2400, 32


def measured(folder: Path) -> np.ndarray:
    """Return (N, 3) of held-out views: expected error, the net's, the inflation's; in widths of the crop."""
    views = Views(folder, 200_000)
    views.refresh()
    rows = np.random.default_rng(5).permutation(views.rows(held=True))[:MOST]
    draw = torch.Generator().manual_seed(5)
    found = []
    for start in range(0, len(rows), BATCH):
        x, truth, mask = examples(views.batch(rows[start : start + BATCH]), draw, colorless=0.3)
        answer = net("lift_net.onnx")(x=x.numpy())["y"]
        inside, front = mask.numpy()[:, 0] > 0, truth.numpy()[:, 0].clip(-1.5, 1.5)
        expected = np.exp(answer[:, 2] - 3) - 0.01
        for i, shown in enumerate(inside):
            made = [_miss(sheet[i][shown], front[i][shown]) for sheet in (answer[:, 0], -x.numpy()[:, 5] / 2)]
            found.append((expected[i][shown].mean(), *made))
    return np.array(found)


def _miss(made: np.ndarray, true: np.ndarray) -> float:
    """Return the mean error after taking out the mean shift, which no crop shows."""
    away = made - true
    return float(np.abs(away - away.mean()).mean())


def main() -> None:
    """Print the bins."""
    found = measured(Path(sys.argv[1]))
    found = found[np.argsort(found[:, 0])]
    _, net_error, inflation_error = found.mean(0)
    print(f"{len(found)} views held out; mean error: net {net_error:.4f}, inflation {inflation_error:.4f}")
    print("expected      views   net     inflation   net better")
    for part in np.array_split(found, BINS):
        low, high = part[0, 0], part[-1, 0]
        _, net_error, inflation_error = part.mean(0)
        better = (part[:, 1] < part[:, 2]).mean()
        row = f"{low:.3f}-{high:.3f}   {len(part):5d}   {net_error:.4f}  {inflation_error:.4f}"
        print(f"{row}      {better:.0%}")


if __name__ == "__main__":
    main()
