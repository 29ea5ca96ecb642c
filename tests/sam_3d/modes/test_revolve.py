import numpy as np
import pytest

from sam_3d.lift import lift
from tests.sam_3d.cups import FOOT_PX, RIM_PX, cup, cup_photo
from tests.sam_3d.shapes import disc, picture
from tests.sam_3d.solids import check_solid, overlap


def turned(angle_deg):
    """A bar of 60 by 160 pixels, turned about the picture's middle."""
    rows, columns = np.mgrid[:240, :240] - 119.5
    angle = np.radians(angle_deg)
    along, across = (
        columns * -np.sin(angle) + rows * np.cos(angle),
        columns * np.cos(angle) + rows * np.sin(angle),
    )
    return (np.abs(along) < 80) & (np.abs(across) < 30)


def test_a_disc_becomes_a_ball():
    solid = check_solid(lift(picture(disc(60)), disc(60), mode="revolve").mesh)
    assert solid.volume == pytest.approx(np.pi / 6, rel=0.02)  # longest edge 1
    assert solid.extents == pytest.approx([1, 1, 1], abs=0.02)


@pytest.mark.parametrize("angle_deg", [0, 25, -20])
def test_a_leaning_bar_becomes_a_leaning_cylinder(angle_deg):
    mask = turned(angle_deg)
    result = lift(picture(mask), mask, mode="revolve")
    solid = check_solid(result.mesh)
    assert overlap(result, mask) >= 0.97
    unit = 160 * np.cos(np.radians(angle_deg)) + 60 * np.sin(np.radians(abs(angle_deg)))
    assert solid.volume * unit**3 == pytest.approx(np.pi * 30**2 * 160, rel=0.04)


def test_a_vessel_is_hollow_and_stands_upright():
    body, _ = cup(30)
    result = lift(cup_photo(), body, mode="revolve:inside=vessel,wall_percent=5")
    solid = check_solid(result.mesh)
    assert overlap(result, body) >= 0.97
    assert np.degrees(result.tilt_rad) == pytest.approx(30, abs=3)
    # As wide as its rim, and as tall as the way between rim and foot, which the tilt has shortened.
    tall = (FOOT_PX[0] - RIM_PX[0]) / np.cos(np.radians(30))
    assert solid.extents[1] / solid.extents[0] == pytest.approx(tall / (2 * RIM_PX[1]), rel=0.05)
    full = lift(cup_photo(), body, mode="revolve").mesh
    assert solid.volume < 0.45 * check_solid(full).volume
    # Open at the top: a ray down the middle meets the floor, not a lid.
    top = result.mesh.vertices[:, 1].max()
    hits = solid.ray.intersects_location([[0, top + 1, 0]], [[0, -1, 0]])[0]
    assert hits[:, 1].max() < top - 0.8 * solid.extents[1]


def test_a_level_view_has_no_tilt():
    mask = np.zeros((200, 200), bool)
    mask[40:160, 60:140] = True
    result = lift(picture(mask), mask, mode="revolve:inside=vessel")
    assert result.tilt_rad == 0
    assert overlap(result, mask) >= 0.97


def test_the_far_side_looks_like_the_near_side():
    mask = disc(60)
    result = lift(picture(mask), mask, mode="revolve")
    assert result.mesh.uv is not None and result.mesh.texture is not None
    height, width = result.mesh.texture.shape[:2]
    behind = result.mesh.vertices[:, 2] < -0.45
    column = (result.mesh.uv[behind, 0] * width).astype(int)
    row = ((1 - result.mesh.uv[behind, 1]) * height).astype(int)
    # The white spot in the middle of the front is seen in the middle of the back too.
    assert result.mesh.texture[row, column].min(1).max() > 230


def test_an_outline_without_symmetry_or_with_holes_is_told():
    odd = np.zeros((200, 200), bool)
    odd[20:180, 20:60] = odd[20:50, 20:180] = True
    assert any("not symmetric" in w for w in lift(picture(odd), odd, mode="revolve").warnings)
    ring = disc(60) & ~disc(35)
    assert any("Holes" in w for w in lift(picture(ring), ring, mode="revolve").warnings)
