"""Where command line, web app and API meet: run a recipe now, or submit it as a job."""

import uuid
from collections.abc import Mapping
from pathlib import Path

from apps.jobs.queue import KEPT_JOBS, Job, JobQueue
from apps.live import LiveMasks
from apps.live_bodies import LiveBodies
from apps.mixes import AS_USUAL, write_mix
from apps.recipes import Recipe
from apps.runner import Result, run
from apps.storage.results import ResultStore
from sam_audio.levelling import Level
from sam_audio.mix_settings import StemSetting
from shared import hub
from shared.hub_download import download
from shared.progress import Progress

DOWNLOAD, MIX = "download-", "mix-"


class Studio:
    """The suite behind every face; `look` answers clicks at once, and `fit` dragged joints, without a job.

    Args:
        store: Keeps the result folders of jobs.
        queue: Runs jobs, one at a time by default.
    """

    def __init__(self, store: ResultStore | None = None, queue: JobQueue | None = None) -> None:
        self._store = store or ResultStore()
        self._queue = queue or JobQueue()
        self._downloads = JobQueue(waiting=4)
        self._mixes = JobQueue()  # of their own, so that a mix never waits for a separation
        self._recipes: dict[str, Recipe] = {}
        self.look = LiveMasks()
        self.fit = LiveBodies()

    def run(self, recipe: Recipe, folder: str | Path, *, progress: Progress | None = None) -> Result:
        """Run a recipe here and now, into a folder of the caller's.

        Raises:
            StudioError: Anything that the user can mend; nothing was written then.
        """
        return run(recipe, folder, progress=progress)

    def submit(self, recipe: Recipe) -> str:
        """Queue a recipe and return its job id at once.

        Raises:
            InputError: The queue is full.
        """
        folder, kept = self._store.new_folder(), self._store.kept

        def work(progress: Progress) -> Result:
            return run(recipe, folder, progress=progress, private=True, kept=kept)

        job_id = self._queue.submit(folder.name, work)
        self._recipes[job_id] = recipe
        for old in list(self._recipes)[:-KEPT_JOBS]:
            del self._recipes[old]
        return job_id

    def recipe(self, job_id: str) -> Recipe:
        """Return the recipe of a job as it was submitted, with the true paths of its files.

        Raises:
            InputError: There is no such job.
        """
        self._queue.status(job_id)
        return self._recipes[job_id]

    def download(self, model: str) -> str:
        """Queue the download of a model's weights, as `segstudio models get`, and return its job id.

        Raises:
            WeightsError: There is no such model.
            InputError: Too many downloads are waiting.
        """
        wanted = hub.model(model)
        job_id = DOWNLOAD + uuid.uuid4().hex
        return self._downloads.submit(
            job_id, lambda progress: Result(download(wanted, progress), {"files": []})
        )

    def mix(
        self,
        job_id: str,
        settings: Mapping[str, StemSetting],
        *,
        format: str = "wav",
        level: Level = AS_USUAL,
    ) -> str:
        """Queue a mix of a finished separation's stems, and return the id of that job.

        Args:
            job_id: The separation.
            settings: Faders by stem name, such as "target" and "residual".
            format: A name of `sam_audio.export.formats`.
            level: How loud it should be; by default one gain keeps the true peak at −1 dBTP.

        Raises:
            StudioError: There is no such job, it is not finished, or too many mixes are waiting.
        """
        stems, folder = self.result(job_id), self._store.new_folder()

        def work(progress: Progress) -> Result:
            return write_mix(stems, settings, folder, format=format, level=level, progress=progress)

        return self._mixes.submit(MIX + folder.name, work)

    def status(self, job_id: str) -> Job:
        """Return a job's state, fraction, stage and error.

        Raises:
            InputError: There is no such job.
        """
        return self._of(job_id).status(job_id)

    def wait(self, job_id: str, *, timeout_s: float | None = None) -> Job:
        """Return the job as soon as it changes or ends, or after the time given."""
        return self._of(job_id).wait(job_id, timeout_s)

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop; it ends at its next step and leaves nothing behind.

        Raises:
            InputError: There is no such job.
        """
        self._of(job_id).cancel(job_id)

    def result(self, job_id: str) -> Result:
        """Return a finished job's result.

        Raises:
            StudioError: The job's own error, or that it is not finished.
        """
        return self._of(job_id).result(job_id)

    def zip(self, job_id: str) -> Path:
        """Return one zip with all files of a finished job; made at the first call."""
        return self._store.zip(self.result(job_id))

    def close(self) -> None:
        """Stop all jobs, and wait until they have ended; none can be queued after that."""
        for queue in (self._queue, self._downloads, self._mixes):
            queue.close()

    def _of(self, job_id: str) -> JobQueue:
        if job_id.startswith(DOWNLOAD):
            return self._downloads
        return self._mixes if job_id.startswith(MIX) else self._queue
