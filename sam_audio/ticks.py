"""Places and words for the marks of an axis: milliseconds to days, millihertz to kilohertz."""

import math

import numpy as np

from sam_audio.axes import Axis, low_hz, to_unit

Tick = tuple[float, str]
MOST_TIMES = 12
WHOLE_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400)
DAY_S = 86_400


def time_ticks(duration_s: float) -> list[Tick]:
    """Return times (s) and their words for an axis from 0 to `duration_s`, at most 12 or so."""
    step_s = _time_step_s(duration_s)
    count = int(duration_s / step_s * (1 + 1e-9))
    return [(index * step_s, clock(index * step_s, step_s)) for index in range(count + 1)]


def _time_step_s(duration_s: float) -> float:
    for step_s in WHOLE_S:
        if step_s <= duration_s / 2 and duration_s / step_s <= MOST_TIMES:
            return float(step_s)
    if duration_s > DAY_S:
        return DAY_S * _round_step(duration_s / DAY_S / MOST_TIMES)
    return _round_step(duration_s / MOST_TIMES)


def _round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * (1 - 1e-9))


def clock(time_s: float, step_s: float) -> str:
    """Return a time in the words that suit the step between two of them."""
    if step_s < 1:
        return _short(time_s, step_s)
    whole = round(time_s)
    if step_s < 60 and whole < 60:
        return f"{whole} s"
    days, hours, minutes, seconds = whole // DAY_S, whole // 3600 % 24, whole // 60 % 60, whole % 60
    if step_s >= DAY_S:
        return f"{days} d"
    if days:
        return f"{days} d {hours}:{minutes:02}"
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _short(time_s: float, step_s: float) -> str:
    factor, unit = next(((f, u) for f, u in ((1, "s"), (1e3, "ms"), (1e6, "µs")) if step_s * f >= 0.0999))
    return f"{round(time_s * factor, 1):g} {unit}"


def frequency_ticks(top_hz: float, axis: Axis, least_gap: float) -> list[Tick]:
    """Return frequencies (Hz) and their words for an axis, low to high.

    Args:
        top_hz: At the top of the axis.
        axis: Which axis.
        least_gap: How near two marks may be, in units of the axis' length.
    """
    if axis == "linear":
        step_hz = _round_step(top_hz * max(least_gap, 1 / 10))
        candidates = np.arange(1, int(top_hz / step_hz * (1 + 1e-9)) + 1) * step_hz
    else:
        lowest = max(low_hz(axis, top_hz), top_hz / 1e4)
        powers = 10.0 ** np.arange(math.floor(math.log10(lowest)), math.ceil(math.log10(top_hz)) + 1)
        candidates = np.outer(powers, (1, 2, 5)).ravel()
        candidates = candidates[(candidates >= lowest * (1 - 1e-9)) & (candidates <= top_hz)]
    ticks: list[Tick] = []
    last = -math.inf if axis == "log" else 0.0
    for hz in candidates.tolist():
        unit = to_unit(hz, axis, top_hz)
        if unit - last >= least_gap or not ticks and axis == "log":
            ticks.append((hz, hertz(hz)))
            last = unit
    return ticks


def hertz(frequency_hz: float) -> str:
    """Return a frequency in words: "0.5 mHz", "20 Hz", "2.5 kHz"."""
    return _with_prefix(frequency_hz, "Hz")


def level(value: float) -> str:
    """Return the height of a waveform in words: dBFS for sound, the number for a measured quantity.

    Sound never goes far beyond 1; up to 4 leaves room for remixes.
    """
    if abs(value) <= 4:
        return f"{20 * math.log10(max(abs(value), 1e-6)):.0f} dBFS"
    return number(value)


def number(value: float) -> str:
    """Return a measured quantity in at most eight characters."""
    if 100 <= abs(value) < 1e6:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}"


def _with_prefix(value: float, unit: str) -> str:
    prefixes: tuple[tuple[float, str], ...] = ((1e3, "k"), (1, ""), (1e-3, "m"))
    size, prefix = next((pair for pair in prefixes if value >= pair[0] * (1 - 1e-9)), (1e-6, "µ"))
    return f"{value / size:.4g} {prefix}{unit}"
