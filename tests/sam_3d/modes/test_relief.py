import numpy as np
import pytest

from sam_3d.lift import lift
from shared.media import Image
from tests.sam_3d.shapes import disc, picture
from tests.sam_3d.solids import check_solid


def relief(pixels=None, **options):
    text = ",".join(f"{name}={value}" for name, value in options.items())
    image = picture(disc(60)) if pixels is None else Image(pixels)
    return lift(image, disc(60), mode=f"relief:{text}")


def test_plate_and_height_are_parts_of_the_object():
    mesh = relief(height_percent=10, plate_percent=5, detail_percent=0, margin_percent=10).mesh
    width, height, depth = check_solid(mesh).extents
    assert width == pytest.approx(1) and height == pytest.approx(1, rel=0.01)
    assert depth == pytest.approx(0.15 / 1.2, rel=0.05)


@pytest.mark.parametrize(("plate", "area"), [("rectangle", 1.2**2), ("disc", np.pi * 0.6**2)])
def test_the_plate_has_its_form(plate, area):
    solid = check_solid(relief(plate=plate, margin_percent=10).mesh)
    back = solid.face_normals[:, 2] < -0.99
    assert solid.area_faces[back].sum() * (solid.extents[0] and 1.2**2) == pytest.approx(area, rel=0.05)


def test_an_outline_plate_follows_the_mask():
    solid = check_solid(relief(plate="outline", margin_percent=0).mesh)
    assert solid.extents[:2] == pytest.approx([1, 1], rel=0.02)


def test_light_parts_stand_out():
    pixels = np.full((200, 200, 3), 90, np.uint8)
    pixels[80:120, 104:112] = 250
    mesh = relief(pixels, detail_percent=3).mesh
    row = np.abs(mesh.vertices[:, 1]) < 0.05
    bright = mesh.vertices[row & (np.abs(mesh.vertices[:, 0] - 0.06) < 0.02), 2].max()
    dark = mesh.vertices[row & (np.abs(mesh.vertices[:, 0] + 0.06) < 0.02), 2].max()
    assert bright - dark > 0.015
