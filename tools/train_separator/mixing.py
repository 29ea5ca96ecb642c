"""Mix segments of the pool into batches, summed over bands: all that loss and score need.

For a mask that is constant within a band, the error of the masked mixture against a source is
sum M² A − 2 M B + C with A = |X|², B = Re X S*, C = |S|² summed over the band: exact, and 6 times smaller.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tools.train_separator.model import FRAMES_A_COLUMN, LINEAR, band_matrix
from tools.train_separator.pool import equaliser
from tools.train_separator.sources import alike, sounds

QUIET = 1e-3  # of a source's mean column power: below, the source counts as silent there


@dataclass
class Batch:
    """Mixtures (N) and what is asked of each (N, 2).

    Args:
        mix: A, (N, 128, F).
        cross: B, (2N, 128, F); zero for a class that is not there.
        power: C, (2N, 128, F).
        asked: Class of each question, (2N,).
        tags: 1 where a class sounds, 0 where not, -1 where it does not count, (N, columns, classes).
    """

    mix: Tensor
    cross: Tensor
    power: Tensor
    asked: Tensor
    tags: Tensor


MATRIX = band_matrix()[LINEAR:, LINEAR:].contiguous()
NAMES = sounds()
APART = np.array([[not alike(a, b) for b in NAMES] for a in NAMES])


def in_bands(values: Tensor) -> Tensor:
    """Sum (..., 769, F) over bands to (..., 128, F)."""
    return torch.cat((values[..., :LINEAR, :], MATRIX @ values[..., LINEAR:, :]), -2)


def tags_of(powers: list[Tensor], classes: list[int], mix: Tensor) -> Tensor:
    """Return the tagger's targets of one mixture, (columns, classes)."""
    columns = mix.shape[-1] // FRAMES_A_COLUMN
    tags = torch.zeros(columns, len(NAMES))
    whole = mix.sum(0).reshape(columns, -1).sum(1)
    for kind in set(classes):
        same = [p for p, c in zip(powers, classes, strict=True) if c == kind]
        column = torch.stack(same).sum((0, 1)).reshape(columns, -1).sum(1)
        clear = column > 0.03 * whole
        tags[:, kind] = torch.where(column > QUIET * column.mean(), torch.where(clear, 1.0, -1.0), 0.0)
    for other in np.flatnonzero(~APART[classes].all(0)):
        if other not in classes:
            tags[:, other] = torch.where(tags[:, other] == 0, -1.0, tags[:, other])
    return tags


def assembled(mixtures: list[tuple[list[Any], list[int], list[int]]]) -> Batch:
    """Build a batch.

    Args:
        mixtures: For each: spectra (2, 769, F) with their gains applied, their classes, and the two asked.
    """
    mixes, crosses, powers, asked, tags = [], [], [], [], []
    for spectra, classes, questions in mixtures:
        parts = [torch.from_numpy(np.asarray(s)) for s in spectra]
        total = torch.stack(parts).sum(0)
        mix = in_bands(total.square().sum(0))
        each = [in_bands(p.square().sum(0)) for p in parts]
        for question in questions:
            target = [p for p, c in zip(parts, classes, strict=True) if c == question]
            wanted = torch.stack(target).sum(0) if target else torch.zeros_like(total)
            crosses.append(in_bands((total * wanted).sum(0)))
            powers.append(in_bands(wanted.square().sum(0)))
            asked.append(question)
        mixes.append(mix)
        tags.append(tags_of(each, classes, mix))
    return Batch(
        torch.stack(mixes), torch.stack(crosses), torch.stack(powers), torch.tensor(asked), torch.stack(tags)
    )


def varied(spectrum: Any, rng: np.random.Generator) -> Any:
    """Return a pooled segment (2, 769, F) turned in time, equalised and levelled anew."""
    gain = equaliser(rng)
    start = int(rng.integers(spectrum.shape[2]))
    out: Any = np.empty(spectrum.shape, np.float32)
    rest = spectrum.shape[2] - start
    np.multiply(spectrum[:, :, start:], gain[:, None], out=out[:, :, :rest])
    np.multiply(spectrum[:, :, :start], gain[:, None], out=out[:, :, rest:])
    power = float(np.einsum("cbf,cbf->", out, out)) / out.shape[2]
    out *= np.float32(8 * 10 ** (rng.uniform(-6, 6) / 20) / np.sqrt(power + 1e-6))
    return out


def drawn(spectra: Any, labels: Any, rng: np.random.Generator) -> tuple[list[Any], list[int], list[int]]:
    """Draw one mixture of two to four sources of the pool, and two questions about it."""
    ready = np.flatnonzero(labels >= 0)
    many = int(rng.choice([2, 3, 4], p=[0.62, 0.27, 0.11]))
    chosen: list[int] = []
    classes: list[int] = []
    for slot in rng.permutation(ready)[:60]:
        kind = int(labels[slot])
        if kind >= 0 and APART[kind, classes].all():
            chosen.append(int(slot))
            classes.append(kind)
        if len(chosen) == many:
            break
    parts = [varied(spectra[slot], rng) for slot in chosen]
    questions = [classes[int(i)] for i in rng.permutation(len(classes))[:2]]
    if rng.random() < 0.25:
        absent = np.flatnonzero(APART[classes].all(0))
        questions[1] = int(rng.choice(absent))
    return parts, classes, questions
