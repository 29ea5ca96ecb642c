"""Previews keep the original's size in words, and stand upright."""

import base64
import io
from pathlib import Path

from PIL import Image

from apps.web.pictures import SCREEN_PX, preview_of


def opened(data_url: str) -> Image.Image:
    head, _, body = data_url.partition(",")
    assert head in ("data:image/jpeg;base64", "data:image/png;base64")
    return Image.open(io.BytesIO(base64.b64decode(body)))


def test_a_large_picture_is_scaled_down_and_says_its_own_size(tmp_path: Path) -> None:
    Image.new("RGB", (4000, 3000), (200, 40, 40)).save(tmp_path / "big.jpg")
    shown = preview_of(tmp_path / "big.jpg")
    assert (shown.width_px, shown.height_px) == (4000, 3000)
    assert opened(shown.data_url).size == (SCREEN_PX, SCREEN_PX * 3 // 4)
    assert len(shown.data_url) < 100_000


def test_a_turned_phone_picture_is_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20)).save(tmp_path / "turned.jpg", exif=exif)
    shown = preview_of(tmp_path / "turned.jpg")
    assert (shown.width_px, shown.height_px) == opened(shown.data_url).size == (20, 40)


def test_what_was_made_of_the_file_is_told_when_it_is_opened(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (8, 6), (40 * i, 0, 0)) for i in range(3)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    assert preview_of(tmp_path / "moving.gif").notes == (
        "moving.gif has 3 pictures; the first one was taken.",
    )
