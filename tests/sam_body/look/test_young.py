"""A face too large for the body that was fitted is told."""

from dataclasses import replace

import numpy as np
import pytest

from sam_body.details.face_points import face_points
from sam_body.details.head import face_share
from sam_body.details.seen import Details, Head
from sam_body.look.looks import young_words
from sam_body.types import Body


def with_face_of(body: Body, share: float) -> Body:
    flat = body.camera.project(face_points(body.posed_vertices() + body.offset_m))
    middle = flat.mean(0)
    head = Head(np.eye(3), None, 0.9, middle + share * (flat - middle))
    return replace(body, details=Details(head))


@pytest.mark.parametrize("share", [0.8, 1.0, 1.44])
def test_the_share_is_that_of_the_faces(standing, share):
    assert face_share(with_face_of(standing, share)) == pytest.approx(share)


def test_only_a_large_face_is_told_of(standing):
    assert young_words(standing) == [] and young_words(with_face_of(standing, 1.1)) == []
    (words,) = young_words(with_face_of(standing, 1.44))
    assert "44% larger" in words and "height_cm" in words
