"""A body's own files keep its looks: read back, it is painted and dressed as before."""

import json

import numpy as np
import pytest

from apps import bodies
from sam_body.clothing.drape import widened
from sam_body.clothing.surface import regions
from sam_body.export.keypoints import to_json
from sam_body.loading import body_from_json, load_body, standing_body
from sam_body.rest_pose import with_rest
from sam_body.types import Body
from shared.errors import InputError
from shared.exporting import export
from tests.sam_body.export.glb_reader import Glb

DEEP_M = 2e-5


@pytest.fixture(scope="module")
def dressed(painted: Body) -> Body:
    """The painted body in a few centimetres of cloth."""
    thick = 0.03 * np.clip(1 - regions().face - regions().hands, 0, 1)
    return widened(painted, thick)


def colours_apart(a: Body, b: Body) -> float:
    """Mean difference of two textures, 0 to 255."""
    assert a.paint is not None and b.paint is not None
    return float(np.abs(a.paint.texture.astype(int) - b.paint.texture).mean())


def bare_vertices(body: Body) -> np.ndarray:
    """(V, 3) the skin at rest of the same shape without clothes."""
    return standing_body(body.rig.name, body.shape).skin.vertices


@pytest.mark.parametrize("rest", ["model", "T"])
def test_json_brings_texture_and_clothes_back(dressed, rest, tmp_path):
    body = with_rest(dressed, rest)
    back = load_body(export(body, tmp_path / "body.json", package="sam_body.export"))
    assert back.rest == rest and back.height_m == pytest.approx(body.height_m, abs=1e-3)
    assert back.posed_vertices() == pytest.approx(body.posed_vertices(), abs=3e-4)
    assert back.clothes_m == pytest.approx(body.clothes_m, abs=DEEP_M)
    assert colours_apart(back, body) < 2
    assert back.paint is not None and body.paint is not None
    assert np.array_equal(back.paint.corners, body.paint.corners)
    assert back.paint.facts()["seen_percent"] == body.paint.facts()["seen_percent"]
    again = body_from_json(json.loads(json.dumps(to_json(back))))
    assert colours_apart(again, back) < 1 and np.array_equal(again.clothes_m, back.clothes_m)


def test_a_motion_on_the_saved_body_is_painted_and_dressed(dressed, tmp_path):
    path = export(dressed, tmp_path / "body.json", package="sam_body.export")
    dance = export(dressed, tmp_path / "dance.bvh", package="sam_body.export")
    moved = bodies.moved(path, dance)
    assert moved.body.paint is not None
    thick = np.linalg.norm(moved.body.skin.vertices - bare_vertices(moved.body), axis=1)
    assert thick == pytest.approx(dressed.clothes_m, abs=1e-3)
    (made,) = bodies.written(moved, tmp_path, "moved", ("glb",))
    assert Glb(made).json["images"][0]["mimeType"] == "image/jpeg"


def test_another_shape_keeps_the_looks(dressed, tmp_path):
    path = export(dressed, tmp_path / "body.json", package="sam_body.export")
    made, _ = bodies.shaped(path, {"weight": 0.9}, rig="mixamo")
    assert made.paint is not None and made.clothes_m == pytest.approx(dressed.clothes_m, abs=DEEP_M)
    thick = np.linalg.norm(made.skin.vertices - bare_vertices(made), axis=1)
    assert thick == pytest.approx(dressed.clothes_m, abs=1e-3)
    assert made.posed_vertices()[:, 1].min() == pytest.approx(0, abs=1e-6)
    assert colours_apart(made, dressed) < 2


def test_npz_holds_the_looks(dressed, standing, tmp_path):
    with np.load(export(dressed, tmp_path / "body.npz", package="sam_body.export")) as told:
        assert np.array_equal(told["texture"], dressed.paint.texture)
        assert np.array_equal(told["clothes_m"], dressed.clothes_m)
        assert told["uv"][told["uv_faces"]].shape == (len(dressed.skin.faces), 3, 2)
    with np.load(export(standing, tmp_path / "bare.npz", package="sam_body.export")) as told:
        assert not {"texture", "clothes_m"} & set(told)


def test_a_bare_body_says_nothing_of_looks_and_bad_ones_are_refused(dressed, standing):
    assert "looks" not in to_json(standing)
    told = to_json(dressed)
    for spoiled in ({"zlib_int16": "AAAA", "step_m": 1e-5}, {"zlib_int16": "?", "step_m": 1e-5}, {}):
        with pytest.raises(InputError, match=r"body.*(lacks|spoils)"):
            body_from_json(told | {"looks": {"clothes": spoiled}})
    spoiled = told["looks"]["texture"] | {"jpeg": "AAAA"}
    with pytest.raises(InputError):
        body_from_json(told | {"looks": {"texture": spoiled}})
