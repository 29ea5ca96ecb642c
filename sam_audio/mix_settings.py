"""What a mixer holds of each stem: level, place, mute and solo; and the matrix that they make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError
from shared.params import Doc, Range, build, validated

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class StemSetting:
    """One channel strip.

    Args:
        gain_db: Level change.
        pan: −1 left .. 1 right.
        mute: Leave the stem out; also when it is soloed.
        solo: Hear only the stems that are soloed.

    Raises:
        InputError: A value is out of range or of the wrong type.
    """

    gain_db: Annotated[float, Range(-60, 12, "dB"), Doc("Level change.")] = 0.0
    pan: Annotated[float, Range(-1, 1), Doc("Place between left and right.")] = 0.0
    mute: Annotated[bool, Doc("Leave the stem out.")] = False
    solo: Annotated[bool, Doc("Hear only the stems that are soloed.")] = False

    def __post_init__(self) -> None:
        validated(self)


def settings_from_json(value: Any) -> dict[str, StemSetting]:
    """Make settings from their JSON form, {"residual": {"gain_db": -6, "pan": 0.3}, …}.

    Raises:
        InputError: Not such an object, an unknown name in it, or a value out of range.
    """
    if not isinstance(value, Mapping) or not all(isinstance(item, Mapping) for item in value.values()):
        raise InputError(
            "A mix wants a JSON object with an object for each stem.", 'Such as {"residual": {}}.'
        )
    return {
        str(name): build(StemSetting, dict(item), owner=f"stem {name}"[:60]) for name, item in value.items()
    }


def heard(names: Iterable[str], settings: Mapping[str, StemSetting]) -> tuple[str, ...]:
    """Return the stems that sound: none that is muted, and only soloed ones where there are any.

    Raises:
        InputError: A setting names no stem.
    """
    names = tuple(names)
    if unknown := sorted(set(settings) - set(names)):
        raise InputError(f"There is no stem {', '.join(unknown)}.", f"There are {', '.join(names)}.")
    solo = {name for name, setting in settings.items() if setting.solo}
    mute = {name for name, setting in settings.items() if setting.mute}
    return tuple(name for name in names if name not in mute and (not solo or name in solo))


def matrix(setting: StemSetting, channels: int, channels_out: int) -> Matrix:
    """Return the gains from a stem's channels to the mix's, (channels_out, channels) float32.

    Panning is equal-power, by the formulas of the StereoPannerNode (W3C, Web Audio API 1.1, section 1.31),
    so that a browser's mixer sounds the same. A mono stem is raised by 3 dB against them, which leaves it
    at its level in the middle.

    Args:
        setting: Level and place.
        channels: Of the stem.
        channels_out: Of the mix: the same, or 2 for a mono stem.

    Raises:
        InputError: Sound of more than two channels cannot be panned.
    """
    gain = 10 ** (setting.gain_db / 20)
    if setting.pan == 0:
        same = np.eye(channels) if channels == channels_out else np.ones((channels_out, 1))
    elif channels > 2:
        raise InputError(f"Sound of {channels} channels cannot be panned.", "Leave pan at 0.")
    else:
        same = _panned(setting.pan, channels)
    return (gain * same).astype(np.float32)


def _panned(pan: float, channels: int) -> NDArray[np.float64]:
    if channels == 1:
        angle = (pan + 1) / 2 * np.pi / 2
        return np.sqrt(2) * np.array([[np.cos(angle)], [np.sin(angle)]])
    if pan <= 0:
        angle = (pan + 1) * np.pi / 2
        return np.array([[1, np.cos(angle)], [0, np.sin(angle)]])
    angle = pan * np.pi / 2
    return np.array([[np.cos(angle), 0], [np.sin(angle), 1]])
