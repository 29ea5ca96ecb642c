import pytest

from shared.errors import Cancelled
from shared.worker_process import run_module


def test_it_ends_with_the_status_of_the_module():
    ticks = []
    assert run_module("compileall", ["--help"], lambda: ticks.append(1)) == 0 and ticks
    assert run_module("compileall", ["--no-such-flag"], lambda: None) == 2


def test_what_a_tick_raises_ends_it():
    def stop() -> None:
        raise Cancelled()

    with pytest.raises(Cancelled):
        run_module("http.server", ["--bind", "127.0.0.1", "0"], stop)
