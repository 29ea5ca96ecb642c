"""Jobs: states, progress, cancel, failure, and a queue that stays alive."""

import threading
from pathlib import Path

import pytest

from apps.jobs.queue import Job, JobQueue
from apps.runner import Result
from shared.errors import Cancelled, InputError, StudioError
from shared.progress import Progress

RESULT = Result(Path("x"), {"files": []})


def ended(queue: JobQueue, job_id: str) -> Job:
    job = queue.status(job_id)
    while not job.ended:
        job = queue.wait(job_id, 10)
    return job


def test_a_job_reports_its_way_and_gives_its_result() -> None:
    queue, go = JobQueue(), threading.Event()

    def work(progress: Progress) -> Result:
        progress.step(0.5, "half")
        go.wait(10)
        return RESULT

    queue.submit("a", work)
    while queue.status("a").stage != "half":
        queue.wait("a", 1)
    assert (queue.status("a").state, queue.status("a").fraction) == ("running", 0.5)
    with pytest.raises(InputError, match="no result yet"):
        queue.result("a")
    go.set()
    assert ended(queue, "a").state == "done"
    assert queue.result("a") is RESULT


def test_cancel_stops_a_running_job_at_its_next_step() -> None:
    queue, started = JobQueue(), threading.Event()
    steps = []

    def work(progress: Progress) -> Result:
        while True:
            started.set()
            progress.step(0.1, "on")
            steps.append(1)

    queue.submit("a", work)
    started.wait(10)
    queue.cancel("a")
    assert ended(queue, "a").state == "cancelled"
    count = len(steps)
    with pytest.raises(Cancelled):
        queue.result("a")
    assert len(steps) == count


def test_a_queued_job_that_is_cancelled_never_starts() -> None:
    queue, go, ran = JobQueue(), threading.Event(), []
    queue.submit("first", lambda _: (go.wait(10), RESULT)[1])
    queue.submit("second", lambda _: (ran.append(1), RESULT)[1])
    queue.cancel("second")
    go.set()
    assert ended(queue, "second").state == "cancelled"
    assert not ran


@pytest.mark.filterwarnings("ignore")
def test_closing_ends_all_jobs_and_takes_no_more() -> None:
    queue, begun = JobQueue(), threading.Event()

    def work(progress: Progress) -> Result:
        begun.set()
        for _ in range(1000):
            progress.step(0.5, "half")
            threading.Event().wait(0.01)
        return RESULT

    queue.submit("a", work)
    queue.submit("b", work)
    assert begun.wait(10)
    queue.close()
    assert [queue.status(name).state for name in "ab"] == ["cancelled", "cancelled"]
    with pytest.raises(RuntimeError, match="shutdown"):
        queue.submit("c", work)


def test_a_defect_ends_one_job_and_the_next_one_runs() -> None:
    queue = JobQueue()
    queue.submit("bad", lambda _: 1 / 0)  # type: ignore[arg-type, return-value]
    queue.submit("good", lambda _: RESULT)
    assert ended(queue, "bad").state == "failed"
    with pytest.raises(StudioError, match="ZeroDivisionError"):
        queue.result("bad")
    assert ended(queue, "good").state == "done"


def test_too_many_waiting_jobs_are_refused() -> None:
    queue, go = JobQueue(waiting=1), threading.Event()
    for name in "ab":
        queue.submit(name, lambda _: (go.wait(10), RESULT)[1])
    with pytest.raises(InputError, match="Too many"):
        queue.submit("c", lambda _: RESULT)
    go.set()
    assert ended(queue, "b").state == "done"
    queue.submit("c", lambda _: RESULT)


def test_an_unknown_job_is_named() -> None:
    with pytest.raises(InputError, match="no run 'zzz'"):
        JobQueue().status("zzz")
