"""Keep a process under another Python that holds a model: for packages that cannot live in ours.

The process is ended when a run is cancelled, when it says nothing for too long, and when nobody has asked it
for a while, which gives its memory back. It starts again by itself.
"""

import atexit
import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NoReturn

from shared.errors import EngineUnavailable, InputError, StudioError, WeightsError
from shared.progress import Report
from shared.worker_child import Arrays, read_message, write_message

PATIENCE_S, IDLE_S = 1800.0, 600.0
"""How long a process may be silent at work, and how long it is kept without work."""
_POLL_S = 0.1
_CHILD = Path(__file__).with_name("worker_child.py")
_LOG_BYTES = 4000
_NOT_PASSED_ON = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")


@dataclass(frozen=True)
class Job:
    """What a process is started with.

    Args:
        title: What a person calls the model.
        python: The interpreter.
        task: Our file that runs there, see `shared.worker_child`.
        settings: JSON types for its `load`.
        cures: What to do about an error, by its kind; see `shared.worker_child`.
        patience_s: How long it may be silent at work.
        idle_s: How long it is kept without work.
    """

    title: str
    python: Path
    task: Path
    settings: dict[str, Any]
    cures: dict[str, str] = field(default_factory=dict)
    patience_s: float = PATIENCE_S
    idle_s: float = IDLE_S


class Worker:
    """A process that answers one request at a time.

    Args:
        job: What it is started with.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._log: IO[bytes] | None = None
        self._idle: threading.Timer | None = None
        atexit.register(self.stop)

    def ask(
        self, told: dict[str, Any], arrays: Arrays, *, check: Callable[[], None], step: Report | None = None
    ) -> tuple[dict[str, Any], Arrays]:
        """Send a request and wait for its answer; starts the process where none runs.

        Args:
            told: JSON types.
            arrays: Of numbers or booleans.
            check: Called some ten times a second; what it raises, such as `Cancelled`, ends the process.
            step: Told of the fraction and stage that the process reports.

        Raises:
            InputError: The model refuses what it was given.
            WeightsError: Its files cannot be used.
            EngineUnavailable: It cannot run there, died, ran out of memory or was silent for too long.
        """
        while not self._lock.acquire(timeout=_POLL_S):
            check()
        try:
            if self._idle is not None:
                self._idle.cancel()
            try:
                return self._exchange(told, arrays, check, step or (lambda fraction, stage: None))
            except InputError:
                raise  # the process is as good as before
            except BaseException:
                self._end()
                raise
        finally:
            self._idle = threading.Timer(self.job.idle_s, self.stop)
            self._idle.daemon = True
            self._idle.start()
            self._lock.release()

    def stop(self) -> None:
        """End the process unless it works."""
        if self._lock.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._lock.release()

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and self._process.poll() is None

    def _exchange(
        self, told: dict[str, Any], arrays: Arrays, check: Callable[[], None], step: Report
    ) -> tuple[dict[str, Any], Arrays]:
        process = self._started()
        inbox: queue.Queue[Any] = queue.Queue()
        talk = threading.Thread(target=_talk, args=(process, told, arrays, inbox), daemon=True)
        talk.start()
        heard_s = time.monotonic()
        while True:
            check()
            try:
                message = inbox.get(timeout=_POLL_S)
            except queue.Empty:
                if time.monotonic() - heard_s > self.job.patience_s:
                    self._say_silent()
                continue
            heard_s = time.monotonic()
            if message is None:
                self._say_dead(process)
            said, made = message
            if said["is"] == "step":
                step(float(said["fraction"]), str(said["stage"]))
            elif said["is"] == "error":
                raise self._error(said["kind"], said["text"])
            else:
                return said["answer"], made

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._owner == os.getpid() and self.running and self._process is not None:
            return self._process
        self._end()
        job, self._owner = self.job, os.getpid()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed when the process ends)
        environment = {k: v for k, v in os.environ.items() if k not in _NOT_PASSED_ON}
        environment.setdefault("HF_HUB_OFFLINE", "1")  # no engine downloads by itself
        try:
            self._process = subprocess.Popen(
                [str(job.python), "-I", str(_CHILD), str(job.task), json.dumps(job.settings)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                cwd=tempfile.gettempdir(),
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            raise EngineUnavailable(
                f"{job.title} cannot run here: {job.python} cannot be started ({error.strerror}).",
                job.cures.get("python", ""),
            ) from error
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        # After a fork, the process belongs to the one that started it.
        if process is None or self._owner != os.getpid():
            return
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL) if os.name == "posix" else process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout, self._log):
            if stream is not None:
                with suppress(OSError):  # unsent bytes to a dead process
                    stream.close()

    def _error(self, kind: str, text: str) -> StudioError:
        job = self.job
        cure = job.cures.get(kind, "")
        if kind == "refused":
            return InputError(text, cure)
        if kind == "weights":
            return WeightsError(f"{job.title} cannot use its weights: {text}", cure)
        if kind == "memory":
            return EngineUnavailable(f"{job.title} ran out of memory ({_short(text)}).", cure)
        if kind in ("device", "package"):
            return EngineUnavailable(f"{job.title} cannot run in {job.python}: {text}", cure)
        return EngineUnavailable(f"{job.title} failed in its own process: {_short(text)}", cure)

    def _say_silent(self) -> NoReturn:
        raise EngineUnavailable(
            f"{self.job.title} said nothing for {self.job.patience_s:.0f} s and was ended.",
            "Try a smaller input, or a faster device.",
        )

    def _say_dead(self, process: "subprocess.Popen[bytes]") -> NoReturn:
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
        said = self._last_words()
        raise EngineUnavailable(
            f"{self.job.title}'s process ended early (status {process.returncode})"
            f"{f': {said}' if said else '.'}",
            self.job.cures.get(
                "died", "Its memory may not have been enough: free some, or take less at once."
            ),
        )

    def _last_words(self) -> str:
        if self._log is None:
            return ""
        end = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, end - _LOG_BYTES))
        lines = self._log.read().decode("utf8", "replace").split("\n")
        return _short(next((line.strip() for line in reversed(lines) if line.strip()), ""))


def _short(text: str) -> str:
    """Return the first line, at most 300 characters."""
    return (text.strip().splitlines() or [""])[0][:300]


def _talk(process: "subprocess.Popen[bytes]", told: dict[str, Any], arrays: Arrays, inbox: Any) -> None:
    """Send a request, and pass on what comes until the answer; None when the process is gone."""
    try:
        write_message(process.stdin, told, arrays)  # type: ignore[arg-type]
        while (message := read_message(process.stdout)) is not None:  # type: ignore[arg-type]
            inbox.put(message)
            if message[0]["is"] != "step":
                return
        inbox.put(None)
    except (OSError, ValueError):
        inbox.put(None)  # it died, or wrote what is no message
