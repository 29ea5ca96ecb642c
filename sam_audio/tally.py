"""What is measured of a mix and its stems while they are written."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sam_audio.loudness import LevelMeter, Levels
from shared.encoders.audio import Block

FLOOR_DB = -200.0


class Tally:
    """Energy, peak and loudness of the mix and each stem, and by how much the stems miss the mix.

    Args:
        sample_rate_hz: Of all of them.
    """

    def __init__(self, sample_rate_hz: int) -> None:
        self._rate_hz = sample_rate_hz
        self._energy: dict[str, float] = {}
        self._meters: dict[str, LevelMeter] = {}
        self.peak: dict[str, float] = {}
        self._error = 0.0

    def add(self, piece: dict[str, Block]) -> None:
        """Take blocks of the mix and of all stems into account, in time with one another."""
        for name, block in piece.items():
            self._energy[name] = self._energy.get(name, 0.0) + float(np.square(block, dtype=np.float64).sum())
            self.peak[name] = max(self.peak.get(name, 0.0), float(np.abs(block).max(initial=0.0)))
            if name not in self._meters:
                self._meters[name] = LevelMeter(self._rate_hz, block.shape[0])
            self._meters[name].add(block)
        total = sum(block for name, block in piece.items() if name != "mix")
        self._error = max(self._error, float(np.abs(total - piece["mix"]).max(initial=0.0)))

    def share_db(self, name: str) -> float:
        """Return the level of a stem against the mix."""
        return decibels(np.sqrt(self._energy[name] / max(self._energy["mix"], 1e-30)))

    @property
    def sum_error_dbfs(self) -> float:
        """Largest difference between a sample of the mix and the sum of all stems."""
        return decibels(self._error)

    def levels(self) -> dict[str, Levels]:
        """Return loudness and true peak of the mix and each stem."""
        return {name: meter.levels() for name, meter in self._meters.items()}

    def measured(self) -> "Measured":
        """Return what was found, when all blocks were added."""
        shares_db = {name: self.share_db(name) for name in self._energy}
        return Measured(shares_db, dict(self.peak), self.sum_error_dbfs, self.levels())


@dataclass(frozen=True)
class Measured:
    """What a tally found, to keep.

    Args:
        shares_db: Level of each stem against the mix.
        peak: Highest sample of the mix and each stem, linear.
        sum_error_dbfs: Largest difference between a sample of the mix and the sum of all stems.
        levels: Loudness and true peak of the mix and each stem.
    """

    shares_db: dict[str, float]
    peak: dict[str, float]
    sum_error_dbfs: float
    levels: dict[str, Levels]

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object, exactly."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Measured":
        """Read `to_json` back."""
        levels = {name: Levels(**level) for name, level in value["levels"].items()}
        return cls(value["shares_db"], value["peak"], value["sum_error_dbfs"], levels)


def decibels(ratio: float) -> float:
    """Return 20·log10 of an amplitude ratio; −200 for less."""
    return max(20 * float(np.log10(ratio)), FLOOR_DB) if ratio > 0 else FLOOR_DB
