"""Where a frequency lies on a picture: linear, mel and logarithmic axes, for any sample rate.

Every axis runs from 0 (bottom) to 1 (top of the picture, half the sample rate). Row r of a picture of R rows
covers the units from 1 − (r + 1)/R to 1 − r/R. The web's drawing board uses the same formulas:

    linear  unit = hz / top
    mel     unit = log(1 + hz / 700) / log(1 + top / 700)         (O'Shaughnessy 1987, "HTK" mel)
    log     unit = 1 + log10(hz / top) / 3, not below 0           (three decades: top / 1000 .. top)
"""

from typing import Any, Literal, get_args

import numpy as np

from shared.errors import InputError

Axis = Literal["linear", "mel", "log"]
AXES: tuple[Axis, ...] = get_args(Axis)
LOG_DECADES = 3
MEL_BREAK_HZ = 700.0


def checked_axis(axis: str) -> Axis:
    """Return the axis of this name.

    Raises:
        InputError: There is none.
    """
    for known in AXES:
        if axis == known:
            return known
    raise InputError(f"There is no frequency axis {axis!r}.", f"Choose from {', '.join(AXES)}.")


def low_hz(axis: Axis, top_hz: float) -> float:
    """Return the frequency at the bottom of an axis, Hz."""
    return top_hz / 10**LOG_DECADES if axis == "log" else 0.0


def to_unit(hz: Any, axis: Axis, top_hz: float) -> Any:
    """Return the place of a frequency on an axis.

    Args:
        hz: A frequency or an array of them, Hz, 0..`top_hz`.
        axis: Which axis.
        top_hz: Frequency at the top, half the sample rate.

    Returns:
        0 (bottom) .. 1 (top), of the shape of `hz`.
    """
    hz = np.asarray(hz, np.float64)
    if axis == "mel":
        unit = np.log1p(hz / MEL_BREAK_HZ) / np.log1p(top_hz / MEL_BREAK_HZ)
    elif axis == "log":
        unit = 1 + np.log10(np.maximum(hz / top_hz, 10.0**-LOG_DECADES)) / LOG_DECADES
    else:
        unit = hz / top_hz
    return unit if unit.ndim else float(unit)


def to_hz(unit: Any, axis: Axis, top_hz: float) -> Any:
    """Return the frequency at a place of an axis; the inverse of `to_unit`.

    Args:
        unit: A place or an array of them, 0 (bottom) .. 1 (top).
        axis: Which axis.
        top_hz: Frequency at the top, half the sample rate.

    Returns:
        Hz, of the shape of `unit`.
    """
    unit = np.asarray(unit, np.float64)
    if axis == "mel":
        hz = MEL_BREAK_HZ * np.expm1(unit * np.log1p(top_hz / MEL_BREAK_HZ))
    elif axis == "log":
        hz = top_hz * 10.0 ** (LOG_DECADES * (unit - 1))
    else:
        hz = unit * top_hz
    return hz if hz.ndim else float(hz)


def row_edges_hz(rows: int, axis: Axis, top_hz: float) -> Any:
    """Return the frequencies between the rows of a picture, from the bottom up, (rows + 1,) Hz."""
    return to_hz(np.linspace(0, 1, rows + 1), axis, top_hz)
