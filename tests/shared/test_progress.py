"""Progress reports fractions in order, nested parts fill their share, and a stop is obeyed at once."""

from threading import Event

import pytest

from shared.errors import Cancelled
from shared.progress import Progress


def test_without_listener_nothing_happens():
    Progress().step(0.5, "half")


def test_fractions_are_clipped():
    heard = []
    progress = Progress(lambda fraction, stage: heard.append((fraction, stage)))
    for fraction in (-1.0, 0.25, 7.0):
        progress.step(fraction, "work")
    assert heard == [(0.0, "work"), (0.25, "work"), (1.0, "work")]


def test_parts_fill_their_share_of_the_whole():
    heard = []
    whole = Progress(lambda fraction, stage: heard.append(fraction))
    part = whole.within(0.5, 1.0).within(0.0, 0.5)
    for fraction in (0, 0.5, 1, 2):
        part.step(fraction, "inner")
    assert heard == pytest.approx([0.5, 0.625, 0.75, 0.75])


def test_a_stop_is_obeyed_in_every_part_and_nothing_more_is_reported():
    heard, stop = [], Event()
    whole = Progress(lambda fraction, stage: heard.append(fraction), stop)
    part = whole.within(0, 0.5)
    part.step(0.1, "before")
    stop.set()
    for progress in (whole, part):
        with pytest.raises(Cancelled, match="cancelled; nothing was written"):
            progress.step(0.9, "after")
    assert heard == pytest.approx([0.05])
