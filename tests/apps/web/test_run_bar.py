"""A run on the page: progress, result, failure and cancel, whoever runs the job."""

from dataclasses import replace
from pathlib import Path
from threading import Event

import gradio as gr
import pytest

from apps.jobs.queue import Job, JobQueue
from apps.runner import Result
from apps.web import follow, run_bar
from shared.errors import InputError
from shared.progress import Progress

RESULT = Result(Path("folder"), {"files": []})


@pytest.fixture
def bar() -> run_bar.RunBar:
    with gr.Blocks():
        return run_bar.render("Go", "test")


def steps(bar: run_bar.RunBar, queue: JobQueue, work: object) -> list[dict]:
    submit = lambda: queue.submit("job", work)  # noqa: E731
    return list(run_bar.run(bar, queue, submit, lambda job_id: {"shown": job_id}))


def test_progress_is_told_then_the_result_is_shown(bar: run_bar.RunBar) -> None:
    told = Event()

    def work(progress: Progress) -> Result:
        progress.step(0.25, "cut <b>")
        told.wait(60)
        return RESULT

    queue, seen = JobQueue(), []
    for step in run_bar.run(bar, queue, lambda: queue.submit("job", work), lambda job_id: {"shown": job_id}):
        seen.append(step)
        if "25 %" in step[bar.progress]:
            told.set()
    assert told.is_set() and any("Cut &lt;b&gt;" in step[bar.progress] for step in seen)
    assert seen[0][bar.cancel]["visible"] is True and seen[0][bar.go]["interactive"] is False
    assert "packing the files" in seen[-2][bar.progress] and seen[-2][bar.go]["interactive"] is False
    last = seen[-1]
    assert (last["shown"], last[bar.progress], last[bar.job_id]) == ("job", "", "job")
    # The page may leave out what is told right before the end.
    assert last[bar.cancel]["visible"] is False and last[bar.go]["interactive"] is True


def test_a_failure_is_told_with_its_cure_and_frees_the_button(bar: run_bar.RunBar) -> None:
    def work(progress: Progress) -> Result:
        raise InputError("It is <empty>.", "Fill it.")

    queue, seen = JobQueue(), []
    with pytest.raises(gr.Error, match="It is &lt;empty&gt;.*<strong>Fill it.</strong>"):
        for step in run_bar.run(bar, queue, lambda: queue.submit("job", work), lambda _: {}):
            seen.append(step)
    assert "It is &lt;empty&gt;. Fill it." in seen[-1][bar.progress]
    assert seen[-1][bar.go]["interactive"] is True


def test_what_cannot_be_submitted_is_told_as_well(bar: run_bar.RunBar) -> None:
    def submit() -> str:
        raise InputError("Nothing was given.")

    with pytest.raises(gr.Error, match="Nothing was given"):
        list(run_bar.run(bar, JobQueue(), submit, lambda _: {}))


def test_cancel_ends_the_run_without_an_error(bar: run_bar.RunBar) -> None:
    queue = JobQueue()

    def work(progress: Progress) -> Result:
        queue.cancel("job")
        progress.step(0.5, "never")
        return RESULT

    assert "Cancelled" in steps(bar, queue, work)[-1][bar.progress]


def test_leaving_the_page_stops_the_job() -> None:
    queue, started = JobQueue(), Event()

    def work(progress: Progress) -> Result:
        started.set()
        while True:
            progress.step(0.5, "work")
            Event().wait(0.01)

    queue.submit("job", work)
    following = follow.follow(queue, "job")
    next(following)
    assert started.wait(60)
    following.close()
    while not queue.status("job").ended:
        queue.wait("job", 1)
    assert queue.status("job").state == "cancelled"


def test_a_job_that_ended_needs_no_bar() -> None:
    assert run_bar.progress_html(Job("a", state="failed")) == ""
    assert "progressbar" not in run_bar.progress_html(Job("a", state="done"))
    assert "Waiting for its turn" in run_bar.progress_html(Job("a"))


def test_the_time_left_stands_beside_the_share() -> None:
    job = Job("a", state="running", fraction=0.4, stage="separate")
    assert "<span>40 %</span>" in run_bar.progress_html(job)
    assert "<span>about 2 min left · 40 %</span>" in run_bar.progress_html(replace(job, remaining_s=118.0))
