"""Train the click net of the graph cut: how likely each cell belongs to what is asked for.

python -m tools.train_clicks.train SAMPLES [--minutes M]

SAMPLES is what `tools.train_clicks.samples` wrote. Needs torch and onnx, and about M minutes of one core.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from shared.cut import belief
from tools.onnx_files import WEIGHTS, halve, publish
from tools.train_clicks.net import ClickNet

RATE, DECAY, BATCH, WARM = 1.5e-3, 2e-2, 4, 0.1
PLACES, SHAPES = 0.5, 0.5  # weights of the errors of places and of whole shapes, beside that of cells
LOST = 0.15  # share of samples that learn without the detector's maps
Tensors = dict[str, torch.Tensor]
ASKED = ("cells", "place", "grid", "map_0", "map_1", "map_2")


def opened(folder: Path) -> list[Tensors]:
    """Open the pictures' samples, as float16."""
    files = sorted(folder.glob("*.npz"))
    return [{n: torch.from_numpy(v) for n, v in np.load(file).items()} for file in files]


def scale(net: ClickNet, pictures: list[Tensors]) -> None:
    """Set mean and spread of what is asked and of the detector's maps."""
    rows = torch.cat([one["cells"].float().reshape(-1, len(net.mean))[::7] for one in pictures])
    net.mean.copy_(rows.mean(0))
    net.spread.copy_(rows.std(0) + 1e-2)
    for level in range(3):
        seen = torch.cat([one[f"map_{level}"].float().flatten(1)[:, ::5] for one in pictures], 1)
        getattr(net, f"map_mean_{level}").copy_(seen.mean(1))
        getattr(net, f"map_spread_{level}").copy_(seen.std(1) + 1e-3)


def batch(pictures: list[Tensors], chosen: list[tuple[int, int]], random: np.random.Generator) -> Tensors:
    """Gather samples, half of them mirrored, and some without the detector's maps."""
    rows: dict[str, list[torch.Tensor]] = {}
    for picture, number in chosen:
        one = {n: (v if n.startswith("map_") else v[number]).float() for n, v in pictures[picture].items()}
        if random.random() < 0.5:
            for name in ("grid", "true_grid", "map_0", "map_1", "map_2"):
                one[name] = one[name].flip(-1)
            one["place"] = torch.stack([1 - one["place"][:, 0], one["place"][:, 1]], 1)
        for name, value in one.items():
            rows.setdefault(name, []).append(value)
    return {name: torch.stack(values) for name, values in rows.items()}


def error(net: ClickNet, taken: Tensors) -> torch.Tensor:
    """Cross-entropy of cells and places, and what the shapes lack in overlap (soft Jaccard)."""
    odds, places = net(*(taken[name] for name in ASKED))
    truth, true_grid = taken["truth"], taken["true_grid"][:, None]
    share = torch.sigmoid(places)
    common = (share * true_grid).sum((1, 2, 3))
    whole = (share + true_grid).sum((1, 2, 3)) - common
    return (
        functional.binary_cross_entropy_with_logits(odds, truth)
        + PLACES * functional.binary_cross_entropy_with_logits(places, true_grid)
        + SHAPES * (1 - (common + 1) / (whole + 1)).mean()
    )


def fitted(pictures: list[Tensors], held: list[Tensors], *, minutes: float, seed: int = 0) -> ClickNet:
    """Fit the net for some minutes of processor time; `held` is only measured, never learned from."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    net = ClickNet()
    scale(net, pictures)
    optimizer = torch.optim.AdamW(net.parameters(), RATE, weight_decay=DECAY)
    everything = [(n, k) for n, one in enumerate(pictures) for k in range(len(one["cells"]))]
    start, epoch, done = time.process_time(), 0, 0.0
    while done < 1:
        losses = []
        for part in np.array_split(random.permutation(len(everything)), len(everything) // BATCH):
            done = min((time.process_time() - start) / (60 * minutes), 1.0)
            factor = done / WARM if done < WARM else 0.5 * (1 + np.cos(np.pi * (done - WARM) / (1 - WARM)))
            optimizer.param_groups[0]["lr"] = RATE * max(float(factor), 0.01)
            loss = error(net, batch(pictures, [everything[n] for n in part], random))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            losses.append(float(loss.detach()))
            if done >= 1:
                break
        epoch += 1
        told = "".join(f" {name} {value:.3f}" for name, value in measured(net, held).items())
        print(f"epoch {epoch}, {done:.0%}: error {np.mean(losses):.4f};{told}", flush=True)
    return net.eval()


def measured(net: ClickNet, held: list[Tensors]) -> dict[str, float]:
    """Return the mean overlap (IoU) on places of pictures held out, a prompt of each number."""
    net.eval()
    found: dict[str, list[float]] = {}
    for one in held:
        count = len(one["cells"])
        maps = {n: v.float()[None].expand(count, -1, -1, -1) for n, v in one.items() if n.startswith("map_")}
        taken = {n: v.float() for n, v in one.items() if not n.startswith("map_")} | maps
        with torch.no_grad():
            _, places = net(*(taken[name] for name in ASKED))
        seen, true = places[:, 0] > 0, taken["true_grid"] > 0.5
        overlap = (seen & true).sum((1, 2)) / (seen | true).sum((1, 2)).clamp(min=1)
        boxed = taken["cells"][:, 0, -1] > 0.5
        first = taken["cells"][:, 0, -3] < 0.5
        for number in range(count):
            kind = "box" if boxed[number] else ("first" if first[number] else "later")
            found.setdefault(kind, []).append(float(overlap[number]))
    net.train()
    return {kind: float(np.mean(values)) for kind, values in sorted(found.items())}


def write(net: ClickNet, file: Path) -> None:
    """Export the net to ONNX with weights of 16 bits; one picture, any number of cells."""
    import onnx

    count = len(net.mean)
    given = (torch.zeros(1, 9, count), torch.zeros(1, 9, 2), torch.zeros(1, count, 52, 52))
    maps = tuple(torch.zeros(1, 128, side, side) for side in (52, 26, 13))
    torch.onnx.export(
        net,
        (*given, *maps),
        str(file),
        input_names=list(ASKED),
        output_names=["odds", "places"],
        dynamic_axes={"cells": {1: "n"}, "place": {1: "n"}, "odds": {1: "n"}},
        opset_version=17,
        dynamo=False,
    )
    onnx.save(halve(onnx.load(str(file))), str(file))


def main() -> None:
    """Train, export and publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("samples", type=Path)
    parser.add_argument("--minutes", type=float, default=12.0, help="of processor time")
    parser.add_argument("--held", type=int, default=0, help="leave out every nth picture and measure on it")
    parser.add_argument("--out", type=Path, default=None, help="write here and leave the table alone")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    pictures = opened(asked.samples)
    held = pictures[:: asked.held] if asked.held else []
    kept = [one for n, one in enumerate(pictures) if not asked.held or n % asked.held]
    net = fitted(kept, held, minutes=asked.minutes)
    write(net, asked.out or WEIGHTS / belief.FILE)
    if asked.out is None:
        publish(
            WEIGHTS / belief.FILE,
            title="Click net: how likely a cell of a photo belongs to what is asked for",
            source="trained on the freely licensed COCO 2017 photos of tools/train_clicks/photos.csv "
            "and on the scenes of tools/train_clicks/scenes.py",
            licence="Apache-2.0 (this project); photos CC BY 2.0, outlines CC BY 4.0 (COCO Consortium)",
            made_by="tools/train_clicks/train.py",
        )


if __name__ == "__main__":
    main()
