"""Write what the click net learns from: photos and scenes, seen by the detector, with prompts and truths.

python -m tools.train_clicks.samples OUT FOLDER... [--list]

Each folder holds a part of COCO 2017: annotations/instances_train2017.json and the pictures. `--list` writes
`photos.csv`, the freely licensed photos among them. Each object is asked for by one to three clicks that
follow the mistakes of the net for corrections (as RITM does; Sofiiuk et al., 2021), by its box, and by both.
"""

import argparse
import csv
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from shared.cut.asked import Share, described, grid_of
from shared.cut.canvas import Canvas, Clicks, Mask, canvas
from shared.cut.corrections import corrected_odds, weights
from shared.cut.sight import Sight, sight
from shared.detector import look
from tools.train_clicks.photos import LIST, THINGS, Photo, listed, photos
from tools.train_clicks.scenes import scene

SHORT_PX, LEAST_THING, SIDE = 300, 0.05, 52  # as in shared/encoders/image.py; as the detector's finest grid
CLICKS, CELLS, SCENES = 3, 400, 32
ELSEWHERE, JITTER = 0.3, 0.05  # share of clicks that are not at the inner-most pixel; of a box's sides
NONE = Clicks(np.zeros((0, 2)), np.zeros(0, np.bool_))
Values = NDArray[np.floating]


def next_click(
    truth: Mask, mask: Mask, random: np.random.Generator
) -> tuple[tuple[float, float], bool] | None:
    """Return where a person would click next, (x, y), and whether on the object; None when all is right."""
    missing, extra = truth & ~mask, mask & ~truth
    region, keep = (missing, True) if missing.sum() >= extra.sum() else (extra, False)
    if not region.any():
        return None
    depth = np.asarray(cv2.distanceTransform(np.pad(region.astype(np.uint8), 1), cv2.DIST_L2, 5))[1:-1, 1:-1]
    rows, columns = np.nonzero(depth >= (0.5 if random.random() < ELSEWHERE else 1.0) * depth.max())
    one = int(random.integers(len(rows)))
    return (float(columns[one]), float(rows[one])), keep


def some_cells(area: Canvas, truth: Values, random: np.random.Generator) -> NDArray[np.int64]:
    """Return cells to learn from: half of them anywhere, half near the thing."""
    centre = area.cells.centre
    thing = centre[truth > 0.3]
    low, high = thing.min(axis=0), thing.max(axis=0)
    margin = 0.4 * (high - low).max() + 12
    near = np.flatnonzero(((centre > low - margin) & (centre < high + margin)).all(axis=1))
    return np.concatenate([random.choice(len(centre), CELLS // 2), random.choice(near, CELLS // 2)])


def prompts(
    area: Canvas, seen: Sight, truth: Mask, random: np.random.Generator
) -> list[tuple[Clicks, Share | None, Mask | None]]:
    """Return how an object is asked for: clicks so far, box, and mask before."""
    made: list[tuple[Clicks, Share | None, Mask | None]] = []
    spots: list[tuple[float, float]] = []
    kept: list[bool] = []
    mask, before = np.zeros(area.shape, np.bool_), None
    for number in range(CLICKS):
        if (click := next_click(truth, mask, random)) is None:
            break
        spots.append(click[0])
        kept.append(click[1])
        clicks = Clicks(np.array(spots), np.array(kept))
        made.append((clicks, None, before))
        if number < CLICKS - 1:
            mask = (corrected_odds(area, seen, clicks, before) > 0)[area.cells.labels]
            before = mask
    height, width = area.shape
    rows, columns = np.nonzero(truth)
    box = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
    box = box / ([width, height] * 2)
    sides = np.tile(box[2:] - box[:2], 2)
    low, top, right, bottom = np.clip(box + random.normal(0, JITTER, 4) * sides, 0, 1)
    asked = (float(low), float(top), float(max(right, low + 0.01)), float(max(bottom, top + 0.01)))
    return [*made, (NONE, asked, None), (made[0][0], asked, None)]


def samples(photo: Photo, random: np.random.Generator) -> dict[str, Values] | None:
    """Return what to learn from one picture; None when it shows no object of a fair size.

    Returns:
        Maps of the detector; a sample each: (46, 52, 52) grid, (400, 46) cells, (400, 2) their places in
        shares, and the truths of both.
    """
    area = canvas(photo.pixels, short_px=SHORT_PX)
    seen_by = look(photo.pixels, least_score=LEAST_THING)
    seen = sight(area, seen_by, (photo.pixels.shape[1], photo.pixels.shape[0]), weights().scaling)
    height, width = area.shape
    found: dict[str, list[Values]] = {name: [] for name in ("grid", "cells", "place", "truth", "true_grid")}
    for mask in photo.masks[:THINGS]:
        small = np.asarray(cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA))
        truth = area.cells.mean(small.astype(np.float64))
        if (truth > 0.5).sum() < 4:
            continue
        for clicks, box, before in prompts(area, seen, small > 0.5, random):
            values = described(area, seen, clicks, box=box, before=before)
            some = some_cells(area, truth, random)
            found["grid"].append(grid_of(area, values, SIDE))
            found["cells"].append(values[some])
            found["place"].append(seen.place[some])
            found["truth"].append(truth[some])
            coarse = cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
            found["true_grid"].append(np.asarray(coarse, np.float32))
    if not found["grid"]:
        return None
    maps = {f"map_{n}": features for n, features in enumerate(seen_by.features[2:])}
    return maps | {name: np.stack(rows) for name, rows in found.items()}


def main() -> None:
    """List the photos, or write the samples of each picture to a file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--list", action="store_true", help="write photos.csv and stop")
    asked = parser.parse_args()
    if asked.list:
        rows = listed(asked.folders)
        with LIST.open("w", encoding="utf8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(rows[0])
            writer.writerows(row.values() for row in rows)
        return
    asked.out.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(0)
    cv2.setNumThreads(1)
    pictures = [*photos(asked.folders, seed=0), *(scene(random) for _ in range(SCENES))]
    for number in random.permutation(len(pictures)):
        if (asked.out / f"{number:04d}.npz").exists():
            continue  # of a run that was stopped
        if (made := samples(pictures[number], random)) is not None:
            halved = {name: values.astype(np.float16) for name, values in made.items()}
            np.savez(asked.out / f"{number:04d}.npz", allow_pickle=False, **halved)


if __name__ == "__main__":
    main()
