"""Pictures compare: one scale for all, lightness that rises with level, axes that fit."""

from pathlib import Path

import numpy as np
from PIL import Image

from sam_audio.axes import to_unit
from sam_audio.preview import LEFT, MEL_HEIGHT, TOP, WAVE_HEIGHT, WIDTH, colours, preview, write_previews
from shared.media import Waveform

RATE_HZ = 16_000


def tone(level: float, seconds: float = 1.0) -> Waveform:
    t = np.arange(int(RATE_HZ * seconds)) / RATE_HZ
    return Waveform((level * np.sin(2 * np.pi * 1000 * t)).astype(np.float32)[None], RATE_HZ)


def lightness(picture: Image.Image) -> np.ndarray:
    """Relative luminance (Rec. 709) of the spectrogram, (H, W)."""
    pixels = np.asarray(picture, np.float64)[-MEL_HEIGHT - 34 : -34, LEFT : LEFT + WIDTH]
    return pixels @ np.array([0.2126, 0.7152, 0.0722])


def test_all_sounds_of_a_run_share_one_scale(tmp_path: Path):
    names = write_previews({"mix": tone(0.8), "target": tone(0.8), "residual": tone(0.008)}, tmp_path)
    assert names == ("mix.png", "target.png", "residual.png")
    mix, target, residual = (lightness(Image.open(tmp_path / name)) for name in names)
    np.testing.assert_array_equal(mix, target)
    assert residual.max() < 0.6 * mix.max()
    alone = lightness(preview(tone(0.008)))
    assert alone.max() > 0.95 * mix.max()


def test_the_tone_lies_at_its_frequency():
    rows = lightness(preview(tone(0.5))).mean(1)
    wanted = MEL_HEIGHT * (1 - to_unit(1000, "mel", RATE_HZ / 2))
    assert abs(int(rows.argmax()) - wanted) < MEL_HEIGHT / 40


def test_the_waveform_fills_its_height():
    picture = np.asarray(preview(tone(0.5)))[TOP : TOP + WAVE_HEIGHT, LEFT : LEFT + WIDTH]
    bright = (picture[..., 0] > 200).mean(1)
    assert bright[5:-5].min() > 0.9


def test_silence_and_single_samples_can_be_drawn():
    for samples in (np.zeros((1, 1), np.float32), np.zeros((8, 30_000), np.float32)):
        assert preview(Waveform(samples, 8000)).size[0] > WIDTH


def test_colours_rise_evenly_in_lightness():
    linear = (colours() / 255.0) ** 2.2
    light = np.cbrt(linear @ np.array([0.2126, 0.7152, 0.0722]))
    steps = np.diff(light[8:])
    assert (steps > -0.004).all()
    smooth = np.diff(light[8::31])
    assert smooth.max() < 2.2 * smooth.min()
    assert colours()[0].max() < 30 and colours()[-1].min() > 150


def test_an_offset_hides_neither_waveform_nor_spectrum():
    """A sensor's 10 000 ± 1: the line of its tone is as bright as without the offset."""
    t = np.arange(4000)
    wave = np.sin(2 * np.pi * 0.2 * t)[None]
    plain, raised = (
        preview(Waveform((offset + wave).astype(np.float32), 1), axis="linear") for offset in (0, 1e4)
    )
    rows = slice(None, -MEL_HEIGHT // 10)  # all but what is next to 0 Hz
    np.testing.assert_allclose(lightness(raised)[rows].max(), lightness(plain)[rows].max(), rtol=0.05)
    np.testing.assert_array_equal(
        *(np.asarray(p)[TOP : TOP + WAVE_HEIGHT, LEFT : LEFT + WIDTH] for p in (plain, raised))
    )
