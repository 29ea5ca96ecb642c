"""Train on rendered views; stops and goes on.

    OMP_NUM_THREADS=1 python -m tools.train_lift.train VIEWS RUN --samples 6000000

Takes up new shards as they appear. `RUN/last.pt` holds everything that going on needs and is written every
few minutes, `RUN/average.pt` the averaged weights alone; `RUN/log.csv` has a row every 200 steps,
`RUN/held_out.csv` one a checkpoint.
"""

import argparse
import csv
import hashlib
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from tools.train_lift.net import LiftNet, inputs
from tools.train_lift.shading import shade

BATCH = 32
PEAK_RATE, WARM_UP = 2e-3, 30_000  # samples
AVERAGE = 0.998  # of the weights, a step
HELD_OUT = 5  # percent of the groups
FIELDS = ("coverage", "inflation", "front", "back", "normal", "part")
GAPS = (1, 4, 8)  # pixels between the two places of a slope
STEEPEST = 0.16  # depth over 1 px that still counts as surface and not as an edge, crop widths

WEIGHTS = {
    "front": 1.0,
    "back": 0.6,
    "thickness": 0.5,
    "slope": 0.7,
    "back_slope": 0.4,
    "normal": 0.5,
    "doubt": 0.02,
}


class Views:
    """All views of a folder in memory; new shards are read when asked for."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most
        self._known: set[Path] = set()
        self._shards: dict[str, list[np.ndarray]] = {name: [] for name in (*FIELDS, "held")}
        self.arrays: dict[str, np.ndarray] = {}

    def refresh(self) -> None:
        """Read shards that are new."""
        for path in sorted(set(self._folder.glob("shard_*.npz")) - self._known):
            if sum(map(len, self._shards["held"])) >= self._most:
                break
            with np.load(path) as shard:
                for name in FIELDS:
                    self._shards[name].append(shard[name])
                self._shards["held"].append(np.array([held_out(group) for group in shard["group"]]))
            self._known.add(path)
        self.arrays = {}
        for name, parts in self._shards.items():
            joined = np.concatenate(parts)
            self._shards[name] = [joined]
            self.arrays[name] = joined

    def rows(self, *, held: bool) -> np.ndarray:
        """Return indices of views for training, or of those held out."""
        return np.flatnonzero(self.arrays["held"] == held)

    def batch(self, rows: np.ndarray) -> dict[str, Tensor]:
        """Return views as float tensors (B, C, H, W); `part` as (B, H, W) int64."""
        found = {name: torch.from_numpy(self.arrays[name][rows]) for name in FIELDS}
        made = {name: found[name].float()[:, None] for name in ("inflation", "front", "back")}
        made["coverage"] = found["coverage"].float()[:, None] / 255
        made["normal"] = functional.normalize(found["normal"].float().permute(0, 3, 1, 2), dim=1)
        made["part"] = found["part"].long()
        return made


def held_out(group: str) -> bool:
    """Whether a group of views is kept for validation."""
    return int(hashlib.md5(str(group).encode()).hexdigest(), 16) % 100 < HELD_OUT


def examples(
    view: dict[str, Tensor], draw: torch.Generator, *, colorless: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Return inputs, truth (front, back, normal) and mask of a batch, lit and disturbed by chance."""
    if torch.rand((), generator=draw) < 0.5:
        view = {name: values.flip(-1) for name, values in view.items()}
        view["normal"] = view["normal"] * torch.tensor([-1.0, 1.0, 1.0]).view(1, 3, 1, 1)
    mask = (view["coverage"] > 0.5).float()
    color = shade(view["normal"], view["front"], view["part"], mask, draw)
    has_color = (torch.rand(len(mask), 1, 1, 1, generator=draw) >= colorless).float()
    truth = torch.cat([view["front"], view["back"], view["normal"]], 1)
    seen, inflation = _disturbed(view["coverage"], view["inflation"], draw)
    return inputs(color * (seen > 0.5), seen, inflation, has_color), truth, mask


def _disturbed(coverage: Tensor, inflation: Tensor, draw: torch.Generator) -> tuple[Tensor, Tensor]:
    """Let a third of the masks be a little too wide or too narrow in places, as masks of photos are."""
    count = len(coverage)
    wave = functional.interpolate(
        torch.randn(count, 1, 5, 5, generator=draw), coverage.shape[2:], mode="bicubic"
    )
    some = torch.rand(count, 1, 1, 1, generator=draw) < 0.33
    soft = functional.avg_pool2d(coverage, 3, 1, 1, count_include_pad=False)
    moved = ((soft - (0.5 + 0.25 * wave).clamp(0.1, 0.9)) * 4 + 0.5).clamp(0, 1)
    seen = torch.where(some, moved, coverage)
    return seen, torch.where(seen > 0.5, inflation.clamp(min=0.01), torch.zeros_like(inflation))


def loss_of(answer: Tensor, truth: Tensor, mask: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """Return the loss and its parts.

    Front and back count up to a common shift (a crop does not show distance); thickness and slopes count too,
    and the normals that the net reads off the shading.
    """
    count = mask.sum((1, 2, 3)).clamp(min=1)

    def mean(values: Tensor) -> Tensor:
        return ((values * mask).sum((1, 2, 3)) / count).mean()

    front, back = truth[:, :1].clamp(-1.5, 1.5), truth[:, 1:2].clamp(-1.5, 1.5)
    miss_front, miss_back = answer[:, :1] - front, answer[:, 1:2] - back
    shift = ((miss_front * mask).sum((2, 3)) / count[:, None])[..., None, None]
    error = (miss_front - shift).abs()
    parts = {
        "front": mean(_robust(miss_front - shift)),
        "back": mean(_robust(miss_back - shift)),
        "thickness": mean(_robust(miss_back - miss_front)),
        "slope": sum((_slope_loss(answer[:, :1], front, mask, gap) for gap in GAPS), torch.zeros(())),
        "back_slope": _slope_loss(answer[:, 1:2], back, mask, 1),
    }
    facing = functional.normalize(answer[:, 2:5] + torch.tensor([0, 0, -0.5]).view(1, 3, 1, 1), dim=1)
    parts["normal"] = mean(1 - (facing * truth[:, 2:5]).sum(1, keepdim=True))
    parts["doubt"] = mean((answer[:, 5:6] - (error.detach() + 0.01).log() - 3).abs())
    return sum((WEIGHTS[name] * part for name, part in parts.items()), torch.zeros(())), parts


def _robust(miss: Tensor) -> Tensor:
    return torch.sqrt(miss * miss + 1e-4) - 0.01


def _slope_loss(answer: Tensor, truth: Tensor, mask: Tensor, gap: int) -> Tensor:
    """Compare differences over `gap` pixels, across and down, where no edge lies between."""
    total, limit = torch.zeros(()), STEEPEST * gap**0.7
    for axis in (2, 3):
        size = truth.shape[axis] - gap
        near, far = ((0, size), (gap, size))
        wanted = truth.narrow(axis, *far) - truth.narrow(axis, *near)
        found = answer.narrow(axis, *far) - answer.narrow(axis, *near)
        valid = mask.narrow(axis, *far) * mask.narrow(axis, *near) * (wanted.abs() < limit)
        miss = (found - wanted).abs().clamp(max=limit) * valid
        total = total + (miss.sum((1, 2, 3)) / valid.sum((1, 2, 3)).clamp(min=1)).mean() / gap**0.5
    return total


class Run:
    """A training that can stop and go on."""

    def __init__(
        self, folder: Path, total: int, start: Path | None = None, peak_rate: float = PEAK_RATE
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._total, self._peak = folder, total, peak_rate
        self.net = LiftNet().to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
        self.average = LiftNet()
        self._optimizer = torch.optim.AdamW(
            self.net.parameters(), peak_rate, betas=(0.9, 0.98), weight_decay=1e-2, fused=True
        )
        self.seen = 0
        last = folder / "last.pt"
        if last.exists():
            self._load(torch.load(last, weights_only=True))
        elif start is not None:
            state = torch.load(start, weights_only=True)
            self.net.load_state_dict(state)
            self.average.load_state_dict(state)

    def step(self, x: Tensor, truth: Tensor, mask: Tensor) -> dict[str, float]:
        """Learn from one batch and return its losses."""
        for group in self._optimizer.param_groups:
            group["lr"] = self._rate()
        self.net.train()
        with torch.autocast("cpu", torch.bfloat16):
            answer = self.net(x.contiguous(memory_format=torch.channels_last))
        loss, parts = loss_of(answer.float(), truth, mask)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        self._optimizer.step()
        self.seen += len(x)
        with torch.no_grad():
            keep = min(AVERAGE, self.seen / (self.seen + 20 * len(x)))
            for mean, value in zip(_values(self.average), _values(self.net), strict=True):
                mean.lerp_(value, 1 - keep) if mean.is_floating_point() else mean.copy_(value)
        return {"loss": loss.item(), **{name: part.item() for name, part in parts.items()}}

    def _rate(self) -> float:
        if self.seen < WARM_UP:
            return self._peak * (self.seen + BATCH) / WARM_UP
        share = min(1.0, (self.seen - WARM_UP) / max(1, self._total - WARM_UP))
        return self._peak * max(0.01, (1 + math.cos(math.pi * share)) / 2)

    def save(self) -> None:
        """Write everything that going on needs, and the averaged weights alone."""
        state = {
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "seen": self.seen,
        }
        for name, content in (("last.pt", state), ("average.pt", self.average.state_dict())):
            draft = self._folder / f"{name}.draft"
            torch.save(content, draft)
            draft.replace(self._folder / name)

    def _load(self, state: dict[str, Any]) -> None:
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.seen = state["seen"]

    @torch.inference_mode()
    def held_out(self, views: Views, most: int = 960) -> dict[str, float]:
        """Return mean errors on views of groups never trained on, with colour and without."""
        self.average.eval()
        draw = torch.Generator().manual_seed(7)
        rows = views.rows(held=True)
        rows = np.random.default_rng(7).permutation(rows)[:most]
        totals: dict[str, list[float]] = {}
        for name, colorless in (("color", 0.0), ("mask", 1.0)):
            for start in range(0, len(rows), BATCH):
                x, truth, mask = examples(views.batch(rows[start : start + BATCH]), draw, colorless=colorless)
                _, parts = loss_of(self.average(x), truth, mask)
                for part in ("front", "thickness"):
                    totals.setdefault(f"{name}_{part}", []).append(parts[part].item())
        return {name: float(np.mean(values)) for name, values in totals.items()}


def _values(net: torch.nn.Module) -> list[Tensor]:
    return list(net.state_dict().values())


def main() -> None:
    """Train until so many samples were seen."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("views", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--samples", type=int, default=6_000_000)
    parser.add_argument("--most", type=int, default=120_000, help="views kept in memory (46 kB each)")
    parser.add_argument("--start", type=Path, help="weights to start from")
    parser.add_argument("--peak-rate", type=float, default=PEAK_RATE, help="of learning")
    parser.add_argument("--save-minutes", type=float, default=6)
    parsed = parser.parse_args()
    torch.set_num_threads(1)
    run, views = (
        Run(parsed.run, parsed.samples, parsed.start, parsed.peak_rate),
        Views(parsed.views, parsed.most),
    )
    rng, draw = np.random.default_rng(run.seen), torch.Generator().manual_seed(run.seen)
    rows: np.ndarray = np.zeros(0, np.int64)
    saved = started = time.monotonic()
    sums: list[dict[str, float]] = []
    begun = run.seen
    while run.seen < parsed.samples:
        if len(rows) < BATCH:
            views.refresh()
            rows = rng.permutation(views.rows(held=False))
        now, rows = rows[:BATCH], rows[BATCH:]
        late = run.seen > 0.9 * parsed.samples
        sums.append(run.step(*examples(views.batch(np.sort(now)), draw, colorless=0.5 if late else 0.2)))
        if len(sums) == 200:
            rate = (run.seen - begun) / (time.monotonic() - started)
            _log(parsed.run / "log.csv", run.seen, len(views.arrays["held"]), rate, sums)
            sums = []
        if time.monotonic() - saved > 60 * parsed.save_minutes:
            saved = time.monotonic()
            run.save()
            _log(parsed.run / "held_out.csv", run.seen, len(views.arrays["held"]), 0, [run.held_out(views)])
    run.save()
    _log(parsed.run / "held_out.csv", run.seen, len(views.arrays["held"]), 0, [run.held_out(views)])


def _log(path: Path, seen: int, views: int, rate: float, rows: list[dict[str, float]]) -> None:
    new = not path.exists()
    with path.open("a", newline="") as stream:
        writer = csv.writer(stream)
        if new:
            writer.writerow(("samples", "views", "samples_per_s", *rows[0]))
        means = (f"{np.mean([row[name] for row in rows]):.5f}" for name in rows[0])
        writer.writerow((seen, views, f"{rate:.1f}", *means))


if __name__ == "__main__":
    main()
