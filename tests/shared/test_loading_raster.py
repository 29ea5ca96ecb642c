"""Large rasters are read small: the means of their pixels, from overviews, and with bounded memory."""

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from shared.errors import InputError
from shared.limits import Limits
from shared.loading import load_image
from shared.loading_raster import least_shrink

NOISE = np.random.default_rng(0).integers(0, 256, (330, 410, 3), np.uint8)


def means(values: np.ndarray, shrink: int) -> np.ndarray:
    rows = range(0, values.shape[0], shrink)
    columns = range(0, values.shape[1], shrink)
    blocks = [[values[r : r + shrink, c : c + shrink].mean(axis=(0, 1)) for c in columns] for r in rows]
    return np.rint(np.array(blocks))


@pytest.mark.parametrize("shrink", [2, 3, 7, 64])
@pytest.mark.parametrize(
    "how",
    [{"tile": (64, 80), "compression": "zlib"}, {"rowsperstrip": 31, "compression": "zlib"}, {}],
    ids=["tiles", "strips", "one piece"],
)
def test_each_pixel_is_the_mean_of_those_it_stands_for(tmp_path, how, shrink):
    tifffile.imwrite(tmp_path / "a.tif", NOISE, photometric="rgb", **how)
    image = load_image(tmp_path / "a.tif", shrink=shrink)
    assert np.abs(image.pixels - means(NOISE, shrink)).max() <= 1
    assert image.notes == (
        f"The raster was read at 1/{shrink} of its size; prompts and masks are in pixels of that size.",
    )


def test_gray_16_bits_and_opacity(tmp_path):
    deep = NOISE[:, :, 0].astype(np.uint16) * 257
    tifffile.imwrite(tmp_path / "g.tif", deep, tile=(64, 64), compression="zlib")
    assert (
        np.abs(
            load_image(tmp_path / "g.tif", shrink=2).pixels[:, :, 1] - means(NOISE[:, :, :1], 2)[:, :, 0]
        ).max()
        <= 1
    )
    both = np.dstack([NOISE, NOISE[:, :, 0]])
    tifffile.imwrite(tmp_path / "a.tif", both, photometric="rgb", extrasamples=["unassalpha"])
    image = load_image(tmp_path / "a.tif", shrink=2)
    assert image.alpha is not None and np.abs(image.alpha - means(both, 2)[:, :, 3]).max() <= 1


def test_an_overview_is_taken_as_it_is(tmp_path):
    small = np.full((165, 205, 3), (10, 200, 30), np.uint8)
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(NOISE, photometric="rgb", tile=(64, 64))
        file.write(small, photometric="rgb", tile=(64, 64), subfiletype=1)
    assert (load_image(tmp_path / "a.tif", shrink=2).pixels == small).all()
    assert load_image(tmp_path / "a.tif").notes == ()


def test_too_large_a_raster_names_the_way_and_the_way_works(tmp_path):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((7000, 8000), np.uint8), tile=(512, 512), compression="zlib")
    with pytest.raises(InputError, match=r"8000 x 7000.*at most 40 megapixels.*--shrink 4"):
        load_image(path)
    assert (load_image(path, shrink=4).width, load_image(path, shrink=4).height) == (2000, 1750)
    with pytest.raises(InputError, match="4000 x 3500 pixels; at most 10 megapixels"):
        load_image(path, shrink=2, limits=Limits(image_megapixels=10))


def test_the_least_shrink_that_keeps_the_limits_is_taken_when_none_is_given(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((400, 300), np.uint8))
    Pillow.fromarray(NOISE).save(tmp_path / "a.png")
    limits = Limits(image_megapixels=0.02)
    assert least_shrink(tmp_path / "a.tif", limits) == 3
    assert load_image(tmp_path / "a.tif", limits=limits, shrink=0).pixels.shape == (134, 100, 3)
    assert least_shrink(tmp_path / "a.tif", Limits(image_side_px=50)) == 8
    assert least_shrink(tmp_path / "a.tif", Limits()) == least_shrink(tmp_path / "a.png", limits) == 1
    with pytest.raises(InputError, match="too many even at 1/64"):
        least_shrink(tmp_path / "a.tif", Limits(image_megapixels=1e-6))


def test_what_cannot_be_read_part_by_part_is_refused_with_a_cure(tmp_path):
    Pillow.fromarray(NOISE).save(tmp_path / "lzw.tif", compression="tiff_lzw")
    with pytest.raises(InputError, match="gdal_translate -of COG"):
        load_image(tmp_path / "lzw.tif", shrink=2)
    tifffile.imwrite(
        tmp_path / "bands.tif",
        np.zeros((7, 64, 64), np.float32),
        photometric="minisblack",
        planarconfig="separate",
    )
    with pytest.raises(InputError, match="gdal_translate -b 1"):
        load_image(tmp_path / "bands.tif", shrink=2)
    Pillow.fromarray(NOISE).save(tmp_path / "a.png")
    with pytest.raises(InputError, match="it is no TIFF"):
        load_image(tmp_path / "a.png", shrink=2)


@pytest.mark.parametrize("suffix", ["gif", "tif", "webp", "png"])
def test_of_several_pictures_the_first_is_taken_and_a_note_says_so(tmp_path, suffix):
    frames = [Pillow.new("RGB", (16, 16), color) for color in ((250, 0, 0), (0, 250, 0), (0, 0, 250))]
    frames[0].save(tmp_path / f"a.{suffix}", save_all=True, append_images=frames[1:])
    image = load_image(tmp_path / f"a.{suffix}")
    assert image.notes == (f"a.{suffix} has 3 pictures; the first one was taken.",)
    assert np.abs(image.pixels[8, 8].astype(int) - (250, 0, 0)).max() <= 6
