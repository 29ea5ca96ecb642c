"""Progress reports fractions in order, nested parts fill their share, and a stop is obeyed at once."""

from threading import Event

import pytest

from shared.errors import Cancelled
from shared.progress import Pace, Progress, time_left


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
        with pytest.raises(Cancelled):
            progress.check()
    assert heard == pytest.approx([0.05])


class Clock:
    """A clock that is turned by hand."""

    time_s = 100.0

    def __call__(self) -> float:
        return self.time_s


def paced(steps: list[tuple[float, float]]) -> list[float | None]:
    clock = Clock()
    pace, found = Pace(clock), []
    for seconds, fraction in steps:
        clock.time_s += seconds
        found.append(pace.remaining_s(fraction))
    return found


def test_even_work_is_foretold_exactly():
    found = paced([(0, 0.0), *((1, n / 100) for n in range(1, 101))])
    assert found[:2] == [None, None]
    assert found[2:] == pytest.approx([100 - n for n in range(2, 101)])


def test_a_slower_stage_is_noticed_within_half_a_minute():
    steps = [(0, 0.0)] + [(1, n / 100) for n in range(1, 51)]  # 1 % a second, then 0.1 %
    steps += [(1, 0.5 + n / 1000) for n in range(1, 61)]
    found = paced(steps)
    assert found[50] == pytest.approx(50)
    assert found[-1] == pytest.approx(440, rel=0.05)


def test_work_of_hours_is_foretold_as_well():
    found = paced([(0, 0.0), *((1, n / 10_000) for n in range(1, 301))])
    assert found[50] is None
    assert found[-1] == pytest.approx(9700, rel=0.01)


@pytest.mark.parametrize("steps", [[(0, 0.5)], [(0, 0.0), (600, 0.005)], [(0, 0.3), (1, 0.9)]])
def test_nothing_is_foretold_from_too_little(steps):
    assert paced(steps)[-1] is None


def test_many_reports_cost_little():
    clock = Clock()
    pace = Pace(clock)
    for number in range(100_000):
        clock.time_s += 0.01
        pace.remaining_s(number / 100_000)
    assert len(pace._seen) < 200


@pytest.mark.parametrize(
    ("remaining_s", "words"),
    [
        (None, ""),
        (0.0, "about 5 s left"),
        (43.0, "about 45 s left"),
        (56.0, "about 1 min left"),
        (100.0, "about 2 min left"),
        (3569.0, "about 59 min left"),
        (3700.0, "about 1 h 00 min left"),
        (7800.0, "about 2 h 10 min left"),
    ],
)
def test_time_left_in_words(remaining_s, words):
    assert time_left(remaining_s) == words
