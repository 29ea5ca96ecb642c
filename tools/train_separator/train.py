"""Train the separator; stops and goes on at any time.

    python -m tools.train_separator.train POOL FOLDER UNTIL     (UNTIL: seconds since 1970, or HH:MM UTC)

FOLDER gets `checkpoint.pt` every few minutes and `log.csv`; a run that is started again goes on from there.
The learning rate follows the clock: it falls as a cosine from the start of this run to UNTIL.
"""

import csv
import math
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tools.train_separator import evaluate
from tools.train_separator.mixing import Batch, assembled, drawn
from tools.train_separator.model import Separator, features
from tools.train_separator.phrases import embeddings
from tools.train_separator.pool import opened
from tools.train_separator.sources import sounds

MIXTURES = 10
RATE, LEAST_RATE, WARM_STEPS = 1.4e-3, 3e-5, 150
KEEP = 0.999  # of the running mean of the weights
SAVE_S, SCORE_S = 240.0, 420.0


def asked(net: Separator, batch: Batch) -> tuple[Tensor, Tensor]:
    """Return mask logits (2N, 128, F) and tag logits (N, columns, classes)."""
    with torch.autocast("cpu", torch.bfloat16):
        coarse, middle, fine, tags = net.encoder(features(batch.mix))
        twice = torch.arange(len(batch.mix)).repeat_interleave(2)
        maps = (part.index_select(0, twice) for part in (coarse, middle, fine))
        logits = net.decoder(*maps, net.codes()[batch.asked])
    return logits.float(), tags.float()


def losses(logits: Tensor, tags: Tensor, batch: Batch) -> tuple[Tensor, dict[str, float]]:
    """Return the loss and its parts.

    Present sounds: log of the remaining error's share of the source's power (a soft-clipped SNR) and the
    distance of root-compressed magnitudes. Absent sounds: log of the share of the mixture let through.
    """
    mask = torch.sigmoid(logits)
    mix = batch.mix.repeat_interleave(2, 0)
    wanted = batch.power.sum((1, 2))
    there = wanted > 0
    error = (mask.square() * mix - 2 * mask * batch.cross + batch.power).sum((1, 2)).clamp_min(0)
    before = (mix - 2 * batch.cross + batch.power).sum((1, 2))
    snr = torch.log10(error[there] / wanted[there] + 0.003) - 0.3 * torch.log10(
        before[there] / wanted[there] + 0.003
    )
    scale = mix.mean((1, 2), keepdim=True)
    root = (
        ((mask * (mix / scale + 1e-8).sqrt()).sqrt() - (batch.power / scale + 1e-8).sqrt().sqrt())
        .abs()
        .mean((1, 2))
    )
    leak = torch.log10((mask.square() * mix).sum((1, 2))[~there] / mix.sum((1, 2))[~there] + 0.003)
    counts = (batch.tags >= 0).float()
    weight = counts * (1 + 6 * (batch.tags > 0))
    tag = (
        functional.binary_cross_entropy_with_logits(tags, batch.tags.clamp_min(0), reduction="none") * weight
    ).sum() / counts.sum()
    nothing = logits.sum() * 0
    parts = {
        "snr": snr.mean() if there.any() else nothing,
        "root": root[there].mean() if there.any() else nothing,
        "leak": leak.mean() * (~there).float().mean() if (~there).any() else nothing,
        "tag": tag,
    }
    loss = parts["snr"] + 2.0 * parts["root"] + 0.6 * parts["leak"] + 4.0 * tag
    return loss, {name: float(part.detach()) for name, part in parts.items()}


def until(text: str) -> float:
    """Return a time given as HH:MM (UTC, today) or as seconds since 1970."""
    if ":" not in text:
        return float(text)
    hour, minute = (int(part) for part in text.split(":"))
    return datetime.now(UTC).replace(hour=hour, minute=minute, second=0).timestamp()


class Run:
    """One run of the trainer."""

    def __init__(self, pool: Path, folder: Path, end_s: float) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.end_s, self.start_s = folder, end_s, time.time()
        self.spectra, self.labels = opened(pool, "r")
        self.net = Separator(embeddings()).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.mean = Separator(embeddings())
        self.best = torch.optim.AdamW(self.net.parameters(), RATE, betas=(0.9, 0.98), weight_decay=0.01)
        self.step, self.trained_s = 0, 0.0
        self.rng = np.random.default_rng(time.time_ns() % 2**32)
        self._resume()
        self.first = self.step

    def _resume(self) -> None:
        file = self.folder / "checkpoint.pt"
        self.mean.load_state_dict(self.net.state_dict())
        if not file.exists():
            return
        stored = torch.load(file, weights_only=True)
        if tuple(stored["classes"]) != sounds():
            sys.exit("the checkpoint has other classes")
        self.net.load_state_dict(stored["net"])
        self.mean.load_state_dict(stored["mean"])
        if stored["optimiser"]:
            self.best.load_state_dict(stored["optimiser"])
        self.step, self.trained_s = stored["step"], stored["trained_s"]

    def save(self) -> None:
        """Write the checkpoint whole or not at all."""
        part = self.folder / "checkpoint.part"
        torch.save(
            {
                "classes": list(sounds()),
                "net": self.net.state_dict(),
                "mean": self.mean.state_dict(),
                "optimiser": self.best.state_dict(),
                "step": self.step,
                "trained_s": self.trained_s,
            },
            part,
        )
        part.rename(self.folder / "checkpoint.pt")

    def rate(self) -> float:
        """Return the learning rate now."""
        done = min(1.0, (time.time() - self.start_s) / max(1.0, self.end_s - self.start_s))
        cosine = LEAST_RATE + (RATE - LEAST_RATE) * 0.5 * (1 + math.cos(math.pi * done))
        return cosine * min(1.0, (self.step - self.first + 1) / WARM_STEPS)

    def once(self) -> dict[str, float]:
        """Take one step."""
        batch = assembled([drawn(self.spectra, self.labels, self.rng) for _ in range(MIXTURES)])
        for group in self.best.param_groups:
            group["lr"] = self.rate()
        loss, parts = losses(*asked(self.net, batch), batch)
        self.best.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        if torch.isfinite(loss):
            self.best.step()
        self.step += 1
        keep = min(KEEP, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            for mine, theirs in zip(
                self.mean.state_dict().values(), self.net.state_dict().values(), strict=True
            ):
                mine.lerp_(theirs, 1 - keep)
        return parts

    def log(self, row: dict[str, Any]) -> None:
        """Add a row to log.csv."""
        file = self.folder / "log.csv"
        fresh = not file.exists()
        with file.open("a", newline="") as stream:
            writer = csv.DictWriter[str](stream, LOGGED, restval="")
            if fresh:
                writer.writeheader()
            writer.writerow({k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()})

    def go(self, bank: Path) -> None:
        """Train until the end."""
        questions = evaluate.questions(bank, most=2)
        sums: dict[str, list[float]] = {}
        saved = scored = time.time()
        while time.time() < self.end_s:
            begin = time.time()
            for name, value in self.once().items():
                sums.setdefault(name, []).append(value)
            self.trained_s += time.time() - begin
            now, due = time.time(), time.time() - scored > SCORE_S or self.step in (300, 1000)
            if now - saved > SAVE_S or due:
                self.save()
                saved = now
            if self.step % 100 == 0 or due:
                row: dict[str, Any] = {name: float(np.mean(values)) for name, values in sums.items()}
                row |= {"step": self.step, "minutes": self.trained_s / 60, "rate": self.rate()}
                if due:
                    row |= evaluate.summary(evaluate.scores(self.mean, questions))
                    scored = time.time()
                self.log(row)
                sums = {}
        self.save()


LOGGED = (
    "step",
    "minutes",
    "rate",
    "snr",
    "root",
    "leak",
    "tag",
    "unseen_mean_db",
    "unseen_median_db",
    "both_names_mean_db",
    "classes_4_db",
    "wrong_mean_db",
    "tagger_top2",
)


def main() -> None:
    """Train on one thread."""
    torch.set_num_threads(1)
    pool, folder, end, bank = Path(sys.argv[1]), Path(sys.argv[2]), until(sys.argv[3]), Path(sys.argv[4])
    Run(pool, folder, end).go(bank)


if __name__ == "__main__":
    main()
