"""Submit a recipe and follow its job, step by step; leaving early cancels it."""

from collections.abc import Iterator
from typing import Any, Protocol

from apps.jobs.queue import Job
from apps.recipes import Recipe
from apps.runner import Result
from apps.studio import Studio

POLL_S = 0.5


class Jobs(Protocol):
    """What runs jobs: the studio, or a queue of downloads."""

    def status(self, job_id: str) -> Job: ...
    def wait(self, job_id: str, *, timeout_s: float | None = None) -> Job: ...
    def cancel(self, job_id: str) -> None: ...
    def result(self, job_id: str) -> Any: ...


def follow(jobs: Jobs, job_id: str) -> Iterator[Job]:
    """Yield a job at each change, the ended one last; closing the iterator early cancels the job."""
    job = jobs.status(job_id)
    try:
        yield job
        while not job.ended:
            job = jobs.wait(job_id, timeout_s=POLL_S)
            yield job
    finally:
        if not job.ended:
            jobs.cancel(job_id)


def finished(studio: Studio, recipe: Recipe) -> Result:
    """Run a recipe as a job and return its result.

    Raises:
        StudioError: The job's own error.
    """
    job_id = studio.submit(recipe)
    for job in follow(studio, job_id):
        if job.ended:
            break
    return studio.result(job_id)
