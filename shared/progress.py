"""How long work tells where it stands, and how it is stopped."""

from collections.abc import Callable
from threading import Event

from shared.errors import Cancelled

Report = Callable[[float, str], None]


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
        if self._cancelled.is_set():
            raise Cancelled()
        self._report(min(max(fraction, 0.0), 1.0), stage)

    def within(self, start: float, stop: float) -> "Progress":
        """Return a progress whose 0..1 fills `start`..`stop` of this one."""

        def report(fraction: float, stage: str) -> None:
            self._report(start + fraction * (stop - start), stage)

        return Progress(report, self._cancelled)
