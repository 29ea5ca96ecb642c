"""Run a module of ours in a process of its own, which can be ended and whose crash takes nothing down."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

_POLL_S = 0.1


def run_module(module: str, words: Sequence[str], tick: Callable[[], None]) -> int:
    """Run `python -m module words...` to its end and return its exit status; it says nothing on the way.

    Args:
        module: Full name.
        words: Its arguments.
        tick: Called some ten times a second; what it raises, such as `Cancelled`, ends the process.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", module, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[1],
    )
    try:
        while process.poll() is None:
            tick()
            try:
                process.wait(_POLL_S)
            except subprocess.TimeoutExpired:
                continue
    finally:
        process.kill()
        process.wait()
    return process.returncode
