"""Jobs in a thread of their own: queued, running, done, failed or cancelled."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

from apps.runner import Result
from shared.errors import Cancelled, InputError, StudioError
from shared.progress import Pace, Progress

State = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")
KEPT_JOBS = 256
log = logging.getLogger("segstudio.jobs")


@dataclass(frozen=True)
class Job:
    """A recipe with a state.

    Args:
        id: Name of the job.
        state: queued, running, done, failed or cancelled.
        fraction: 0..1, how far it is.
        stage: What it is doing.
        error: What went wrong, when it failed.
        result: The result, when it is done.
        remaining_s: How long it will still take by the pace of late, seconds; None while that is not known.
    """

    id: str
    state: State = "queued"
    fraction: float = 0.0
    stage: str = ""
    error: StudioError | None = None
    result: Result | None = None
    remaining_s: float | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED


class JobQueue:
    """Runs jobs in the order they came.

    Args:
        workers: How many run at once.
        waiting: How many may wait; more are refused.
    """

    def __init__(self, *, workers: int = 1, waiting: int = 32) -> None:
        self._pool = ThreadPoolExecutor(workers, "job")
        self._room = workers + waiting
        self._jobs: dict[str, Job] = {}
        self._stops: dict[str, threading.Event] = {}
        self._changed = threading.Condition()

    def submit(self, job_id: str, work: Callable[[Progress], Result]) -> str:
        """Queue work under a new id.

        Raises:
            InputError: Too many jobs are waiting.
        """
        with self._changed:
            if sum(not job.ended for job in self._jobs.values()) >= self._room:
                raise InputError("Too many runs are waiting.", "Try again in a minute.")
            self._forget_oldest()
            self._jobs[job_id] = Job(job_id)
            self._stops[job_id] = threading.Event()
        self._pool.submit(self._work, job_id, work)
        return job_id

    def status(self, job_id: str) -> Job:
        """Return the job as it stands.

        Raises:
            InputError: There is no such job.
        """
        with self._changed:
            return self._known(job_id)

    def wait(self, job_id: str, timeout_s: float | None = None) -> Job:
        """Return the job when it has changed or ended, or when the time is over."""
        with self._changed:
            before = self._known(job_id)
            self._changed.wait_for(lambda: before.ended or self._known(job_id) != before, timeout_s)
            return self._known(job_id)

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop at its next step.

        Raises:
            InputError: There is no such job.
        """
        with self._changed:
            self._known(job_id)
            self._stops[job_id].set()

    def close(self) -> None:
        """Ask all jobs to stop at their next step, take no more, and wait for them."""
        with self._changed:
            for stop in self._stops.values():
                stop.set()
        self._pool.shutdown()

    def result(self, job_id: str) -> Result:
        """Return the result of a job that is done.

        Raises:
            StudioError: The job's own error; `InputError` when it has not ended.
        """
        job = self.status(job_id)
        if job.error:
            raise job.error
        if job.result is None:
            raise InputError(f"The run {job_id} is {job.state}; it has no result yet.", "Wait for it to end.")
        return job.result

    def _known(self, job_id: str) -> Job:
        if job_id not in self._jobs:
            raise InputError(f"There is no run {job_id!r}.", "It may have been removed; run it again.")
        return self._jobs[job_id]

    def _forget_oldest(self) -> None:
        ended = [job_id for job_id, job in self._jobs.items() if job.ended]
        for job_id in ended[: max(0, len(self._jobs) - KEPT_JOBS + 1)]:
            del self._jobs[job_id], self._stops[job_id]

    def _set(self, job: Job) -> None:
        with self._changed:
            self._jobs[job.id] = job
            self._changed.notify_all()

    def _work(self, job_id: str, work: Callable[[Progress], Result]) -> None:
        job = replace(self.status(job_id), state="running")
        pace = Pace()

        def report(fraction: float, stage: str) -> None:
            left_s = pace.remaining_s(fraction)
            self._set(replace(job, fraction=fraction, stage=stage, remaining_s=left_s))

        try:
            progress = Progress(report, self._stops[job_id])
            progress.step(0.0, "start")
            self._set(replace(job, state="done", fraction=1.0, stage="done", result=work(progress)))
        except Cancelled as error:
            self._set(replace(job, state="cancelled", stage="cancelled", error=error))
        except StudioError as error:
            self._set(replace(job, state="failed", stage="failed", error=error))
        except Exception as error:  # a defect of ours must end one job, never the worker thread
            log.exception("job %s failed", job_id)
            told = StudioError(f"The run failed inside the suite ({type(error).__name__}: {error}).", REPORT)
            self._set(replace(job, state="failed", stage="failed", error=told))


REPORT = "This is a defect: please report it with the recipe."
