"""Soft edges on composites whose opacity and colours are known, against the edges of the mask itself.

    python -m benchmarks.matting [--count 4] [--seed 7] [--pictures FOLDER]

Figures are means over the pixels within four of any that is mixed or wrong in the mask: of the error of the
opacity (MAE), of its gradient (blurred by 1.4 pixels), and of the cut-out on magenta, each in thousandths of
the range.
"""

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.matting_scenes import KINDS, Scene, scenes
from shared.export.pictures import EDGES, soft
from shared.matting.matte import Matte
from shared.media import Image

LOUD = np.array([255, 0, 255], np.float32)


def near_the_edge(scene: Scene) -> NDArray[np.bool_]:
    """Return (H, W): where opacity is mixed or the mask is wrong, and four pixels around."""
    mixed = ((scene.alpha > 0.02) & (scene.alpha < 0.98)) | ((scene.alpha > 0.5) != scene.mask)
    return np.asarray(cv2.dilate(mixed.astype(np.uint8), np.ones((9, 9), np.uint8))) > 0


def on_magenta(alpha: NDArray[np.float32], colors: NDArray[np.generic]) -> NDArray[np.float32]:
    """Return (H, W, 3), 0..255: the cut-out on a loud background."""
    return alpha[:, :, None] * colors + (1 - alpha[:, :, None]) * LOUD


def measured(scene: Scene, made: Matte) -> list[float]:
    """Return the errors of opacity, gradient and picture in thousandths."""
    place = near_the_edge(scene)
    opacity = np.abs(made.alpha - scene.alpha)[place].mean()
    slope = np.abs(_gradient(made.alpha) - _gradient(scene.alpha))[place].mean()
    seen = np.abs(on_magenta(made.alpha, made.pixels) - on_magenta(scene.alpha, scene.colors)) / 255
    return [1000 * float(v) for v in (opacity, slope, seen.mean(axis=2)[place].mean())]


def _gradient(alpha: NDArray[np.float32]) -> NDArray[np.float32]:
    smooth = cv2.GaussianBlur(alpha, (0, 0), 1.4)
    return np.hypot(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)) / 8


def main() -> None:
    """Print one row a kind of scene and edge."""
    parser = argparse.ArgumentParser(description="Measure soft edges.")
    parser.add_argument("--count", type=int, default=4, help="scenes a kind")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--pictures", type=Path, help="folder for mask, cut-out and truth of each scene")
    parsed = parser.parse_args()
    print("scene    edge      opacity  gradient  picture  seconds")
    for kind in KINDS:
        made = scenes(kind, parsed.count, seed=parsed.seed)
        for edge in EDGES:
            start_s = time.perf_counter()
            mattes = [soft(Image(scene.pixels), scene.mask, edge, 0) for scene in made]
            taken_s = (time.perf_counter() - start_s) / len(made)
            rows = [measured(scene, matte) for scene, matte in zip(made, mattes, strict=True)]
            values = "  ".join(f"{v:7.1f}" for v in np.mean(rows, axis=0))
            print(f"{kind:8} {edge:8} {values}  {taken_s:7.2f}", flush=True)
            if parsed.pictures and edge == EDGES[0]:
                _save(parsed.pictures, kind, made, mattes)


def _save(folder: Path, kind: str, made: list[Scene], mattes: list[Matte]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, (scene, matte) in enumerate(zip(made, mattes, strict=True)):
        hard = on_magenta(scene.mask.astype(np.float32), scene.pixels)
        soft_one, truth = on_magenta(matte.alpha, matte.pixels), on_magenta(scene.alpha, scene.colors)
        picture = np.hstack([scene.pixels, hard, soft_one, truth]).astype(np.uint8)
        cv2.imwrite(str(folder / f"{kind}_{number}.png"), picture[:, :, ::-1])


if __name__ == "__main__":
    main()
