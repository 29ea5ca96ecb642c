"""Train the click net of the graph cut: how likely each cell belongs to what is clicked.

python -m tools.train_clicks.train FOLDER... [--list]

Each folder holds a part of COCO 2017: annotations/instances_train2017.json and the pictures. `--list` writes
`photos.csv`, the freely licensed photos among them. Training then takes these only: first on first clicks,
then twice on clicks that follow the net's own mistakes (as RITM does; Sofiiuk et al., 2021). Needs torch.
"""

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from shared.cut import belief
from shared.cut.canvas import Canvas, Clicks, canvas
from shared.cut.relations import relations
from shared.cut.sight import Sight, sight
from shared.detector import Look, look
from shared.weights import FOLDER
from tools.onnx_files import publish
from tools.train_clicks.photos import LIST, Photo, listed, photos

SHORT_PX, LEAST_THING = 300, 0.05  # as in shared/encoders/image.py
HIDDEN, EPOCHS, BATCH, RATE, DECAY = (48, 24), 6, 4096, 3e-3, 1e-3
CLICKS, ROUNDS, THINGS, CELLS = 4, 2, 4, 400
ELSEWHERE = 0.3  # share of clicks that are not at the inner-most pixel
Rows = list[tuple[NDArray[np.float32], NDArray[np.float32]]]
Norm = tuple[NDArray[np.float32], NDArray[np.float32]]  # mean and spread


@dataclass(frozen=True, eq=False)
class Task:
    """An encoded photo and things to be clicked.

    Args:
        area: The photo as a canvas.
        seen: What the detector's net saw.
        truths: (n,) share of each cell that belongs to each thing.
    """

    area: Canvas
    seen: Sight
    truths: tuple[NDArray[np.float64], ...]


def scaling_of(looks: list[Look]) -> tuple[Norm, ...]:
    """Return mean and spread of each channel of the net's five maps."""
    found = []
    for level in range(len(looks[0].features)):
        maps = [look.features[level].reshape(len(look.features[level]), -1) for look in looks]
        rows = np.concatenate([part[:, ::5].T for part in maps])
        found.append((rows.mean(axis=0), rows.std(axis=0) + np.float32(1e-3)))
    return tuple(found)


def tasks(taken: list[Photo], looks: list[Look], scaling: tuple[Norm, ...]) -> list[Task]:
    """Encode photos as the engine does."""
    made = []
    for photo, seen in zip(taken, looks, strict=True):
        area = canvas(photo.pixels, short_px=SHORT_PX)
        size = (photo.pixels.shape[1], photo.pixels.shape[0])
        height, width = area.shape
        truths = []
        for mask in photo.masks[:THINGS]:
            small = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
            truths.append(area.cells.mean(np.asarray(small, np.float64)))
        kept = tuple(truth for truth in truths if (truth > 0.5).any())
        made.append(Task(area, sight(area, seen, size, scaling), kept))
    return made


def next_click(
    task: Task, truth: NDArray[np.float64], mask: NDArray[np.bool_], random: np.random.Generator
) -> tuple[tuple[float, float], bool] | None:
    """Return where a person would click next, (x, y), and whether on the object; None when all is right."""
    wanted, held = (truth > 0.5)[task.area.cells.labels], mask
    missing, extra = wanted & ~held, held & ~wanted
    region, keep = (missing, True) if missing.sum() >= extra.sum() else (extra, False)
    if not region.any():
        return None
    depth = np.asarray(cv2.distanceTransform(np.pad(region.astype(np.uint8), 1), cv2.DIST_L2, 5))[1:-1, 1:-1]
    rows, columns = np.nonzero(depth >= (0.5 if random.random() < ELSEWHERE else 1.0) * depth.max())
    one = int(random.integers(len(rows)))
    return (float(columns[one]), float(rows[one])), keep


def gathered(made: list[Task], net: torch.nn.Module | None, norm: Norm, *, seed: int) -> Rows:
    """Click on each thing, once or as the net's mistakes ask; return (relations, truths) of some cells."""
    random = np.random.default_rng(seed)
    found: Rows = []
    for task in made:
        for truth in task.truths:
            spots: list[tuple[float, float]] = []
            kept: list[bool] = []
            before: NDArray[np.float64] | None = None
            mask = np.zeros(task.area.shape, np.bool_)
            for _ in range(1 if net is None else CLICKS):
                click = next_click(task, truth, mask, random)
                if click is None:
                    break
                spots.append(click[0])
                kept.append(click[1])
                clicks = Clicks(np.array(spots), np.array(kept))
                at = task.area.cells.at(clicks.xy)
                values = relations(task.area.cells, task.seen, at[clicks.keep], at[~clicks.keep], before)
                some = _some(task, truth, random)
                found.append((values[some], truth[some].astype(np.float32)))
                if net is not None:
                    with torch.no_grad():
                        odds = net(torch.from_numpy((values - norm[0]) / norm[1]))[:, 0].numpy()
                    mask = (odds > 0)[task.area.cells.labels]
                    before = np.where(odds > 0, 1.0, -1.0)
    return found


def _some(task: Task, truth: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.int64]:
    """Return cells to learn from: half of them anywhere, half near the thing."""
    centre = task.area.cells.centre
    thing = centre[truth > 0.3]
    low, high = thing.min(axis=0), thing.max(axis=0)
    margin = 0.4 * (high - low).max() + 12
    near = np.flatnonzero(((centre > low - margin) & (centre < high + margin)).all(axis=1))
    return np.concatenate([random.choice(len(centre), CELLS // 2), random.choice(near, CELLS // 2)])


def norm_of(rows: Rows) -> Norm:
    """Return mean and spread of each relation."""
    values = np.concatenate([relation for relation, _ in rows])
    return values.mean(axis=0), values.std(axis=0) + np.float32(1e-3)


def fitted(rows: Rows, norm: Norm) -> torch.nn.Sequential:
    """Fit the net to the truths of cells, by cross-entropy."""
    x = torch.from_numpy((np.concatenate([r for r, _ in rows]) - norm[0]) / norm[1])
    y = torch.from_numpy(np.concatenate([t for _, t in rows]))
    torch.manual_seed(0)
    sizes = (x.shape[1], *HIDDEN, 1)
    layers: list[torch.nn.Module] = []
    for inner, outer in zip(sizes, sizes[1:], strict=False):
        layers += [torch.nn.Linear(inner, outer), torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.AdamW(net.parameters(), RATE, weight_decay=DECAY)
    total = EPOCHS * (len(x) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=total + 1)
    for epoch in range(EPOCHS):
        losses = []
        for part in torch.randperm(len(x)).split(BATCH):
            loss = torch.nn.functional.binary_cross_entropy_with_logits(net(x[part])[:, 0], y[part])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        print(f"epoch {epoch + 1}: cross-entropy {np.mean(losses):.4f}")
    return net


def save(scaling: tuple[Norm, ...], norm: Norm, net: torch.nn.Sequential) -> None:
    """Write the weights and their row in the table."""
    values = {"mean": norm[0], "spread": norm[1]}
    for level, (mean, spread) in enumerate(scaling):
        values |= {f"map_mean_{level}": mean, f"map_spread_{level}": spread}
    for number, layer in enumerate(part for part in net if isinstance(part, torch.nn.Linear)):
        values |= {
            f"weight_{number}": layer.weight.detach().numpy().T,
            f"bias_{number}": layer.bias.detach().numpy(),
        }
    file = FOLDER / belief.FILE
    np.savez(file, allow_pickle=False, **values)
    publish(
        file,
        title="Click net: how likely a cell of a photo belongs to what is clicked",
        source="trained on the freely licensed COCO 2017 photos of tools/train_clicks/photos.csv",
        licence="Apache-2.0 (this project); photos CC BY 2.0, outlines CC BY 4.0 (COCO Consortium)",
        made_by="tools/train_clicks/train.py",
    )


def main() -> None:
    """List the photos, or train on them and publish the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
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
    taken = list(photos(asked.folders, seed=0))
    looks = [look(photo.pixels, least_score=LEAST_THING) for photo in taken]
    scaling = scaling_of(looks)
    made = tasks(taken, looks, scaling)
    rows = gathered(made, None, (np.zeros(1, np.float32), np.ones(1, np.float32)), seed=0)
    norm = norm_of(rows)
    net = fitted(rows, norm)
    for number in range(ROUNDS):
        rows = gathered(made, net, norm, seed=1 + number)
        norm = norm_of(rows) if number == 0 else norm
        net = fitted(rows, norm)
    save(scaling, norm, net)


if __name__ == "__main__":
    main()
