"""The file formats that stems leave the suite in, by the names that a recipe uses."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sam_audio.export.flac import write_flac
from sam_audio.export.mp3 import MAX_CHANNELS, mp3_rate_hz, refuse_channels, write_mp3
from sam_audio.export.ogg import ogg_rate_hz, write_ogg
from sam_audio.export.sndfile import Tags
from sam_audio.export.wav import write_wav
from shared.errors import InputError
from shared.media import AudioSource

Write = Callable[..., None]


def _same(sample_rate_hz: int) -> int:
    return sample_rate_hz


@dataclass(frozen=True)
class SoundFormat:
    """One way to write a sound.

    Args:
        name: As in a recipe: "wav16".
        suffix: With the dot: ".wav".
        title: What a person calls it.
        write: Called with a source, a path and `gain`, and with `tags` where it takes them.
        tagged: Whether it holds tags.
        boundless: Whether it holds levels above full scale.
        rate_hz: Rate of the file for the rate of the sound.
        channels: The most that it holds.
    """

    name: str
    suffix: str
    title: str
    write: Write
    tagged: bool = True
    boundless: bool = False
    rate_hz: Callable[[int], int] = _same
    channels: int = 8

    def save(self, source: AudioSource, path: Path, *, gain: float = 1.0, tags: Tags | None = None) -> None:
        """Write a source whole; raises as the format's own function does."""
        more: dict[str, Any] = {"tags": tags} if self.tagged else {}
        self.write(source, path, gain=gain, **more)


FORMATS: dict[str, SoundFormat] = {
    form.name: form
    for form in (
        SoundFormat("wav", ".wav", "WAV, 32-bit float", write_wav, tagged=False, boundless=True),
        SoundFormat("wav24", ".wav", "WAV, 24 bits", partial(write_wav, bits=24), tagged=False),
        SoundFormat("wav16", ".wav", "WAV, 16 bits, dithered", partial(write_wav, bits=16), tagged=False),
        SoundFormat("flac", ".flac", "FLAC, 24 bits", write_flac),
        SoundFormat(
            "mp3", ".mp3", "MP3, best quality", write_mp3, rate_hz=mp3_rate_hz, channels=MAX_CHANNELS
        ),
        SoundFormat("ogg", ".ogg", "Ogg Vorbis, quality 8", write_ogg, rate_hz=ogg_rate_hz),
    )
}
WORKING = "wav"  # what the suite itself works on


def chosen(names: Iterable[str], source: AudioSource) -> tuple[SoundFormat, ...]:
    """Return formats by name, if they can hold the sound.

    Raises:
        InputError: An unknown name, or two formats that would make files of one name.
        ExportError: More channels than a format holds.
    """
    found: dict[str, SoundFormat] = {}
    for name in names:
        if name not in FORMATS:
            raise InputError(f"There is no sound format {name!r}.", f"Choose from {', '.join(FORMATS)}.")
        form = FORMATS[name]
        twin = found.setdefault(form.suffix, form)
        if twin is not form:
            raise InputError(
                f"{twin.name} and {name} would both be {form.suffix} files.", "Choose one of them."
            )
        if source.channels > form.channels:
            refuse_channels(source.channels)
    return tuple(found.values())


def rate_notes(forms: Iterable[SoundFormat], sample_rate_hz: int) -> list[str]:
    """Return a sentence for each format that does not know the rate of the sound."""
    changed = [(form, form.rate_hz(sample_rate_hz)) for form in forms]
    return [
        f"{form.suffix[1:].upper()} does not know {sample_rate_hz} Hz: those files have {rate_hz} Hz."
        for form, rate_hz in changed
        if rate_hz != sample_rate_hz
    ]
