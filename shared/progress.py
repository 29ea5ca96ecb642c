"""How long work tells where it stands and how long it will take, and how it is stopped."""

import time
from collections import deque
from collections.abc import Callable
from threading import Event

from shared.errors import Cancelled

Report = Callable[[float, str], None]
PACE_WINDOW_S = 30.0  # the pace of the last half minute counts: stages differ, and so does the machine's load
PACE_STEP_S = 0.25
SOONEST_S, LEAST_FRACTION = 2.0, 0.01  # nothing is foretold from less


def _silent(fraction: float, stage: str) -> None:
    """Report to nobody."""


class Progress:
    """Passed down into every verb; each step reports, and raises `Cancelled` when asked to stop.

    Args:
        report: Called with a fraction in 0..1 and the name of the stage.
        cancelled: Set by another thread to stop the work at its next step.
    """

    def __init__(self, report: Report = _silent, cancelled: Event | None = None) -> None:
        self._report = report
        self._cancelled = cancelled or Event()

    def step(self, fraction: float, stage: str) -> None:
        """Report a fraction (0..1, clipped) and a stage.

        Raises:
            Cancelled: The work was asked to stop.
        """
        self.check()
        self._report(min(max(fraction, 0.0), 1.0), stage)

    def check(self) -> None:
        """Report nothing; for work inside a step that takes long.

        Raises:
            Cancelled: The work was asked to stop.
        """
        if self._cancelled.is_set():
            raise Cancelled()

    def within(self, start: float, stop: float) -> "Progress":
        """Return a progress whose 0..1 fills `start`..`stop` of this one."""

        def report(fraction: float, stage: str) -> None:
            self._report(start + fraction * (stop - start), stage)

        return Progress(report, self._cancelled)


class Pace:
    """Tell how long work will still take, from how fast it has been lately.

    Args:
        now_s: Clock, seconds.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._seen: deque[tuple[float, float]] = deque()

    def remaining_s(self, fraction: float) -> float | None:
        """Take note of a fraction (0..1) and return the seconds left; None while that cannot be said."""
        now_s = self._now_s()
        if not self._seen or now_s - self._seen[-1][0] >= PACE_STEP_S:
            self._seen.append((now_s, fraction))
        while len(self._seen) > 2 and self._long_ago(now_s, fraction):
            self._seen.popleft()
        since_s, before = self._seen[0]
        done, took_s = fraction - before, now_s - since_s
        if took_s < SOONEST_S or done < LEAST_FRACTION:
            return 0.0 if fraction >= 1 else None
        return (1 - fraction) * took_s / done

    def _long_ago(self, now_s: float, fraction: float) -> bool:
        """Whether the second note alone is old enough, and tells of enough work since."""
        then_s, before = self._seen[1]
        return now_s - then_s >= PACE_WINDOW_S and fraction - before >= LEAST_FRACTION


def time_left(remaining_s: float | None) -> str:
    """Return "about 4 min left" and the like, rounded as coarsely as such a guess is; "" for None."""
    if remaining_s is None:
        return ""
    if remaining_s < 55:
        return f"about {max(5, 5 * round(remaining_s / 5))} s left"
    if remaining_s < 3570:
        return f"about {round(remaining_s / 60)} min left"
    minutes = 5 * round(remaining_s / 300)
    return f"about {minutes // 60} h {minutes % 60:02} min left"
