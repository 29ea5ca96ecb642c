"""Rows of measurements: what was measured, what is wanted, and on which machine."""

import csv
import os
import platform
import resource
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).with_name("results")
COLUMNS = ("bar", "measured", "unit", "wanted", "met", "how", "machine", "versions")


@dataclass(frozen=True)
class Row:
    """One bar.

    Args:
        bar: What is measured.
        measured: The number.
        unit: Its unit ("dB", "s", "MB", "IoU", …).
        at_least: Wanted lower limit, or None.
        at_most: Wanted upper limit, or None.
        how: One sentence: on what, how many, which statistic.
    """

    bar: str
    measured: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    how: str = ""

    @property
    def met(self) -> bool:
        """Whether the number keeps its limits."""
        return (self.at_least is None or self.measured >= self.at_least) and (
            self.at_most is None or self.measured <= self.at_most
        )

    @property
    def wanted(self) -> str:
        """The limits in words."""
        low = "" if self.at_least is None else f">= {self.at_least:g}"
        high = "" if self.at_most is None else f"<= {self.at_most:g}"
        return f"{low} {high}".strip()


def machine() -> str:
    """Name the processor, the number of cores and the memory."""
    text = Path("/proc/cpuinfo").read_text("utf8") if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{name}, {os.cpu_count()} cores, {memory_gib:.0f} GiB"


def versions(*packages: str) -> str:
    """Name the versions of Python and of these packages."""
    parts = [f"{package} {version(package)}" for package in packages]
    return ", ".join([f"Python {platform.python_version()}", *parts])


def record(name: str, rows: Iterable[Row], *, packages: tuple[str, ...] = ("numpy",)) -> int:
    """Write rows to `results/<name>.csv`, print them, and return how many bars are not met."""
    rows = tuple(rows)
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{name}.csv").open("w", newline="", encoding="utf8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(COLUMNS)
        for row in rows:
            met = "yes" if row.met else "no"
            measured = f"{row.measured:.4g}"
            place = (machine(), versions(*packages))
            table.writerow((row.bar, measured, row.unit, row.wanted, met, row.how, *place))
            print(f"{met:>3}  {row.bar:<58} {measured:>8} {row.unit:<5} wanted {row.wanted}", flush=True)
    return sum(not row.met for row in rows)


if __name__ == "__main__":
    sys.exit("Run a benchmark, such as `python -m benchmarks.lift_bars`, or all: `make bench`.")


def peak_mb() -> float:
    """Return the most memory that this program has held, MB.

    Linux counts it anew for each program in /proc; what getrusage tells of a child begins at the size of the
    process that started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text("utf8").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
