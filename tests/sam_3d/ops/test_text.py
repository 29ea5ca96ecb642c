import numpy as np
import pytest
import trimesh

from sam_3d.lettering import word_shape
from sam_3d.ops.text import Text
from sam_3d.statistics import statistics
from shared.errors import InputError
from shared.mesh import Mesh


@pytest.fixture(scope="module")
def block(lifted):
    """A block of 100 × 100 × 40 mm."""
    box = trimesh.creation.box((1, 1, 0.4))
    return lifted.with_mesh(Mesh(np.asarray(box.vertices), np.asarray(box.faces)))


def test_letters_have_the_holes_and_the_height_that_they_should():
    b = word_shape("B")
    assert b.num_contour() == 3
    left, bottom, right, top = b.bounds()
    assert top - bottom == pytest.approx(1, rel=0.05) and (left + right) == pytest.approx(0, abs=1e-6)


def test_raised_letters_add_their_area_times_their_height(block):
    area_cm2 = word_shape("AB").area() * 2.0**2
    for style, sign in (("raised", 1), ("engraved", -1)):
        step = Text(text="AB", style=style, letter_mm=20, depth_mm=1.5)
        found = statistics(step(block))
        assert found["volume_cm3"] == pytest.approx(400 + sign * area_cm2 * 0.15, rel=1e-3)
        assert found["watertight"] and found["winding_consistent"] and found["bodies"] == 1
        assert found["size_mm"][2] == pytest.approx(41.5 if sign > 0 else 40, abs=0.01)


@pytest.mark.parametrize(("side", "axis", "sign"), [("front", 2, 1), ("back", 2, -1), ("underside", 1, -1)])
def test_each_side_is_written_on_from_its_own_side(block, side, axis, sign):
    """An L: more of it lies left and below its middle, as seen by who reads it."""
    done = Text(text="L", side=side, letter_mm=30, depth_mm=2, up_percent=50)(block).mesh
    points = done.vertices * 1000
    outer = points[points[:, axis] * sign > np.abs(points[:, axis] * sign).max() - 0.1]
    right = {"front": (1, 0, 0), "back": (-1, 0, 0), "underside": (1, 0, 0)}[side]
    up = {"front": (0, 1, 0), "back": (0, 1, 0), "underside": (0, 0, 1)}[side]
    x, y = outer @ right, outer @ up
    x, y = x - (x.min() + x.max()) / 2, y - (y.min() + y.max()) / 2
    assert x[y > 0].max() < x[y < 0].max() - 5  # the foot points to the reader's right, and is below


def test_it_shrinks_until_it_fits(block):
    found = statistics(Text(text="A VERY LONG LINE OF TEXT", letter_mm=50, depth_mm=1)(block))
    assert found["size_mm"][:2] == [100, 100] and found["bodies"] == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 61, "漢字", "a,b"])
def test_what_cannot_be_written_is_explained(block, text):
    with pytest.raises(InputError, match=r"wants one line|has no|takes no"):
        Text(text=text)(block)
