"""Keep one pyrender child process: it survives OpenGL crashes, and work in it can be given up after a while.

OpenGL contexts belong to a thread, and drivers crash; so pyrender never runs in this process. The child is
a script of its own (`render_child.py`): a spawned `multiprocessing` worker would import the caller's main
module again, which in a web app starts the app a second time.
"""

import atexit
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CHILD = Path(__file__).with_name("render_child.py")
_REQUESTS_A_CHILD = 64
# A machine where OpenGL failed is not asked again for this long: each try may cost seconds.
_RETRY_AFTER_S = 300.0


class RenderFailure(Exception):
    """The child cannot draw here, died, or took too long; the message says which."""


class Deadline:
    """A moment after which waiting makes no sense."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self.seconds = seconds

    def left_s(self) -> float:
        """Return the seconds left, at least a few milliseconds."""
        return max(self._end - time.monotonic(), 0.005)


class _Child:
    """The running child, if any. One request at a time."""

    def __init__(self, script: Path = _CHILD) -> None:
        self._script = script
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._requests = 0
        self._refused: tuple[float, str] | None = None

    def ask(self, request: Any, deadline: Deadline) -> Any:
        """Send one request and wait for its reply; a child that died before is replaced once."""
        if not self._lock.acquire(timeout=deadline.left_s()):
            raise RenderFailure(f"the renderer was busy for more than {deadline.seconds:.0f} s")
        try:
            self._check_refusal()
            fresh = self._ready()
            try:
                return self._exchange(request, deadline)
            except RenderFailure:
                if fresh or deadline.left_s() < 1:
                    raise
                self._ready()
                return self._exchange(request, deadline)
        finally:
            self._lock.release()

    def stop(self) -> None:
        """End the child."""
        process, self._process = self._process, None
        # After a fork, the child belongs to the process that started it.
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                _close(stream)

    def _check_refusal(self) -> None:
        if self._refused is None:
            return
        since, reason = self._refused
        if time.monotonic() - since < _RETRY_AFTER_S:
            raise RenderFailure(reason)
        self._refused = None

    def _ready(self) -> bool:
        """Make sure that a child runs; return whether it was started just now."""
        process = self._process if self._owner == os.getpid() else None
        if process is not None and process.poll() is None and self._requests < _REQUESTS_A_CHILD:
            return False
        self.stop()
        self._owner, self._requests = os.getpid(), 0
        self._process = subprocess.Popen(
            [sys.executable, str(self._script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return True

    def _exchange(self, request: Any, deadline: Deadline) -> Any:
        process, box = self._process, []
        if process is None or process.stdin is None or process.stdout is None:
            raise RenderFailure("the renderer could not be started")
        talk = threading.Thread(target=_talk, args=(process, request, box), daemon=True)
        talk.start()
        talk.join(deadline.left_s())
        if talk.is_alive():
            self.stop()
            talk.join()
            raise RenderFailure(f"the renderer took more than {deadline.seconds:.0f} s")
        self._requests += 1
        if not box:
            self.stop()
            raise RenderFailure("the renderer crashed")
        kind, value = box[0]
        if kind == "error":
            self.stop()
            self._refused = (time.monotonic(), str(value))
            raise RenderFailure(str(value))
        return value


def _talk(process: "subprocess.Popen[bytes]", request: Any, box: list[Any]) -> None:
    try:
        pickle.dump(request, process.stdin, protocol=5)  # type: ignore[arg-type]
        process.stdin.flush()  # type: ignore[union-attr]
        # Only our own child writes this pipe, so that unpickling it is as safe as running it.
        box.append(pickle.load(process.stdout))  # type: ignore[arg-type]
    except (OSError, EOFError, ValueError, pickle.UnpicklingError):
        # The child died: an empty box says so.
        return


def _close(stream: Any) -> None:
    try:
        stream.close()
    except OSError:
        # Unsent bytes to a dead child.
        return


_child = _Child()
atexit.register(_child.stop)


def draw(
    parts: Sequence[dict[str, Any]], shots: Sequence[dict[str, Any]], deadline: Deadline
) -> list[NDArray[np.uint8]]:
    """Draw in the child: one (H, W, 4) uint8 picture with straight alpha for each shot.

    Raises:
        RenderFailure: OpenGL does not work here, the child crashed twice, or the deadline passed.
    """
    return _child.ask({"parts": list(parts), "shots": list(shots)}, deadline)
