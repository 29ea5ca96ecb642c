"""How large an input may be: stated, checked before anything is decoded, and set by environment variables."""

import os
from dataclasses import dataclass, fields

from shared.errors import InputError

_PREFIX = "SEGSTUDIO_MAX_"


@dataclass(frozen=True)
class Limits:
    """Largest input that is read.

    Each field is set by an environment variable: `audio_minutes` by SEGSTUDIO_MAX_AUDIO_MINUTES, and
    so on.

    Args:
        file_megabytes: Size of a file that is decoded whole, 10⁶ bytes.
        sound_megabytes: Size of a sound file, which is read as it goes: three hours of stereo and more.
        audio_minutes: Length of a sound.
        audio_channels: Channels of a sound; more than 8 cannot be handled whatever is set.
        image_megapixels: Width × height of a picture, 10⁶ pixels.
        image_side_px: Longest side of a picture, pixels.
    """

    file_megabytes: float = 500
    sound_megabytes: float = 5000
    audio_minutes: float = 180
    audio_channels: float = 8
    image_megapixels: float = 40
    image_side_px: float = 20_000

    @classmethod
    def from_environment(cls) -> "Limits":
        """Return the defaults, changed by what the environment sets.

        Raises:
            InputError: A variable does not hold a number above 0.
        """
        return cls(**{f.name: _number(f.name) for f in fields(cls) if setting(f.name) in os.environ})

    def refuse_above(self, name: str, value: float, what: str) -> None:
        """Refuse a value above the limit `name`.

        Args:
            name: A field of this class.
            value: What the input has, in the field's unit.
            what: The fact in words, such as "The sound lasts 200 minutes".

        Raises:
            InputError: Naming the limit and the setting that raises it.
        """
        limit = getattr(self, name)
        if value > limit:
            unit = name.partition("_")[2].replace("side_px", "pixels a side")
            raise InputError(
                f"{what}; at most {limit:g} {unit} are read.",
                f"Give a smaller one, or raise the limit by the environment variable {setting(name)}.",
            )


def setting(name: str) -> str:
    """Return the environment variable of a limit: SEGSTUDIO_MAX_AUDIO_MINUTES for `audio_minutes`."""
    return _PREFIX + name.upper()


def _number(name: str) -> float:
    text = os.environ[setting(name)]
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not value > 0:
        raise InputError(f"{setting(name)} wants a number above 0, but is {text!r}.", "Correct or unset it.")
    return value
