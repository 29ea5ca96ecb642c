"""What cuts itself becomes one solid."""

import numpy as np
import pytest
import trimesh

from sam_body.export.solid import on_plate, one_solid


def sphere(x: float) -> tuple[np.ndarray, np.ndarray]:
    ball = trimesh.creation.icosphere(3, 500.0)
    return np.asarray(ball.vertices) + [x, 0, 500], np.asarray(ball.faces, np.int64)


def test_two_balls_that_overlap_become_their_union(coarse):
    (a, faces), (b, _) = sphere(-300), sphere(300)
    vertices, triangles, anew = one_solid(np.concatenate([a, b]), np.concatenate([faces, faces + len(a)]))
    made = trimesh.Trimesh(vertices, triangles)
    radius, half = 500.0, 300.0
    cap = np.pi * (radius - half) ** 2 * (2 * radius + half) / 3
    assert anew and made.is_watertight and made.body_count == 1
    assert made.volume == pytest.approx(2 * (4 / 3 * np.pi * radius**3 - cap), rel=0.01)


def test_a_whole_ball_stays_and_stands_on_its_plate():
    vertices, faces, anew = one_solid(*sphere(0))
    assert not anew and len(vertices) == len(sphere(0)[0])
    stood = trimesh.Trimesh(*on_plate(vertices, faces))
    assert stood.is_watertight and stood.body_count == 1
    assert stood.bounds[0, 2] == pytest.approx(0)
    assert stood.bounds[1, 2] == pytest.approx(1000 * 1.016, abs=1)
