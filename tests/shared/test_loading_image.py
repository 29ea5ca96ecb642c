"""Pictures come back as upright 8-bit sRGB whatever they were stored as; bad files are refused clearly."""

import time

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps

from shared.errors import InputError, PromptError
from shared.limits import Limits
from shared.loading import load_image, load_mask
from shared.media import Image


def photo(height: int = 60, width: int = 80) -> np.ndarray:
    """(H, W, 3) uint8: smooth, with another ramp in each channel and no symmetry."""
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    return (255 * np.stack([x, y, 0.3 + 0.4 * x * y], axis=2)).round().astype(np.uint8)


def saved(path, picture, **options):
    picture = Pillow.fromarray(picture) if isinstance(picture, np.ndarray) else picture
    picture.save(path, **options)
    return path


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif"])
def test_lossless_pictures_come_back_exactly(tmp_path, suffix):
    image = load_image(saved(tmp_path / f"a.{suffix}", photo()))
    np.testing.assert_array_equal(image.pixels, photo())
    assert image.alpha is None and not image.pixels.flags.writeable


@pytest.mark.parametrize("suffix", ["jpg", "webp", "gif", "avif"])
def test_lossy_pictures_come_back_nearly(tmp_path, suffix):
    image = load_image(saved(tmp_path / f"a.{suffix}", photo()))
    assert np.abs(image.pixels.astype(int) - photo()).mean() < 12


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(tmp_path, orientation, suffix):
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    options = {"quality": 95} if suffix in ("jpg", "webp") else {}
    path = saved(tmp_path / f"a.{suffix}", photo(), exif=exif, **options)
    stored = Pillow.fromarray(photo())
    stored.getexif()[0x0112] = orientation
    wanted = np.asarray(ImageOps.exif_transpose(stored))
    found = load_image(path).pixels
    assert found.shape == wanted.shape
    assert np.abs(found.astype(int) - wanted).mean() < 4


def test_alpha_turns_with_the_picture(tmp_path):
    exif = Pillow.Exif()
    exif[0x0112] = 6
    alpha = np.zeros((60, 80), np.uint8)
    alpha[:10] = 200
    image = load_image(saved(tmp_path / "a.png", np.dstack([photo(), alpha]), exif=exif))
    assert image.alpha is not None
    np.testing.assert_array_equal(image.alpha, np.rot90(alpha, -1))
    np.testing.assert_array_equal(image.pixels, np.rot90(photo(), -1))


@pytest.mark.parametrize(("name", "tolerance"), [("a.tif", 1), ("a.jpg", 4)])
def test_cmyk_without_profile(tmp_path, name, tolerance):
    path = saved(tmp_path / name, Pillow.fromarray(photo()).convert("CMYK"))
    assert np.abs(load_image(path).pixels.astype(int) - photo()).mean() < tolerance


def test_lab(tmp_path):
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    picture = ImageCms.profileToProfile(Pillow.fromarray(photo()), srgb, lab, outputMode="LAB")
    assert np.abs(load_image(saved(tmp_path / "a.tif", picture)).pixels.astype(int) - photo()).mean() < 3


def other_profile() -> bytes:
    """An sRGB profile whose red and green primaries are exchanged: its effect cannot be overlooked."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(data[128:132], "big")
    entry = {bytes(data[132 + 12 * i : 136 + 12 * i]): 132 + 12 * i for i in range(count)}
    red, green = entry[b"rXYZ"] + 4, entry[b"gXYZ"] + 4
    data[red : red + 8], data[green : green + 8] = data[green : green + 8], data[red : red + 8]
    return bytes(data).replace(b"s\0R\0G\0B", b"o\0t\0h\0r").replace(b"sRGB", b"othr")


def test_an_embedded_profile_is_applied_to_colour(tmp_path):
    flat = np.full((8, 8, 3), (200, 40, 90), np.uint8)
    found = load_image(saved(tmp_path / "a.png", flat, icc_profile=other_profile())).pixels
    assert np.abs(found.astype(int) - (40, 200, 90)).max() <= 2


def test_an_embedded_profile_is_applied_beside_alpha_and_in_palettes(tmp_path):
    flat = np.full((8, 8, 4), (200, 40, 90, 128), np.uint8)
    image = load_image(saved(tmp_path / "a.png", flat, icc_profile=other_profile()))
    assert np.abs(image.pixels.astype(int) - (40, 200, 90)).max() <= 2
    assert image.alpha is not None and (image.alpha == 128).all()
    palette = Pillow.fromarray(flat[:, :, :3]).convert("P", palette=Pillow.Palette.ADAPTIVE)
    found = load_image(saved(tmp_path / "p.png", palette, icc_profile=other_profile())).pixels
    assert np.abs(found.astype(int) - (40, 200, 90)).max() <= 2


@pytest.mark.parametrize("profile", [b"no profile at all", b""])
def test_a_damaged_profile_is_passed_over(tmp_path, profile):
    found = load_image(saved(tmp_path / "a.png", photo(), icc_profile=profile)).pixels
    np.testing.assert_array_equal(found, photo())


def test_a_profile_of_another_kind_of_picture_is_passed_over(tmp_path):
    path = saved(tmp_path / "a.tif", Pillow.fromarray(photo()).convert("CMYK"), icc_profile=other_profile())
    assert np.abs(load_image(path).pixels.astype(int) - photo()).max() <= 2


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_16_bit_gray_is_scaled_not_clipped(tmp_path, suffix):
    deep = np.linspace(0, 65535, 4800).round().astype(np.uint16).reshape(60, 80)
    cv2.imwrite(str(tmp_path / f"a.{suffix}"), deep)
    found = load_image(tmp_path / f"a.{suffix}").pixels
    wanted = np.rint(deep / 257)
    assert (found[:, :, 0] == found[:, :, 1]).all() and (found[:, :, 0] == found[:, :, 2]).all()
    np.testing.assert_array_equal(found[:, :, 0], wanted)


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize("channels", [3, 4])
def test_16_bit_colour_is_scaled_not_clipped(tmp_path, suffix, channels):
    deep = np.dstack([photo(), photo()[:, :, :1]])[:, :, :channels].astype(np.uint16) * 257
    order = [2, 1, 0, 3][:channels]
    cv2.imwrite(str(tmp_path / f"a.{suffix}"), deep[:, :, order])
    image = load_image(tmp_path / f"a.{suffix}")
    np.testing.assert_array_equal(image.pixels, photo())
    assert (image.alpha is None) == (channels == 3)


def test_float_gray_is_scaled(tmp_path):
    picture = Pillow.fromarray(np.linspace(0, 1, 100, dtype=np.float32).reshape(10, 10))
    found = load_image(saved(tmp_path / "a.tif", picture)).pixels
    assert found[0, 0, 0] == 0 and found[-1, -1, 0] == 255
    bright = np.linspace(0, 1000, 100, dtype=np.float32).reshape(10, 10)
    bright[0, 0] = np.nan
    found = load_image(saved(tmp_path / "b.tif", Pillow.fromarray(bright))).pixels
    assert found[0, 0, 0] == 0 and found[-1, -1, 0] == 255


def test_gray_1_bit_and_palette(tmp_path):
    gray = photo()[:, :, 0]
    for mode in ("L", "P"):
        found = load_image(saved(tmp_path / f"{mode}.png", Pillow.fromarray(gray).convert(mode))).pixels
        np.testing.assert_array_equal(found, np.repeat(gray[:, :, None], 3, axis=2))
    black_white = Pillow.fromarray(gray > 100)
    found = load_image(saved(tmp_path / "1.png", black_white)).pixels
    np.testing.assert_array_equal(found[:, :, 1], np.where(gray > 100, 255, 0))


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_alpha_is_kept_apart(tmp_path, mode):
    alpha = photo()[:, :, 1]
    picture = Pillow.fromarray(photo()).convert(mode)
    picture.putalpha(Pillow.fromarray(alpha))
    image = load_image(saved(tmp_path / "a.png", picture))
    np.testing.assert_array_equal(image.alpha, alpha)
    np.testing.assert_array_equal(
        image.pixels, np.asarray(Pillow.fromarray(photo()).convert(mode[:-1]).convert("RGB"))
    )


def test_a_note_says_what_is_seen_where_a_picture_is_transparent(tmp_path):
    alpha = np.full((60, 80), 255, np.uint8)
    alpha[:15] = 0
    (told,) = load_image(saved(tmp_path / "cut.png", np.dstack([photo(), alpha]))).notes
    assert told.startswith("cut.png is transparent in 25 % of its area") and "file hides" in told
    plain = np.where(alpha[:, :, None] > 0, photo(), np.uint8(7))
    (told,) = load_image(saved(tmp_path / "plain.png", np.dstack([plain, alpha]))).notes
    assert "one plain colour" in told
    for opacity in (1, 255):  # seen through a little, or not at all: nothing is hidden
        solid = np.full((60, 80), opacity, np.uint8)
        assert load_image(saved(tmp_path / "solid.png", np.dstack([photo(), solid]))).notes == ()


def test_a_transparent_colour_or_palette_entry_becomes_alpha(tmp_path):
    flat = np.zeros((4, 4, 3), np.uint8)
    flat[:2] = (9, 8, 7)
    image = load_image(saved(tmp_path / "a.png", flat, transparency=(9, 8, 7)))
    np.testing.assert_array_equal(image.alpha, np.where(flat[:, :, 0] == 9, 0, 255))
    palette = Pillow.fromarray(flat).convert("P", palette=Pillow.Palette.ADAPTIVE)
    index = palette.getpixel((0, 0))
    image = load_image(saved(tmp_path / "p.png", palette, transparency=index))
    np.testing.assert_array_equal(image.alpha, np.where(flat[:, :, 0] == 9, 0, 255))
    table = bytes(30 if i == index else 255 for i in range(2))
    image = load_image(saved(tmp_path / "t.png", palette, transparency=table))
    np.testing.assert_array_equal(image.alpha, np.where(flat[:, :, 0] == 9, 30, 255))


@pytest.mark.parametrize("suffix", ["gif", "webp", "tif"])
def test_the_first_frame_of_many_is_read(tmp_path, suffix):
    frames = [Pillow.new("RGB", (8, 8), colour) for colour in ((250, 0, 0), (0, 250, 0))]
    options = {"lossless": True} if suffix == "webp" else {}
    path = saved(tmp_path / f"a.{suffix}", frames[0], save_all=True, append_images=frames[1:], **options)
    assert np.abs(load_image(path).pixels[4, 4].astype(int) - (250, 0, 0)).max() <= 6


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif", "bmp", "gif", "avif"])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.97])
def test_cut_off_pictures_are_refused(tmp_path, suffix, share):
    noise = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    path = saved(tmp_path / f"a.{suffix}", noise)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(InputError, match=r"a\.\w+ is (damaged or cut off|not a picture)"):
        load_image(path)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif", "bmp", "gif", "avif"])
def test_scrambled_pictures_are_read_or_refused_but_never_crash(tmp_path, suffix):
    random = np.random.default_rng(3)
    path = saved(tmp_path / f"a.{suffix}", random.integers(0, 256, (40, 50, 3), np.uint8))
    data = path.read_bytes()
    for turn in range(60):
        scrambled = bytearray(data)
        for place in random.integers(0, min(len(data), (64, 400, 10**6)[turn % 3]), 6):
            scrambled[place] = random.integers(0, 256)
        path.write_bytes(scrambled)
        try:
            assert load_image(path).pixels.shape[2] == 3
        except InputError as error:
            assert error.cure


@pytest.mark.parametrize("side", [12_000, 16_000])
def test_huge_pictures_are_refused_from_their_header(tmp_path, side):
    path = saved(tmp_path / "a.png", Pillow.new("1", (side, side)))
    start_s = time.process_time()
    with pytest.raises(InputError, match="at most 40 megapixels.*SEGSTUDIO_MAX_IMAGE_MEGAPIXELS"):
        load_image(path)
    assert time.process_time() - start_s < 1
    with pytest.raises(InputError, match="megapixels"):
        load_image(path, limits=Limits(image_megapixels=100))


def test_beyond_what_the_decoder_allows_no_limit_helps(tmp_path):
    path = saved(tmp_path / "a.png", Pillow.new("1", (16_000, 16_000)))
    with pytest.raises(InputError, match="256 megapixels, too many to decode whatever the limit"):
        load_image(path, limits=Limits(image_megapixels=1000))


def test_limits_can_be_raised_and_lowered(tmp_path, monkeypatch):
    path = saved(tmp_path / "a.png", photo())
    monkeypatch.setenv("SEGSTUDIO_MAX_IMAGE_SIDE_PX", "79")
    with pytest.raises(InputError, match="80 x 60 pixels; at most 79 pixels a side"):
        load_image(path)
    monkeypatch.setenv("SEGSTUDIO_MAX_IMAGE_SIDE_PX", "80")
    assert load_image(path).width == 80


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"This is no picture.", "is not a picture that can be read. PNG, JPEG"),
        (b"\0\0\0\x18ftypheic" + bytes(99), "HEIC.*JPEG or PNG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not a picture"),
        (b"", "is empty"),
    ],
    ids=["text", "heic", "eps", "svg", "empty"],
)
def test_what_is_no_picture_is_refused(tmp_path, content, message):
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        load_image(path)


class TestMask:
    image = Image(photo())
    wanted = photo()[:, :, 0] > 150

    def load(self, tmp_path, picture, **options):
        return load_mask(saved(tmp_path / "m.png", picture, **options), self.image).mask

    def test_white_on_black(self, tmp_path):
        for picture in (
            self.wanted,
            np.where(self.wanted, np.uint8(255), np.uint8(0)),
            np.where(self.wanted, np.uint8(1), np.uint8(0)),
            np.where(self.wanted, np.uint8(255), np.uint8(100)),
            np.repeat(np.where(self.wanted, np.uint8(255), np.uint8(0))[:, :, None], 3, axis=2),
            np.where(self.wanted, np.uint16(65535), np.uint16(0)),
        ):
            np.testing.assert_array_equal(self.load(tmp_path, picture), self.wanted)

    def test_soft_edges_are_cut_at_half(self, tmp_path):
        soft = photo()[:, :, 0]
        np.testing.assert_array_equal(self.load(tmp_path, soft), soft > 127)

    def test_palette(self, tmp_path):
        picture = Pillow.fromarray(self.wanted.astype(np.uint8)).convert("P")
        picture.putpalette([0, 0, 0, 128, 0, 0])
        np.testing.assert_array_equal(self.load(tmp_path, picture), self.wanted)

    def test_a_cutout_is_marked_where_it_is_opaque(self, tmp_path):
        cutout = np.dstack([photo(), np.where(self.wanted, 255, 0).astype(np.uint8)])
        np.testing.assert_array_equal(self.load(tmp_path, cutout), self.wanted)

    def test_an_opaque_picture_is_read_by_brightness(self, tmp_path):
        white = np.where(self.wanted[:, :, None], np.uint8((255, 255, 255, 255)), np.uint8((0, 0, 0, 255)))
        np.testing.assert_array_equal(self.load(tmp_path, white), self.wanted)

    @pytest.mark.parametrize("shape", [(60, 79), (80, 60), (1, 1)])
    def test_another_size_is_refused(self, tmp_path, shape):
        with pytest.raises(PromptError, match=f"{shape[1]} x {shape[0]} pixels.* 80 x 60.*own size"):
            self.load(tmp_path, np.full(shape, 255, np.uint8))

    @pytest.mark.parametrize("value", [0, 90])
    def test_an_empty_mask_is_refused(self, tmp_path, value):
        with pytest.raises(PromptError, match="is empty. Mark the object in white"):
            self.load(tmp_path, np.full((60, 80), value, np.uint8))

    def test_an_empty_cutout_is_refused(self, tmp_path):
        with pytest.raises(PromptError, match="is empty"):
            self.load(tmp_path, np.dstack([photo(), np.zeros((60, 80), np.uint8)]))
