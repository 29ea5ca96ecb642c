"""Score a checkpoint on all unseen recordings, class by class, and choose what is offered by name.

python -m tools.train_separator.report CHECKPOINT BANK SCORES.json TABLE.md
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from sam_audio.sound_names import NAMES as TITLES
from sam_audio.sound_net.masking import MOST_DETECTED, contested
from tools.train_separator.evaluate import questions, si_sdr
from tools.train_separator.export import averaged
from tools.train_separator.mixing import APART, NAMES, assembled
from tools.train_separator.model import Separator, features

LEAST_DB, LEAST_RECORDINGS = 3.0, 2
NEVER = frozenset({"speech", "noise", "drums"})  # other engines of the suite do these
MOST, ROUNDS = 10, 2


@dataclass(frozen=True)
class Row:
    """One question, answered by the name alone, against what is heard, and with both names (dB)."""

    kind: int
    other: int
    package: str
    alone: float
    heard: float
    both: float
    wrong: float
    sure: float
    wrong_sure: float


class Judge:
    """Asks a net; keeps presences to set thresholds by."""

    def __init__(self, net: Separator) -> None:
        self.net = net
        self.heard: dict[str, float] = {}

    @torch.no_grad()
    def listened(self, asked: list[Any]) -> list[tuple[Any, Any, Any]]:
        """Return batch, maps and presence (columns, classes) of every question."""
        found = []
        for wanted, rival, kind, other, _ in asked:
            parts = [wanted.astype(np.float32), rival.astype(np.float32)]
            batch = assembled([(parts, [kind, other], [kind, other])])
            *maps, tags = self.net.encoder(features(batch.mix))
            found.append((batch, maps, torch.sigmoid(tags[0]).numpy()))
        return found

    def set_thresholds(self, asked: list[Any], listened: list[Any]) -> None:
        """Set each class's threshold where a tenth of the mixtures without it would pass."""
        mean = np.stack([presence.mean(0) for _, _, presence in listened])
        for place, name in enumerate(NAMES):
            without = [row for row, (_, _, a, b, _) in enumerate(asked) if APART[place, [a, b]].all()]
            self.heard[name] = round(max(0.15, float(np.quantile(mean[without, place], 0.93))), 3)

    def rivals(self, presence: Any, kind: int) -> list[int]:
        """Return the competitors that the engine would hear."""
        mean = presence.mean(0)
        heard = [k for k in np.argsort(-mean) if mean[k] >= self.heard[NAMES[k]] and APART[k, kind]]
        return [int(k) for k in heard[:MOST_DETECTED]]

    @torch.no_grad()
    def masks(self, maps: Any, which: list[int]) -> Any:
        """Return masks (K, F, 128)."""
        codes = self.net.codes()[torch.tensor(which)]
        logits = self.net.decoder(*(part.expand(len(which), -1, -1, -1) for part in maps), codes)
        return torch.sigmoid(logits).numpy().transpose(0, 2, 1)


def answered(judge: Judge, question: Any, listened: Any, wrong: int) -> Row:
    """Score one question in all ways."""
    _, _, kind, other, package = question
    batch, maps, presence = listened
    heard = judge.rivals(presence, kind)
    which = list(dict.fromkeys([kind, wrong, other, *heard]))
    masks = dict(zip(which, judge.masks(maps, which), strict=True))
    one = (batch.mix, batch.cross[:1], batch.power[:1])

    def gain(mask: Any) -> float:
        shaped = torch.from_numpy(np.ascontiguousarray(mask.T))[None]
        return float(si_sdr(shaped, *one) - si_sdr(torch.ones_like(batch.mix), *one))

    def against(own: int, rivals: list[int]) -> float:
        rest = (
            np.stack([masks[k] for k in rivals]) if rivals else np.zeros((0, *masks[own].shape), np.float32)
        )
        return gain(contested(masks[own], rest, 1.0))

    columns = max(1, len(presence) // 10)
    return Row(
        kind,
        other,
        package,
        alone=against(kind, []),
        heard=against(kind, heard),
        both=against(kind, [other]),
        wrong=against(wrong, []),
        sure=float(np.sort(presence[:, kind])[-columns:].mean()),
        wrong_sure=float(np.sort(presence[:, wrong])[-columns:].mean()),
    )


def listening_helps(rows: list[Row]) -> bool:
    """Whether competitors that are only heard, not named, raise the mean."""
    return float(np.mean([row.heard - row.alone for row in rows])) > 0.1


def offered(rows: list[Row]) -> list[dict[str, Any]]:
    """Return what the table of the shipped net holds of each offered class, best first."""
    found = []
    for kind, name in enumerate(NAMES):
        same = [row for row in rows if row.kind == kind]
        recordings = len(same) // ROUNDS
        if not same or name in NEVER or recordings < LEAST_RECORDINGS:
            continue
        alone = float(np.mean([row.alone for row in same]))
        if alone >= LEAST_DB:
            both = float(np.mean([row.both for row in same]))
            found.append(
                {
                    "id": name,
                    "gain_db": round(alone, 1),
                    "contested_db": round(both, 1),
                    "recordings": recordings,
                }
            )
    return sorted(found, key=lambda row: -row["gain_db"])


def crossed(rows: list[Row]) -> tuple[int, float]:
    """Choose classes on every second recording; return how many, and their mean on the others (dB)."""
    means = []
    for kind, name in enumerate(NAMES):
        same = [row.alone for row in rows if row.kind == kind]
        recordings = len(same) // ROUNDS
        if recordings < LEAST_RECORDINGS or name in NEVER:
            continue
        halves = [
            [gain for place, gain in enumerate(same) if place % recordings % 2 == odd] for odd in (0, 1)
        ]
        means += [float(np.mean(b)) for a, b in (halves, halves[::-1]) if np.mean(a) >= LEAST_DB]
    return round(len(means) / 2), float(np.mean(means))


def written(rows: list[Row], listed: list[dict[str, Any]], sure: float, steps: int) -> str:
    """Return the table as Markdown."""
    ids = {row["id"] for row in listed}
    lines = [
        "| class | offered | unseen recordings | name alone | both names | share better | from |",
        "|---|---|---:|---:|---:|---:|---|",
    ]
    means = {k: np.mean([r.alone for r in rows if r.kind == k]) for k in {r.kind for r in rows}}
    for kind in sorted(means, key=lambda k: -means[k]):
        same = [row for row in rows if row.kind == kind]
        packages = ", ".join(sorted({row.package for row in same}))
        figures = [np.mean([getattr(row, way) for row in same]) for way in ("alone", "both")]
        better = np.mean([row.alone > 0 for row in same])
        name = TITLES[NAMES[kind]].title
        lines.append(
            f"| {name} | {'yes' if NAMES[kind] in ids else 'no'} | {len(same) // ROUNDS} | "
            + " | ".join(f"{value:+.1f}" for value in figures)
            + f" | {better:.0%} | {packages} |"
        )
    mine = [row for row in rows if NAMES[row.kind] in ids]
    every = [float(np.mean([r.alone for r in mine if NAMES[r.kind] == i])) for i in ids]
    alone, heard, both, wrong = (
        float(np.mean([getattr(row, way) for row in rows])) for way in ("alone", "heard", "both", "wrong")
    )
    contested_db = float(np.mean([row["contested_db"] for row in listed] or [0]))
    unsure = float(np.mean([row.sure < sure for row in mine]))
    doubted = float(np.mean([row.wrong_sure < sure for row in rows]))
    fair, fair_db = crossed(rows)
    facts = [
        f"Steps: {steps}. Offered: {len(ids)} classes, mean by class {np.mean(every or [0]):+.1f} dB, "
        f"{sum(value >= 4 for value in every)} at +4 dB or more; with both names {contested_db:+.1f} dB.",
        f"All {len(means)} classes: name alone {alone:+.1f} dB, against what is heard {heard:+.1f} dB, "
        f"both names {both:+.1f} dB ({len(rows)} mixtures). A wrong name: {wrong:+.1f} dB.",
        f"Chosen on every second recording and scored on the others: {fair} classes, mean {fair_db:+.1f} dB.",
        f"Confidence below {sure:.2f} warns: {unsure:.0%} of right names, {doubted:.0%} of wrong ones.",
    ]
    return "\n".join([*lines, "", *facts]) + "\n"


def main() -> None:
    """Score, choose, write."""
    torch.set_num_threads(1)
    checkpoint, bank = Path(sys.argv[1]), Path(sys.argv[2])
    judge = Judge(averaged(checkpoint))
    asked = questions(bank, most=MOST, rounds=ROUNDS)
    listened = judge.listened(asked)
    judge.set_thresholds(asked, listened)
    rng, rows = np.random.default_rng(9), []
    for question, heard in zip(asked, listened, strict=True):
        wrong = int(rng.choice(np.flatnonzero(APART[[question[2], question[3]]].all(0))))
        rows.append(answered(judge, question, heard, wrong))
    listed = offered(rows)
    ids = {row["id"] for row in listed}
    sure = round(float(np.quantile([row.sure for row in rows if NAMES[row.kind] in ids] or [0.5], 0.12)), 3)
    scores = {"offered": listed, "heard": judge.heard if listening_helps(rows) else {}, "sure": sure}
    Path(sys.argv[3]).write_text(json.dumps(scores, indent=1) + "\n", "utf8")
    steps = int(torch.load(checkpoint, weights_only=True)["step"])
    Path(sys.argv[4]).write_text(written(rows, listed, sure, steps), "utf8")


if __name__ == "__main__":
    main()
