import struct

import numpy as np
import pytest

from sam_3d.export.stl import write
from sam_3d.lift import lift
from sam_3d.ops.simplify import Simplify
from sam_3d.ops.stand import BasePlate, FlatCut
from tests.sam_3d.export.readers import is_solid, read
from tests.sam_3d.shapes import odd_masks, picture


def test_millimetres_z_up_standing_on_the_bed(lifted, tmp_path):
    write(lifted, tmp_path / "a.stl", height_mm=120)
    mesh = read(tmp_path / "a.stl")
    assert is_solid(mesh)
    assert mesh.extents[2] == pytest.approx(120, rel=1e-5)
    assert mesh.bounds[0, 2] == pytest.approx(0, abs=1e-4)
    width, height, depth = np.ptp(lifted.mesh.vertices, axis=0)
    assert mesh.extents[:2] == pytest.approx(np.array([width, depth]) * 120 / height, rel=1e-5)


def test_the_bytes_are_as_the_format_says(lifted, tmp_path):
    write(lifted, tmp_path / "a.stl")
    data = (tmp_path / "a.stl").read_bytes()
    (count,) = struct.unpack("<I", data[80:84])
    assert count == len(lifted.mesh.faces)
    assert len(data) == 84 + 50 * count
    assert not data.startswith(b"solid")
    normal = np.array(struct.unpack("<3f", data[84:96]))
    a, b, c = np.array(struct.unpack("<9f", data[96:132])).reshape(3, 3)
    across = np.cross(b - a, c - a)
    assert normal == pytest.approx(across / np.linalg.norm(across), abs=1e-3)


@pytest.mark.parametrize(
    "name", ["hole", "one pixel", "thin line", "diagonal line", "frame", "whole picture"]
)
def test_odd_shapes_stay_printable_after_all_steps(name, tmp_path):
    mask = odd_masks()[name]
    result = lift(picture(mask), mask)
    for i, step in enumerate((Simplify(faces=3000), FlatCut(), BasePlate())):
        write(step(result), tmp_path / f"{i}.stl", height_mm=60)
        assert is_solid(read(tmp_path / f"{i}.stl")), step
