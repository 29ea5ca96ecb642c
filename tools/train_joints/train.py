"""Train the joint net on rendered people, and on many more whose landmarks err as the rendered ones' do.

How the pose net's landmarks and depths depend on the true ones is fitted by ridge regression; what is left
over, person by person, is the noise of the many. Errors are taken for Laplacian; the net tells their width.

python -m tools.train_joints.train FOLDER shared/weights/body_joints.npz
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from sam_body.lifting import HIPS, rms, tree, upright
from sam_body.observation import NAMES, default_camera, towards
from shared.mesh import Camera
from tools.train_joints.people import SIZE_PX
from tools.train_joints.poses import random_sights

Array = NDArray[np.float64]
Pair = tuple[Array, Array]

K = len(NAMES)
HELD_OUT = 150
MANY, ROUNDS, BATCH, RENDERED = 52_000, 15, 256, 64
RATE, DECAY, WIDTH, RIDGE = 2.5e-3, 2e-3, 256, 10.0
USUAL_LOG_SPREAD = torch.tensor([-2.0, -3.0])


def other_side(name: str) -> str:
    """Return the landmark of the other side; one in the middle is its own."""
    side, _, part = name.partition("_")
    return {"left": f"right_{part}", "right": f"left_{part}"}.get(side, name)


SWAP = [NAMES.index(other_side(name)) for name in NAMES]


def rendered(path: Path) -> tuple[Array, Array, Array]:
    """Read people as the net sees them, all in units of their landmarks' root mean square.

    Returns:
        (N, K, 2) landmarks about the ray to the hips; (N, K) the net's depths; (N, K, 3) true landmarks: two
        about the same ray, and the true depth.
    """
    with np.load(path) as data:
        rows = zip(
            *(data[key] for key in ("seen_px", "world_m", "true_px", "true_m", "focal_px")), strict=True
        )
        told = [_in_units(*row) for row in rows]
    seen, depth, true = (np.array(part) for part in zip(*told, strict=True))
    return seen, depth, true


def _in_units(
    seen_px: Array, world_m: Array, true_px: Array, true_m: Array, focal_px: float
) -> tuple[Array, Array, Array]:
    camera = default_camera(*SIZE_PX)
    turn = towards(seen_px[HIPS].mean(0), camera)
    image, true = (_about(flat, camera, turn) for flat in (seen_px, true_px))
    scale, hips = float(rms(image)), true_m[HIPS].mean(0)
    own = Camera(focal_px, camera.center_px, SIZE_PX)
    depth = ((true_m - hips) @ towards(true_px[HIPS].mean(0), own))[:, 2:]
    metres = scale * camera.focal_px / focal_px * float(np.linalg.norm(hips))
    return image / scale, world_m[:, 2] / rms(world_m[:, :2]), np.hstack([true / scale, depth / metres])


def _about(flat_px: Array, camera: Camera, turn: Array) -> Array:
    flat = (flat_px - camera.center_px) * [1, -1] / camera.focal_px
    rays = np.concatenate([flat, np.full((len(flat), 1), -1.0)], axis=1) @ turn
    return -rays[:, :2] / rays[:, 2:]


def mirrored(seen: Array, depth: Array, true: Array) -> tuple[Array, Array, Array]:
    """Exchange left and right of what `rendered` gives."""
    return seen[:, SWAP] * [-1, 1], depth[:, SWAP], true[:, SWAP] * [-1, 1, 1]


def pairs(seen: Array, depth: Array, true: Array) -> Pair:
    """Return inputs (N, 3 K) and wanted outputs (N, K, 3) of the net, as `sam_body.lifting` uses it."""
    scale = rms(seen)[:, None, None]
    points, turn = upright(seen / scale)
    middle = (seen / scale)[:, HIPS].mean(1, keepdims=True)
    shift = np.einsum("nab,nkb->nka", turn, true[:, :, :2] / scale - middle) - points
    beyond = true[:, :, 2] @ tree().T / scale[:, :, 0]
    inputs = np.concatenate([points.reshape(len(points), -1), depth], axis=1)
    return inputs, np.concatenate([beyond[:, :, None], shift], axis=2)


class Errors:
    """How the pose net errs: a linear map from the truth, and what is left over of each rendered person."""

    def __init__(self, seen: Array, depth: Array, true: Array) -> None:
        given, told = _flat(true), np.hstack([depth, (seen - true[:, :, :2]).reshape(len(seen), -1)])
        normal = given.T @ given + RIDGE * np.eye(given.shape[1])
        self._map = np.linalg.solve(normal, given.T @ told)
        self._left = told - given @ self._map

    def many(self, rng: np.random.Generator, count: int) -> Pair:
        """Return `pairs` of N people who were never rendered."""
        places, image = random_sights(rng, count)
        true = np.concatenate([image, places[:, :, 2:]], axis=2) / rms(image)[:, None, None]
        left = self._left[rng.integers(len(self._left), size=count)] * rng.uniform(0.8, 1.1, (count, 1))
        told = _flat(true) @ self._map + left
        return pairs(true[:, :, :2] + told[:, K:].reshape(count, K, 2), told[:, :K], true)


def _flat(true: Array) -> Array:
    return np.hstack([true[:, :, 2], true[:, :, :2].reshape(len(true), -1), np.ones((len(true), 1))])


class JointNet(torch.nn.Module):
    """Two hidden layers beside a straight path; see `sam_body.lifting._net` for the same in numpy."""

    def __init__(self, inputs: torch.Tensor) -> None:
        super().__init__()
        self.first, self.second = torch.nn.Linear(3 * K, WIDTH), torch.nn.Linear(WIDTH, WIDTH)
        self.last, self.straight = torch.nn.Linear(WIDTH, 5 * K), torch.nn.Linear(3 * K, 3 * K)
        torch.nn.init.zeros_(self.last.weight)
        torch.nn.init.zeros_(self.last.bias)
        self.mean, self.spread = inputs.mean(0), inputs.std(0) + 1e-2

    def forward(self, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return (N, K, 3) values and (N, K, 2) logarithms of the widths of their errors."""
        x = ((inputs - self.mean) / self.spread).clamp(-6, 6)
        hidden = torch.relu(self.first(x))
        out = self.last(hidden + torch.relu(self.second(hidden)))
        values = (out[:, : 3 * K] + self.straight(x)).view(-1, K, 3)
        return values, out[:, 3 * K :].view(-1, K, 2) + USUAL_LOG_SPREAD

    def save(self, path: Path) -> None:
        """Write the layers as `sam_body.lifting` reads them; matrices as float16."""
        layers = {"mean": self.mean.numpy(), "spread": self.spread.numpy()}
        for name in ("first", "second", "last", "straight"):
            layer = getattr(self, name)
            layers[name] = layer.weight.detach().numpy().astype(np.float16)
            layers[f"{name}_bias"] = layer.bias.detach().numpy().copy()
        layers["last_bias"][3 * K :] += np.tile(USUAL_LOG_SPREAD.numpy(), K)
        np.savez_compressed(path, allow_pickle=False, **layers)


def loss(found: tuple[torch.Tensor, torch.Tensor], wanted: torch.Tensor) -> torch.Tensor:
    """Mean negative logarithm of the likelihood of Laplacian errors."""
    values, width = found[0], found[1].clamp(-6, 2)
    apart, shrunk = (values - wanted).abs(), torch.exp(-width)
    depth = apart[..., 0] * shrunk[..., 0] + width[..., 0]
    across = apart[..., 1:].sum(-1) * shrunk[..., 1] / 2 + width[..., 1]
    return (depth + across).mean()


def main(arguments: list[str] | None = None) -> int:
    """Train, print errors on rendered people held out, and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    told = parser.parse_args(arguments)
    torch.manual_seed(0)
    people = rendered(told.folder / "people.npz")
    held, kept = ([part[rows] for part in people] for rows in (slice(HELD_OUT), slice(HELD_OUT, None)))
    both = [np.concatenate(two) for two in zip(kept, mirrored(*kept), strict=True)]
    rng, errors = np.random.default_rng(12), Errors(*both)
    parts = [_tensors(errors.many(rng, 2000)) for _ in range(MANY // 2000)]
    many = tuple(torch.cat(part) for part in zip(*parts, strict=True))
    net = JointNet(many[0])
    _train(net, (many[0], many[1]), _tensors(pairs(*both)), _tensors(pairs(*held)))
    net.save(told.out)
    return 0


def _tensors(both: Pair) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.tensor(both[0], dtype=torch.float32), torch.tensor(both[1], dtype=torch.float32)


def _train(net: JointNet, many: tuple, few: tuple, held: tuple) -> None:
    batches = len(many[0]) // BATCH
    steps = torch.optim.AdamW(net.parameters(), RATE, weight_decay=DECAY)
    rates = torch.optim.lr_scheduler.OneCycleLR(steps, RATE, total_steps=ROUNDS * batches + 1)
    for turn in range(ROUNDS):
        share = RENDERED if turn >= ROUNDS // 2 else RENDERED // 4
        for rows in torch.randperm(len(many[0]))[: batches * BATCH].view(batches, BATCH):
            picked = torch.randint(len(few[0]), (share,))
            inputs, wanted = (torch.cat([a[rows], b[picked]]) for a, b in zip(many, few, strict=True))
            cost = loss(net(inputs), wanted)
            steps.zero_grad()
            cost.backward()
            steps.step()
            rates.step()
        with torch.no_grad():
            found = net(held[0])
        apart = (found[0] - held[1]).abs().mean((0, 1)).tolist()
        print(f"round {turn + 1}: depth {apart[0]:.4f}, across {np.mean(apart[1:]):.4f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
