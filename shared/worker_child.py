"""Answer requests of `shared.worker` under another Python: `python -I worker_child.py TASK.py SETTINGS`.

A script; it imports nothing of the suite and nothing but numpy, which that environment must have. TASK.py has
`load(settings) -> state` and `answer(state, told, arrays, step) -> (told, arrays)`; an exception of it may
have a `kind` ("refused", "device", "package", "weights", "memory") that says whose fault it is.

A message is eight bytes of length, little-endian, and an NPZ file of that length: arrays, and under "told"
the text of a JSON object. Nothing in it is ever unpickled.
"""

import importlib.util
import io
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

Arrays = dict[str, np.ndarray]
Step = Callable[[float, str], None]
TOLD = "told"
_MOST_TEXT = 2000


def write_message(stream: BinaryIO, told: dict[str, Any], arrays: Arrays) -> None:
    """Write one message.

    Args:
        stream: A pipe.
        told: JSON types.
        arrays: Of numbers or booleans, under any names but "told".
    """
    packed = io.BytesIO()
    np.savez(packed, told=np.array(json.dumps(told)), **arrays)  # type: ignore[arg-type]
    content = packed.getbuffer()
    stream.write(len(content).to_bytes(8, "little"))
    stream.write(content)
    stream.flush()


def read_message(stream: BinaryIO) -> tuple[dict[str, Any], Arrays] | None:
    """Read one message; None at the end of the stream.

    Raises:
        ValueError: What came is no message.
    """
    length = stream.read(8)
    content = stream.read(int.from_bytes(length, "little")) if len(length) == 8 else b""
    if len(length) < 8 or len(content) < int.from_bytes(length, "little"):
        return None
    with np.load(io.BytesIO(content), allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files if name != TOLD}
        return json.loads(str(held[TOLD])), arrays


def told_of(error: BaseException) -> dict[str, Any]:
    """Return what a parent is told of an error: "kind" and "text"."""
    kind, name, text = getattr(error, "kind", ""), type(error).__name__, str(error).strip()
    if not kind and (isinstance(error, MemoryError) or "OutOfMemory" in name or "out of memory" in text):
        kind = "memory"
    if not kind and isinstance(error, ImportError):
        kind = "package"
    if not kind and isinstance(error, FileNotFoundError):
        kind = "weights"
    shown = text if getattr(error, "kind", "") else f"{name}: {text}"
    return {"is": "error", "kind": kind or "failure", "text": shown[:_MOST_TEXT]}


def _task(path: str) -> Any:
    spec = importlib.util.spec_from_file_location("worker_task", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be run.")
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made  # dataclasses look their module up
    spec.loader.exec_module(made)
    return made


def _listen(requests: "queue.Queue[Any]") -> None:
    """Pass requests on; when the parent is gone, end whatever is being computed."""
    while (request := read_message(sys.stdin.buffer)) is not None:
        requests.put(request)
    os.kill(os.getpid(), signal.SIGTERM)


def _set_environment() -> None:
    """Let programs and libraries of this environment be found, as its activation would."""
    programs = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", "")])
    os.environ["CONDA_PREFIX"] = sys.prefix


def main(task_path: str, settings: dict[str, Any]) -> None:
    """Answer requests until standard input closes.

    Args:
        task_path: The task's file.
        settings: Passed to its `load`, at the first request.
    """
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever libraries print goes to the error stream
    _set_environment()
    requests: queue.Queue[Any] = queue.Queue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()

    def step(fraction: float, stage: str) -> None:
        write_message(replies, {"is": "step", "fraction": fraction, "stage": stage}, {})

    ready: list[Any] = []
    while True:
        told, arrays = requests.get()
        try:
            if not ready:
                task = _task(task_path)
                ready = [task, task.load(settings)]
            answer, made = ready[0].answer(ready[1], told, arrays, step)
            reply = ({"is": "done", "answer": answer}, made)
        except Exception as error:  # the parent tells the user of it, whatever it is
            reply = (told_of(error), {})
            if not isinstance(error, MemoryError):
                sys.excepthook(type(error), error, error.__traceback__)
        write_message(replies, *reply)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
