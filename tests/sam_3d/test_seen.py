from dataclasses import replace

import numpy as np
import pytest
import trimesh

from sam_3d.lift import lift
from sam_3d.ops.fill_holes import FillHoles
from sam_3d.ops.mirror import Mirror
from sam_3d.ops.remesh import Remesh
from sam_3d.ops.stand import BasePlate, FlatCut
from sam_3d.seen import MADE_UP_RGB, SEEN_RGB, seen_share, seen_vertices, tinted
from sam_3d.types import Shape
from shared.mesh import Camera, Mesh
from tests.sam_3d.shapes import disc, picture


def test_of_a_far_ball_the_camera_sees_half():
    ball = trimesh.creation.icosphere(5, 0.5)
    mesh = Mesh(np.asarray(ball.vertices), np.asarray(ball.faces))
    shape = Shape(mesh, Camera(4000.0, (200, 200), (400, 400)), np.array([0, 0, -20.0]))
    seen = seen_vertices(shape)
    assert (seen == (mesh.vertices[:, 2] > 0.0375)).mean() > 0.99  # less what is seen at under 3°
    assert seen_share(replace(mesh, seen=seen)) == pytest.approx(0.4625, abs=0.01)


def test_what_stands_behind_or_outside_the_picture_is_not_seen():
    front, back = trimesh.creation.box((1, 1, 0.1)), trimesh.creation.box((0.8, 0.8, 0.1))
    both = trimesh.util.concatenate([front, back.apply_translation([0, 0, -1])])
    mesh = Mesh(np.asarray(both.vertices), np.asarray(both.faces))
    shape = Shape(mesh, Camera(400.0, (200, 200), (400, 400)), np.array([0, 0, -5.0]))
    seen = seen_vertices(shape)
    assert seen[: len(front.vertices)].any() and not seen[len(front.vertices) :].any()
    aside = Shape(mesh, Camera(400.0, (-800, 200), (400, 400)), np.array([0, 0, -5.0]))
    assert not seen_vertices(aside).any()


def test_a_lift_knows_its_front_and_steps_carry_it(lifted):
    share = seen_share(lifted.mesh)
    assert 0.35 < share < 0.55
    front = lifted.mesh.vertices[:, 2] > 0.3
    assert lifted.mesh.seen[front].mean() > 0.95 and not lifted.mesh.seen[~front].all()
    for step in (Remesh(edge_percent=3), Mirror(), FillHoles()):
        assert seen_share(step(lifted).mesh) == pytest.approx(share, abs=0.02)


def test_new_parts_were_not_seen(lifted):
    plate = BasePlate()(lifted).mesh
    low = plate.vertices[:, 1] < plate.vertices[:, 1].min() + 1e-6
    assert not plate.seen[low].any() and seen_share(plate) < seen_share(lifted.mesh)
    cut = FlatCut(cut_percent=30, side="front")(lifted).mesh
    flat = cut.vertices[cut.faces][..., 2].min(1) > cut.vertices[:, 2].max() - 1e-9
    assert flat.any() and not cut.seen[cut.faces[flat]].all(1).any()


def test_a_mirrored_half_counts_as_made_up():
    mask = disc(60)
    photo = picture(mask)
    photo.pixels.setflags(write=True)
    rng = np.random.default_rng(0)
    photo.pixels[mask] = rng.integers(0, 255, (int(mask.sum()), 3))
    whole, half = lift(photo, mask), lift(photo, mask, symmetry="left")
    assert seen_share(half.mesh) == pytest.approx(seen_share(whole.mesh) / 2, abs=0.05)


def test_the_tint_tells_both_apart(lifted):
    made = tinted(replace(lifted.mesh, uv=None, texture=None))
    to_seen = np.abs(made.colors.astype(int) - SEEN_RGB).sum(1)
    to_made_up = np.abs(made.colors.astype(int) - MADE_UP_RGB).sum(1)
    assert ((to_seen < to_made_up) == lifted.mesh.seen).all()
