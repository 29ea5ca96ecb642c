import numpy as np
import pytest

from sam_3d.lift import lift
from tests.sam_3d.shapes import disc, picture
from tests.sam_3d.solids import check_solid


def shell(**options):
    text = ",".join(f"{name}={value}" for name, value in options.items())
    return lift(picture(disc(60)), disc(60), mode=f"shell:{text}")


def test_a_disc_becomes_half_a_hollow_ball():
    solid = check_solid(shell(rise=1, wall_percent=5).mesh)
    assert solid.extents == pytest.approx([1, 1, 0.5], rel=0.03)
    assert solid.volume == pytest.approx(2 / 3 * np.pi * (0.5**3 - 0.45**3), rel=0.06)


def test_it_is_open_behind():
    result = shell(rise=1, wall_percent=5)
    solid = check_solid(result.mesh)
    back, front = result.mesh.vertices[:, 2].min(), result.mesh.vertices[:, 2].max()
    hits = solid.ray.intersects_location([[0, 0, back - 1]], [[0, 0, 1]])[0]
    assert hits[:, 2].min() == pytest.approx(front - 0.05, abs=0.01)


def test_a_dish_bulges_away_from_the_viewer():
    mesh = shell(bulge="away").mesh
    middle = np.hypot(mesh.vertices[:, 0], mesh.vertices[:, 1]) < 0.1
    assert mesh.vertices[middle, 2].max() < 0 < shell().mesh.vertices[:, 2].max()
    assert mesh.vertices[:, 2].min() == pytest.approx(mesh.vertices[middle, 2].min())
    check_solid(mesh)


def test_what_is_too_narrow_for_a_hollow_is_told():
    line = np.zeros((100, 200), bool)
    line[48:52, 20:180] = True
    result = lift(picture(line), line, mode="shell:wall_percent=10")
    check_solid(result.mesh)
    assert any("too narrow for a hollow" in warning for warning in result.warnings)
