"""Score the separator on recordings that were never trained on.

Each question is a 4 s mixture at 0 dB of two unseen clips of unlike classes; the figure is the gain in
SI-SDR (Le Roux et al., 2019) over the mixture, computed on the frames' plane.
"""

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tools.train_separator.mixing import APART, NAMES, Batch, assembled
from tools.train_separator.model import Separator, features
from tools.train_separator.pool import SAMPLES, spectrum


@dataclass(frozen=True)
class Score:
    """Figures of one question, in dB; `package` says where the wanted clip is from."""

    sound: str
    other: str
    package: str
    alone_db: float
    both_db: float
    wrong_db: float
    heard: float
    top2: bool


def loudest(clip: Any) -> Any:
    """Return the loudest SAMPLES of a clip, padded when it is shorter."""
    sound = np.asarray(clip).astype(np.float32) / 32000
    if len(sound) <= SAMPLES:
        return np.pad(sound, (0, SAMPLES - len(sound)))
    power = np.cumsum(np.concatenate(([0.0], sound.astype(np.float64) ** 2)))
    starts = np.arange(0, len(sound) - SAMPLES + 1, 2400)
    at = int(starts[np.argmax(power[starts + SAMPLES] - power[starts])])
    return sound[at : at + SAMPLES]


def spread(paths: list[Path], most: int) -> list[Path]:
    """Choose clips, as many packages as there are, in a fixed order."""
    paths = sorted(paths, key=lambda p: zlib.crc32(p.name.encode()))
    packages: dict[str, list[Path]] = {}
    for path in paths:
        packages.setdefault(path.name.split("-")[0], []).append(path)
    found: list[Path] = []
    while len(found) < min(most, len(paths)):
        for same in packages.values():
            if same and len(found) < most:
                found.append(same.pop(0))
    return found


def questions(bank: Path, most: int, rounds: int = 1) -> list[tuple[Any, Any, int, int, str]]:
    """Return (spectrum, competitor's spectrum, class, competitor's class, package) of every question."""
    clips = {p.name: spread(sorted(p.glob("*.npy")), most) for p in sorted((bank / "clips/test").iterdir())}
    rng, found = np.random.default_rng(5), []
    kinds = [name for name in clips if name in NAMES]
    made = {path: unit(path) for name in kinds for path in clips[name]}
    for _ in range(rounds):
        for name in kinds:
            for path in clips[name]:
                kind = NAMES.index(name)
                free = [k for k in kinds if APART[kind, NAMES.index(k)] and k != "noise"]
                other = free[int(rng.integers(len(free)))]
                rival = clips[other][int(rng.integers(len(clips[other])))]
                found.append((made[path], made[rival], kind, NAMES.index(other), path.name.split("-")[0]))
    return found


def unit(path: Path) -> Any:
    """Return a clip's loudest segment at unit power, (2, 769, 256) float32."""
    frames = spectrum(loudest(np.load(path)))
    frames *= 8 / np.sqrt(float((np.abs(frames) ** 2).sum(0).mean()) + 1e-12)
    return np.stack((frames.real, frames.imag)).astype(np.float16)


def si_sdr(mask: Tensor, mix: Tensor, cross: Tensor, power: Tensor) -> Tensor:
    """Return the SI-SDR of a masked mixture in dB, (N,)."""
    dot = (mask * cross).sum((1, 2))
    energy = (mask.square() * mix).sum((1, 2))
    aligned = dot.square() / power.sum((1, 2)).clamp_min(1e-12)
    return 10 * torch.log10(aligned.clamp_min(1e-9) / (energy - aligned).clamp_min(1e-9))


@torch.no_grad()
def scores(net: Separator, asked: list[tuple[Any, Any, int, int, str]]) -> list[Score]:
    """Ask every question three ways: the name alone, with the competitor's name, and a wrong name."""
    net.eval()
    rng, found = np.random.default_rng(9), []
    for wanted, rival, kind, other, package in asked:
        parts = [wanted.astype(np.float32), rival.astype(np.float32)]
        batch: Batch = assembled([(parts, [kind, other], [kind, other])])
        absent = int(rng.choice(np.flatnonzero(APART[[kind, other]].all(0))))
        coarse, middle, fine, tags = net.encoder(features(batch.mix))
        codes = net.codes()[torch.tensor([kind, other, absent])]
        masks = torch.sigmoid(net.decoder(*(x.expand(3, -1, -1, -1) for x in (coarse, middle, fine)), codes))
        one = (batch.mix, batch.cross[:1], batch.power[:1])
        before = float(si_sdr(torch.ones_like(batch.mix), *one))
        heard = torch.sigmoid(tags[0]).topk(4, 0).values.mean(0)
        share = masks[0] / (masks[0] + masks[1] + 1e-4)
        alone, both, astray = (float(si_sdr(m[None], *one)) - before for m in (masks[0], share, masks[2]))
        top2 = kind in heard.topk(2).indices.tolist()
        found.append(Score(NAMES[kind], NAMES[other], package, alone, both, astray, float(heard[kind]), top2))
    net.train()
    return found


def by_class(found: list[Score]) -> dict[str, list[Score]]:
    """Group scores by class."""
    groups: dict[str, list[Score]] = {}
    for score in found:
        groups.setdefault(score.sound, []).append(score)
    return groups


def summary(found: list[Score]) -> dict[str, float]:
    """Return the figures of the log."""
    means = [float(np.mean([s.alone_db for s in same])) for same in by_class(found).values()]
    return {
        "unseen_mean_db": float(np.mean([s.alone_db for s in found])),
        "unseen_median_db": float(np.median([s.alone_db for s in found])),
        "both_names_mean_db": float(np.mean([s.both_db for s in found])),
        "classes_4_db": float(sum(mean >= 4 for mean in means)),
        "wrong_mean_db": float(np.mean([s.wrong_db for s in found])),
        "tagger_top2": float(np.mean([s.top2 for s in found])),
    }
