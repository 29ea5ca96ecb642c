"""The stem mixer: plays the sounds of a run from one clock; its value is their tracks and faders."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Literal

from apps.web.result_files import file_data
from apps.web.widget import Widget
from sam_audio.export.formats import FORMATS
from sam_audio.mix_settings import StemSetting

Role = Literal["stem", "original", "other"]


class Mixer(Widget):
    """Plays stems in step, with solo, mute, gain, pan, loop and comparison.

    Its value is what `mixer_value` returns. Events: `mixdown` (asks for run, stems and format as a file) and
    `unmix` (stops that job). Its property `answer` tells how a mix-down stands, see `answer`.
    """

    files: ClassVar[str] = "mixer"

    def api_info(self) -> dict[str, Any]:
        """Return the JSON schema of the value."""
        return {"type": "object"}


def track(
    name: str, label: str, role: Role, *, sound: Path | None, picture: Path | None, save_as: str = ""
) -> dict[str, Any]:
    """Return one track of a `Mixer`.

    Args:
        name: Its id, as faders name it.
        label: What a person calls it.
        role: "stem", all of which add up to the recording; "original", that sum; or "other", a finished
            sound to compare with.
        sound: Its file; None for the original, which is played from its stems.
        picture: Its waveform and spectrogram, over its whole length.
        save_as: What the sound's file is called where it is taken home.
    """
    return {
        "id": name,
        "role": role,
        "label": label,
        "name": save_as or (sound.name if sound else ""),
        "audio": file_data(sound) if sound else None,
        "picture": file_data(picture) if picture else None,
    }


def mixer_value(
    run: str,
    tracks: list[dict[str, Any]],
    *,
    form: tuple[int, int, int],
    plot: tuple[float, float, float],
    products: list[list[float]] | None = None,
    stems: Mapping[str, StemSetting] | None = None,
) -> dict[str, Any]:
    """Return the value of a `Mixer`.

    Args:
        run: Id of the job.
        tracks: What `track` returns, in the order shown.
        form: Sample rate in Hz, channels and frames of every track.
        plot: Where a picture's time axis starts and how long it is, as parts of its width; width by height
            of its upper part with the waveform.
        products: Mean products of the channels of all tracks with a sound, see `sam_audio.balance`; without
            them, what is compared is not matched in loudness.
        stems: Faders to start with, by track id.
    """
    rate_hz, channels, frames = form
    return {
        "run": run,
        "tracks": tracks,
        "sample_rate_hz": rate_hz,
        "channels": channels,
        "duration_s": frames / rate_hz,
        "plot": list(plot),
        "products": products,
        "stems": {name: asdict(setting) for name, setting in (stems or {}).items()},
        "formats": [[name, form.title] for name, form in FORMATS.items()],
    }
