from dataclasses import replace

import numpy as np
import pytest
import trimesh

from sam_3d.sizing import sized_mm
from sam_3d.statistics import statistics
from shared.mesh import Mesh


def as_object(lifted, mesh):
    return lifted.with_mesh(Mesh(np.asarray(mesh.vertices), np.asarray(mesh.faces)))


def test_the_numbers_agree_with_trimesh(lifted):
    found = statistics(lifted, 60)
    oracle = trimesh.Trimesh(sized_mm(lifted, 60), lifted.mesh.faces, process=True)
    oracle.merge_vertices()
    assert found["faces"] == len(oracle.faces)
    assert found["vertices"] == len(oracle.vertices)
    assert found["size_mm"] == pytest.approx(oracle.extents, abs=0.01)
    assert found["volume_cm3"] == pytest.approx(oracle.volume / 1000, abs=0.001)
    assert found["area_cm2"] == pytest.approx(oracle.area / 100, abs=0.01)
    assert found["watertight"] and oracle.is_watertight
    assert found["winding_consistent"] and oracle.is_winding_consistent
    assert found["bodies"] == oracle.body_count == 1


def test_a_cube_is_measured_exactly(lifted):
    found = statistics(as_object(lifted, trimesh.creation.box((1, 1, 1))), 20)
    assert found["size_mm"] == [20, 20, 20]
    assert (found["volume_cm3"], found["area_cm2"], found["overhang_percent"]) == (8.0, 24.0, 0.0)


def test_a_hole_is_seen(lifted):
    mesh = lifted.mesh
    found = statistics(lifted.with_mesh(replace(mesh, faces=mesh.faces[1:])))
    assert not found["watertight"] and not found["winding_consistent"]


def test_a_turned_triangle_is_seen(lifted):
    faces = np.array(lifted.mesh.faces)
    faces[5] = faces[5, ::-1]
    found = statistics(lifted.with_mesh(replace(lifted.mesh, faces=faces)))
    assert found["watertight"] and not found["winding_consistent"]


def test_bodies_are_counted(lifted):
    two = trimesh.util.concatenate(
        [trimesh.creation.box(), trimesh.creation.box().apply_translation([3, 0, 0])]
    )
    assert statistics(as_object(lifted, two))["bodies"] == 2


def test_overhang_is_the_share_that_leans_over(lifted):
    # A mushroom: the underside of the cap hangs freely, the foot rests on the bed.
    stem = trimesh.creation.box((1, 4, 1))
    cap = trimesh.creation.box((3, 1, 3)).apply_translation([0, 2.5, 0])
    found = statistics(as_object(lifted, trimesh.util.concatenate([stem, cap])), 50)
    assert found["overhang_percent"] == pytest.approx(100 * 9 / (18 + 30), abs=0.1)


def test_the_facts_are_plain_json(lifted):
    import json

    assert json.loads(json.dumps(statistics(lifted, 100))) == statistics(lifted, 100)
