"""People upside down: found, told of, and told apart from none at all."""

import numpy as np
import pytest

from sam_body import people
from sam_body.people import wanted_people
from shared.errors import InputError
from shared.media import Image
from shared.pose_turned import turned


def test_a_picture_is_turned_where_nobody_is_found_in_it(scene, monkeypatch):
    upright = people._looked(scene.image.pixels, 10)[0][0]
    image = Image(turned(scene.image.pixels, 2))
    looked = people._looked

    def only_upright(pixels, most):
        return looked(pixels, most) if np.array_equal(pixels, scene.image.pixels) else ([], [])

    monkeypatch.setattr(people, "_looked", only_upright)
    (found,), notes = wanted_people(image)
    size = np.array([image.width, image.height])
    assert found.person.landmarks_px == pytest.approx(size - upright.landmarks_px)
    assert found.person.world_m[:, :2] == pytest.approx(-upright.world_m[:, :2])
    assert found.mask is not None and found.mask[::-1, ::-1].sum() > 1000
    assert any("turned by 180°" in note for note in notes)
    assert any("Person 1 is upside down" in note for note in notes)


def test_the_upright_are_not_told_of(scene):
    _, notes = wanted_people(scene.image)
    assert notes == ()


def test_those_who_cannot_be_told_apart_are_told_of(scene, monkeypatch):
    found = people._looked(scene.image.pixels, 10)[0]
    monkeypatch.setattr(people, "_looked", lambda pixels, most: (found, [found[0].box_xyxy()] * 3))
    _, notes = wanted_people(Image(scene.image.pixels // 2))
    assert len(notes) == 1 and "About 3 people" in notes[0] and "only 1 could be told apart" in notes[0]


def test_a_doubtful_person_in_the_turned_picture_is_none(scene, monkeypatch):
    found = people._looked(scene.image.pixels, 10)[0]
    monkeypatch.setattr(people, "quality", lambda person: 0.3)
    monkeypatch.setattr(
        people, "_looked", lambda pixels, most: ([], []) if pixels is odd.pixels else (found, [])
    )
    odd = Image(255 - scene.image.pixels)
    with pytest.raises(InputError, match="nor in the photo turned"):
        wanted_people(odd)
