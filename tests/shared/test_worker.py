"""A process under another Python: answers, progress, errors of all kinds, cancelling, silence, death."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.errors import Cancelled, EngineUnavailable, InputError, StudioError, WeightsError
from shared.worker import Job, Worker
from tests.shared.other_python import make_python

TASK = """
import os, sys, time
import numpy as np

class Refused(Exception):
    kind = "refused"

def load(settings):
    print("noise on standard output")
    if settings.get("broken"):
        raise FileNotFoundError(settings["broken"])
    return settings

def answer(state, told, arrays, step):
    what = told["what"]
    if what == "double":
        step(0.5, "doubling")
        ours = [name for name in ("shared", "sam_audio") if _there(name)]
        return {"pid": os.getpid(), "ours": ours, "state": state}, {"x": 2 * arrays["x"]}
    if what == "sleep":
        time.sleep(60)
    if what == "die":
        print("out of luck", file=sys.stderr)
        os._exit(3)
    if what == "memory":
        raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB")
    if what == "refuse":
        raise Refused("The sound is empty.")
    if what == "package":
        import no_such_package
    raise ValueError("a thing went wrong\\nand more lines")

def _there(name):
    import importlib.util
    return importlib.util.find_spec(name) is not None
"""
CURES = {"memory": "Free it.", "package": "Install it.", "weights": "Get them.", "refused": "Give sound."}


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    home = tmp_path_factory.mktemp("other")
    (home / "task.py").write_text(TASK)
    return Job("Thing", make_python(home / "env"), home / "task.py", {"folder": "/x"}, CURES)


@pytest.fixture
def worker(job: Job) -> Iterator[Worker]:
    made = Worker(job)
    yield made
    made.stop()


def ask(worker: Worker, what: str, check: Any = lambda: None, step: Any = None, **arrays: Any) -> Any:
    return worker.ask({"what": what}, arrays, check=check, step=step)


def test_it_answers_again_and_again_and_does_not_see_the_suite(worker: Worker) -> None:
    steps: list[tuple[float, str]] = []
    told, made = ask(
        worker, "double", step=lambda *step: steps.append(step), x=np.arange(3, dtype=np.float32)
    )
    assert made["x"].tolist() == [0, 2, 4] and made["x"].dtype == np.float32
    assert steps == [(0.5, "doubling")]
    assert told["ours"] == [] and told["state"] == {"folder": "/x"} and told["pid"] != os.getpid()
    again, large = ask(worker, "double", x=np.ones((3000, 1000)))
    assert again["pid"] == told["pid"] and large["x"].sum() == 6e6
    worker.stop()
    assert not worker.running
    assert ask(worker, "double", x=np.zeros(1))[0]["pid"] != told["pid"]


@pytest.mark.parametrize(
    ("what", "kind", "words"),
    [
        ("memory", EngineUnavailable, r"Thing ran out of memory .*20\.00 GiB.* Free it\."),
        ("refuse", InputError, r"^The sound is empty\. Give sound\."),
        ("package", EngineUnavailable, r"no_such_package.* Install it\."),
        ("other", EngineUnavailable, r"failed in its own process: ValueError: a thing went wrong$"),
        ("die", EngineUnavailable, r"ended early \(status 3\): out of luck"),
    ],
)
def test_errors_say_whose_fault_they_are(
    worker: Worker, what: str, kind: type[StudioError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        ask(worker, what)
    assert worker.running == (what == "refuse")
    assert ask(worker, "double", x=np.ones(2))[1]["x"].tolist() == [2, 2]


def test_weights_that_are_not_there(job: Job) -> None:
    worker = Worker(Job("Thing", job.python, job.task, {"broken": "model.ckpt"}, CURES))
    with pytest.raises(WeightsError, match=r"model\.ckpt.* Get them\."):
        ask(worker, "double", x=np.ones(1))


def test_a_cancelled_request_ends_the_process_at_once(worker: Worker) -> None:
    pid, stop = ask(worker, "double", x=np.ones(1))[0]["pid"], threading.Event()

    def check() -> None:
        if stop.is_set():
            raise Cancelled()

    threading.Timer(0.3, stop.set).start()
    began_s = time.monotonic()
    with pytest.raises(Cancelled):
        ask(worker, "sleep", check)
    assert time.monotonic() - began_s < 20 and not worker.running
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_silence_ends_it_and_idleness_too(job: Job) -> None:
    impatient = Worker(Job("Thing", job.python, job.task, {}, CURES, patience_s=0.3, idle_s=0.2))
    with pytest.raises(EngineUnavailable, match="said nothing for 0 s and was ended"):
        ask(impatient, "sleep")
    patient = Worker(Job("Thing", job.python, job.task, {}, CURES, idle_s=0.2))
    ask(patient, "double", x=np.ones(1))
    for _ in range(600):
        if not patient.running:
            break
        time.sleep(0.1)
    assert not patient.running


def test_another_request_waits_its_turn_and_can_be_cancelled(worker: Worker) -> None:
    stop = threading.Event()

    def check() -> None:
        if stop.is_set():
            raise Cancelled()

    def first() -> None:
        with pytest.raises(Cancelled):
            ask(worker, "sleep", check)

    thread = threading.Thread(target=first)
    thread.start()
    while not worker.running:
        time.sleep(0.02)
    with pytest.raises(Cancelled):
        ask(worker, "double", _now, x=np.ones(1))
    stop.set()
    thread.join(20)
    assert not thread.is_alive()


def _now() -> None:
    raise Cancelled()


def test_an_interpreter_that_does_not_start(job: Job, tmp_path: Path) -> None:
    (tmp_path / "python").write_text("no program")
    (tmp_path / "python").chmod(0o755)
    worker = Worker(Job("Thing", tmp_path / "python", job.task, {}, {"python": "Name another one."}))
    with pytest.raises(EngineUnavailable, match=r"cannot be started.*Name another one\."):
        ask(worker, "double", x=np.ones(1))
