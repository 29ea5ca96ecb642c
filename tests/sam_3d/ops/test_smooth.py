from dataclasses import replace

import numpy as np
import pytest

from sam_3d.ops.smooth import Smooth
from sam_3d.statistics import statistics
from shared.errors import InputError
from shared.normals import vertex_normals, weld


def roughness(mesh):
    normals = vertex_normals(mesh.vertices, mesh.faces)[mesh.faces]
    return np.linalg.norm(normals[:, 0] - normals[:, 1], axis=1).mean()


def test_bumps_go_and_the_solid_stays(lifted):
    first, place = weld(lifted.mesh.vertices)
    noise = np.random.default_rng(0).normal(0, 0.002, (len(first), 3))[place]
    rough = lifted.with_mesh(replace(lifted.mesh, vertices=lifted.mesh.vertices + noise))
    smooth = Smooth(rounds=10)(rough)
    assert roughness(smooth.mesh) < 0.6 * roughness(rough.mesh)
    before, after = statistics(lifted), statistics(smooth)
    assert after["watertight"] and after["bodies"] == 1
    assert after["volume_cm3"] == pytest.approx(before["volume_cm3"], rel=0.03)


def test_the_texture_stays_where_it_is(lifted):
    assert (Smooth()(lifted).mesh.uv == lifted.mesh.uv).all()


def test_rounds_are_checked():
    with pytest.raises(InputError, match="1 to 50"):
        Smooth(rounds=0)
