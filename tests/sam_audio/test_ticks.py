"""Marks of axes: few enough, in order, in words that suit their size."""

import numpy as np
import pytest

from sam_audio.axes import AXES, to_unit
from sam_audio.ticks import frequency_ticks, hertz, level, number, time_ticks


@pytest.mark.parametrize(
    ("duration_s", "second", "last"),
    [
        (0.0001, "10 µs", "100 µs"),
        (0.05, "5 ms", "50 ms"),
        (5.6, "1 s", "5 s"),
        (60, "5 s", "1:00"),
        (3600, "5:00", "1:00:00"),
        (43_200, "1:00:00", "12:00:00"),
        (200_000, "6:00:00", "2 d 6:00"),
        (30 * 86_400, "5 d", "30 d"),
    ],
)
def test_times(duration_s: float, second: str, last: str):
    ticks = time_ticks(duration_s)
    assert 2 <= len(ticks) <= 14
    assert (ticks[1][1], ticks[-1][1]) == (second, last)
    assert ticks[-1][0] <= duration_s * (1 + 1e-9)


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("top_hz", [0.5, 6.25, 50, 4000, 22_050, 192_000])
def test_frequencies_keep_their_distance(axis, top_hz: float):
    ticks = frequency_ticks(top_hz, axis, 1 / 18)
    units = [to_unit(hz, axis, top_hz) for hz, _ in ticks]
    assert 3 <= len(ticks) <= 18
    assert np.diff(units).min() >= 1 / 18 - 1e-9
    assert units[0] >= 0 and units[-1] <= 1 + 1e-9


def test_the_marks_of_a_song_are_the_usual_ones():
    assert [words for _, words in frequency_ticks(24_000, "mel", 1 / 18)] == [
        "200 Hz",
        "500 Hz",
        "1 kHz",
        "2 kHz",
        "5 kHz",
        "10 kHz",
        "20 kHz",
    ]


def test_words():
    assert [hertz(f) for f in (0.00002, 0.05, 1, 20, 12_500)] == [
        "20 µHz",
        "50 mHz",
        "1 Hz",
        "20 Hz",
        "12.5 kHz",
    ]
    assert (level(1.0), level(0.1), level(12_345.6)) == ("0 dBFS", "-20 dBFS", "12 346")
    assert (number(0), number(-3.14159), number(2.5e9)) == ("0", "-3.14", "2.5e+09")
