import numpy as np
import pytest
import trimesh

from sam_3d.ops.keyring import KeyringLoop
from sam_3d.statistics import statistics


@pytest.mark.parametrize(("hole_mm", "ring_mm", "thick_mm"), [(5, 2.5, 3), (1.5, 1, 1), (20, 10, 20)])
def test_the_loop_is_one_with_the_object_and_adds_one_hole(lifted, hole_mm, ring_mm, thick_mm):
    done = KeyringLoop(hole_mm=hole_mm, ring_mm=ring_mm, thick_mm=thick_mm)(lifted)
    found = statistics(done)
    assert found["watertight"] and found["winding_consistent"] and found["bodies"] == 1
    genus = {
        name: 1 - trimesh.Trimesh(mesh.vertices, mesh.faces).euler_number // 2
        for name, mesh in (("before", merged(lifted)), ("after", merged(done)))
    }
    assert genus["after"] == genus["before"] + 1
    assert 100 + hole_mm < found["size_mm"][1] < 100 + hole_mm + 2 * ring_mm


def test_a_pin_goes_through_the_hole(lifted):
    mesh = merged(KeyringLoop(hole_mm=6, ring_mm=3, thick_mm=4)(lifted))
    top = mesh.vertices[mesh.vertices[:, 1].argmax()]
    middle = np.array([top[0], top[1] - 0.006, 0])
    for angle in np.linspace(0, 2 * np.pi, 8, endpoint=False):
        start = middle + 0.0026 * np.array([np.cos(angle), np.sin(angle), 0]) + (0, 0, 1)
        assert not mesh.ray.intersects_any([start], [[0, 0, -1]])[0]


def merged(value):
    mesh = trimesh.Trimesh(value.mesh.vertices, value.mesh.faces, process=False)
    mesh.merge_vertices(merge_tex=True, merge_norm=True)
    return mesh
