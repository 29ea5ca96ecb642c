"""The example person from the photo to the looks: details, clothes, texture, and a face that nobody knows."""

import numpy as np
import pytest
import trimesh

from sam_body.details.head import find_head
from sam_body.export.stl import write_stl
from sam_body.look.looks import LookSettings, with_looks
from sam_body.skinning import rotation_vectors
from shared.errors import InputError

pytestmark = pytest.mark.slow


def test_face_is_gone_from_photo_and_texture(looks, photo):
    face = looks.bodies[0].details.head.face_px
    (left, top), (right, bottom) = face.min(0).astype(int), face.max(0).astype(int)
    before = photo.pixels[top:bottom, left:right].astype(float)
    after = looks.image.pixels[top:bottom, left:right].astype(float)
    steps = [np.abs(np.diff(part, axis=1)).mean() for part in (before, after)]
    assert steps[1] < 0.45 * steps[0]
    assert looks.bodies[0].paint.face_blurred
    from shared.face import around, face_at

    assert face_at(looks.image.pixels, around(np.c_[face, np.zeros(468)])) is None


def test_the_rest_of_the_photo_stays(looks, photo):
    changed = (looks.image.pixels != photo.pixels).any(-1)
    assert 0 < changed.mean() < 0.06


def test_waving_hand_is_seen_and_facts_tell_all(looks):
    facts = looks.bodies[0].facts()
    assert facts["hands"]["right"]["seen"]
    assert facts["head"]["confidence"] > 0.9
    told = facts["texture"]
    assert 99 <= told["seen_percent"] + told["mirrored_percent"] + told["made_up_percent"] <= 101
    assert looks.facts[0]["clothes"]["outline_iou_after"] > looks.facts[0]["clothes"]["outline_iou_before"]


def test_head_is_turned_as_the_face_net_says(looks, photo):
    body = looks.bodies[0]
    turn = body.turns()[body.rig.bones.index("head")]
    apart = rotation_vectors((turn.T @ body.details.head.turn)[None])[0]
    assert np.degrees(np.linalg.norm(apart)) < 0.1
    again = find_head(photo, body)
    assert again is not None and np.allclose(again.direction, body.details.head.direction, atol=0.03)


def test_stl_of_the_dressed_person_is_one_solid_on_a_plate(looks, tmp_path, coarse):
    write_stl(looks.bodies[0], tmp_path / "body.stl", height_mm=150, plate=True)
    mesh = trimesh.load(tmp_path / "body.stl")
    assert mesh.is_watertight and mesh.body_count == 1 and mesh.volume > 0
    assert mesh.extents[2] == pytest.approx(150, abs=0.01)


def test_clay_without_details_changes_nothing(looks, photo):
    made = with_looks(photo, looks.bodies, (), LookSettings(texture="clay", details=False))
    assert made.bodies == looks.bodies and made.image is photo


def test_unknown_looks_are_refused():
    with pytest.raises(InputError):
        LookSettings(texture="fur")
