import numpy as np
import pytest

from sam_3d.lift import lift
from tests.sam_3d.shapes import disc, picture
from tests.sam_3d.solids import check_solid


def plate(**options):
    text = ",".join(f"{name}={value}" for name, value in options.items())
    return check_solid(lift(picture(disc(60)), disc(60), mode=f"extrude:{text}").mesh)


def test_the_depth_is_the_part_that_was_asked_for():
    for percent in (2, 12, 60):
        assert plate(depth_percent=percent).extents[2] == pytest.approx(percent / 100, rel=0.05)


def test_the_edge_takes_its_volume():
    sharp = plate(depth_percent=20, edge_percent=0).volume
    assert sharp == pytest.approx(np.pi / 4 * 0.2, rel=0.03)
    rounded = plate(depth_percent=20, edge_percent=60, edge="round").volume
    bevelled = plate(depth_percent=20, edge_percent=60, edge="bevel").volume
    # Around the rim a quarter circle of radius r leaves (1 − π/4) r² less, a bevel r²/2, above and below.
    corner = 2 * np.pi * (0.1 * 0.6) ** 2
    assert rounded - bevelled == pytest.approx((np.pi / 4 - 0.5) * corner, rel=0.15)
    assert bevelled < rounded < sharp


def test_a_ring_keeps_its_hole():
    ring = disc(60) & ~disc(25)
    assert check_solid(lift(picture(ring), ring, mode="extrude").mesh).euler_number == 0


def test_both_faces_are_flat():
    solid = plate(depth_percent=20)
    facing = np.abs(solid.face_normals[:, 2]) > 0.999
    assert solid.area_faces[facing].sum() == pytest.approx(2 * np.pi * 0.47**2, rel=0.06)
