"""Pictures of sound: waveform above, spectrogram below, all stems of a run on one scale."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_audio.axes import Axis, to_unit
from sam_audio.spectrum import BANDS, Profile, profile
from sam_audio.ticks import frequency_ticks, level, number, time_ticks
from shared.encoders.audio import Block
from shared.exporting import atomic
from shared.media import AudioSource
from shared.progress import Progress

Picture = NDArray[np.uint8]
WIDTH, WAVE_HEIGHT, MEL_HEIGHT = 1100, 110, 288  # plot areas, pixels
LEFT, RIGHT, TOP, GAP, BOTTOM = 62, 74, 12, 10, 34
RANGE_DB = 80.0  # from the loudest band of the loudest sound down to black
PAPER, INK, FAINT = (18, 16, 26), (226, 222, 236), (74, 68, 92)
FAINT_TEXT = (150, 143, 172)
WAVE, WAVE_EDGE = (250, 176, 122), (255, 214, 170)
ROWS = {"mel": BANDS, "linear": 2 * BANDS, "log": 2 * BANDS}
TICK_GAP = 16 / MEL_HEIGHT  # between two frequencies, of the axis


def write_previews(
    sounds: Mapping[str, AudioSource],
    folder: Path,
    *,
    axis: Axis = "mel",
    progress: Progress | None = None,
) -> tuple[str, ...]:
    """Write a picture of each sound, all on the scale of the loudest, so that they compare.

    Args:
        sounds: By name; each file is called <name>.png.
        folder: Where to.
        axis: Frequency axis: "linear", "mel" or "log".
        progress: Where to report and when to stop.

    Returns:
        The file names.
    """
    progress = progress or Progress()
    profiles: dict[str, Profile] = {}
    for done, (name, sound) in enumerate(sounds.items()):
        progress.step(done / len(sounds), "draw the sounds")
        profiles[name] = profile(sound, WIDTH, axis=axis, rows=ROWS[axis])
    top_db = max(p.top_db for p in profiles.values())
    peak = max(p.peak for p in profiles.values())
    for name, measured in profiles.items():
        with atomic(folder / f"{name}.png") as file:
            picture(measured, top_db=top_db, peak=peak).save(file)
    progress.step(1.0, "draw the sounds")
    return tuple(f"{name}.png" for name in profiles)


def preview(sound: AudioSource, *, axis: Axis = "mel") -> Any:
    """Return the picture of one sound, on its own scale and a frequency axis, as a PIL image."""
    return picture(profile(sound, WIDTH, axis=axis, rows=ROWS[axis]))


def picture(measured: Profile, *, top_db: float | None = None, peak: float | None = None) -> Any:
    """Draw a measured sound.

    Args:
        measured: With as many columns as the picture is wide.
        top_db: Level drawn brightest; the sound's own highest when None.
        peak: Distance from the centre that fills half the waveform's height; the sound's own when None.

    Returns:
        PIL image, RGB.
    """
    from PIL import Image, ImageDraw

    top_db = measured.top_db if top_db is None else top_db
    peak = measured.peak if peak is None else peak
    size = (LEFT + WIDTH + RIGHT, TOP + WAVE_HEIGHT + GAP + MEL_HEIGHT + BOTTOM)
    image = Image.new("RGB", size, PAPER)
    image.paste(Image.fromarray(_waveform(measured, peak)), (LEFT, TOP))
    heat = Image.fromarray(heat_pixels(measured.levels_db, top_db)).resize(
        (WIDTH, MEL_HEIGHT), Image.Resampling.BICUBIC
    )
    image.paste(heat, (LEFT, TOP + WAVE_HEIGHT + GAP))
    draw = ImageDraw.Draw(image)
    _label_wave(draw, measured.centre, peak)
    _label_time(draw, measured.duration_s)
    _label_frequency(draw, measured.sample_rate_hz, measured.axis)
    _label_level(image, draw, top_db)
    return image


def _waveform(measured: Profile, peak: float) -> Picture:
    """Draw extremes as bars, (110, N, 3)."""
    scale = (WAVE_HEIGHT / 2 - 2) / max(peak, 1e-6)
    rows = np.arange(WAVE_HEIGHT)[:, None] - (WAVE_HEIGHT - 1) / 2
    top, bottom = (measured.centre - measured.high) * scale, (measured.centre - measured.low) * scale
    inside = (rows >= top - 0.5) & (rows <= bottom + 0.5)
    edge = inside & ((rows < top + 0.5) | (rows > bottom - 0.5))
    pixels = np.full((*inside.shape, 3), (26, 23, 38), np.uint8)
    pixels[WAVE_HEIGHT // 2] = FAINT
    pixels[inside] = WAVE
    pixels[edge] = WAVE_EDGE
    return pixels


def heat_pixels(levels_db: Block, top_db: float) -> Picture:
    """Colour levels, (R, N) dB low to high, as a picture with low ones at the bottom, (R, N, 3)."""
    shade = np.clip((levels_db - top_db + RANGE_DB) / RANGE_DB, 0, 1)
    return colours()[np.round(shade[::-1] * 255).astype(int)]


@cache
def colours() -> Picture:
    """Return 256 colours from near black over violet and coral to pale yellow, (256, 3).

    Lightness rises evenly, so that equal steps in dB look equal; made in OKLCH and turned into sRGB by
    Ottosson's OKLab matrices (2020).
    """
    t = np.linspace(0, 1, 256)
    light = 0.13 + 0.85 * t
    chroma = np.interp(t, [0, 0.25, 0.6, 0.85, 1], [0.03, 0.15, 0.19, 0.14, 0.07])
    hue = np.deg2rad(np.interp(t, [0, 0.3, 0.6, 0.8, 1], [285, 310, 380, 415, 465]))
    a, b = chroma * np.cos(hue), chroma * np.sin(hue)
    cones = np.stack(
        [
            light + 0.3963377774 * a + 0.2158037573 * b,
            light - 0.1055613458 * a - 0.0638541728 * b,
            light - 0.0894841775 * a - 1.2914855480 * b,
        ]
    )
    to_linear = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.7076147010],
        ]
    )
    linear = np.clip(to_linear @ cones**3, 0, 1)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.round(srgb.T * 255).astype(np.uint8)


@cache
def _font() -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(13)


def _label_wave(draw: Any, centre: float, peak: float) -> None:
    top = number(centre + peak) if centre else level(peak)
    draw.text((LEFT - 8, TOP + 8), top, INK, _font(), "rm")
    middle = TOP + WAVE_HEIGHT / 2
    draw.text((LEFT - 8, middle), number(centre), INK, _font(), "rm")


def _label_time(draw: Any, duration_s: float) -> None:
    base = TOP + WAVE_HEIGHT + GAP + MEL_HEIGHT
    for time_s, words in time_ticks(duration_s):
        x = LEFT + time_s / duration_s * WIDTH
        if x > LEFT + WIDTH - 14:
            break
        draw.line((x, base, x, base + 5), INK)
        draw.text((x, base + 16), words, INK, _font(), "mm")
    draw.text((LEFT + WIDTH + 8, base + 16), "time", FAINT_TEXT, _font(), "lm")


def _label_frequency(draw: Any, sample_rate_hz: int, axis: Axis) -> None:
    base, top_hz = TOP + WAVE_HEIGHT + GAP + MEL_HEIGHT, sample_rate_hz / 2
    for tick_hz, words in frequency_ticks(top_hz, axis, TICK_GAP):
        y = base - to_unit(tick_hz, axis, top_hz) * MEL_HEIGHT
        if y < TOP + WAVE_HEIGHT + GAP + 6:
            continue
        draw.line((LEFT - 6, y, LEFT - 1, y), INK)
        draw.text((LEFT - 8, y), words, INK, _font(), "rm")


def _label_level(image: Any, draw: Any, top_db: float) -> None:
    from PIL import Image

    x, y = LEFT + WIDTH + 12, TOP + WAVE_HEIGHT + GAP
    bar = np.repeat(colours()[::-1, None], 12, axis=1)
    image.paste(Image.fromarray(bar).resize((12, MEL_HEIGHT)), (x, y))
    for step in range(5):
        level = top_db - RANGE_DB * step / 4
        draw.text((x + 18, y + 6 + (MEL_HEIGHT - 12) * step / 4), f"{level:.0f} dB", INK, _font(), "lm")
