"""The line on the terminal: share, stage and time left, drawn over the line before."""

from io import StringIO

from apps import cli_bar
from apps.cli_bar import Bar
from shared.progress import Pace


def test_each_report_replaces_the_one_before_and_tells_the_time_left(monkeypatch):
    times_s = iter([0.0, 10.0, 20.0])
    monkeypatch.setattr(cli_bar, "Pace", lambda: Pace(lambda: next(times_s)))
    stream = StringIO()
    bar = Bar(stream)
    for fraction, stage in ((0.0, "load"), (0.25, "separate speech"), (1.0, "done")):
        bar(fraction, stage)
    first, second, last = stream.getvalue().split("\r")[1:]
    assert len(first) == len(second) == len(last) < 100
    assert first.split() == ["0%", "load"]
    assert second.split() == ["######", "25%", "separate", "speech", "about", "30", "s", "left"]
    assert last.split() == ["#" * 24, "100%", "done"]
