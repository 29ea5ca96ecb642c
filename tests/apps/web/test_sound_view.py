"""What the board shows: a stretch in its own seconds, drawn in the colours of the whole."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from apps.web.sound_view import Stretch, closer, facts_of, overview
from sam_audio.axes import to_unit
from shared.errors import InputError
from shared.media import Waveform

RATE_HZ = 16_000


@pytest.fixture(scope="module")
def beep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of silence with a loud 2 kHz tone from 1.0 to 1.5 s."""
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    samples = 0.5 * np.sin(2 * np.pi * 2000 * time_s) * ((time_s >= 1) & (time_s < 1.5))
    path = tmp_path_factory.mktemp("beep") / "beep.wav"
    soundfile.write(path, samples, RATE_HZ)
    return path


def pixels(view: dict) -> np.ndarray:
    kind, _, data = view["picture"].partition(",")
    assert kind == "data:image/webp;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("L"))


@pytest.mark.parametrize("frames", [1, 7, 1000, 70_000])
def test_a_stretch_is_a_part_of_the_sound_at_any_block_size(frames: int) -> None:
    samples = np.arange(150_000, dtype=np.float32).reshape(2, -1) / 150_000
    part = Stretch(Waveform(samples, RATE_HZ), 66_000, 66_000 + 5 * min(frames, 1500))
    got = np.concatenate(list(part.blocks(frames)), axis=1)
    assert np.array_equal(got, samples[:, part.start : part.stop]) and got.shape[1] == part.frames


@pytest.mark.parametrize("axis", ["mel", "linear", "log"])
def test_the_tone_lies_where_the_axis_says(beep: Path, axis: str) -> None:
    view = overview(beep, axis)
    picture = pixels(view)
    row = picture[:, int(0.625 * picture.shape[1])].argmax()
    assert 1 - (row + 0.5) / picture.shape[0] == pytest.approx(to_unit(2000, axis, RATE_HZ / 2), abs=0.01)
    assert picture[row, : picture.shape[1] // 3].max() < 60
    assert (view["start_s"], view["end_s"]) == (0, 2) and max(view["high"]) == 127


def test_a_closer_view_says_which_stretch_it_shows(beep: Path) -> None:
    view = closer(beep, "mel", 0.9, 1.1)
    assert (view["start_s"], view["end_s"]) == pytest.approx((0.9, 1.1), abs=1e-3)
    high = np.array(view["high"])
    assert high[: int(0.45 * len(high))].max() == 0 and high[int(0.6 * len(high)) :].max() > 100
    assert view["top_db"] == overview(beep, "mel")["top_db"]
    with pytest.raises(InputError, match="no sound from"):
        closer(beep, "mel", 5, 6)


def test_facts_and_a_wrong_axis(beep: Path) -> None:
    facts = {"name": "beep.wav", "duration_s": 2.0, "sample_rate_hz": RATE_HZ, "channels": 1}
    assert facts_of(beep) == facts
    with pytest.raises(InputError, match="no frequency axis"):
        overview(beep, "bark")
