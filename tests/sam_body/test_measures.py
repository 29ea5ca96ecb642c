"""Measures of the mesh, and shapes that have given measures."""

from functools import partial

import numpy as np
import pytest
import trimesh
from scipy.spatial import ConvexHull

from sam_body.building import reshaped
from sam_body.estimate import estimate
from sam_body.loading import body_from_json, load_body, standing_body
from sam_body.measures import MEASURES, measure, measures_of, missed_words, shape_with
from sam_body.model import AVERAGE, SHAPES
from sam_body.rest_pose import with_rest
from sam_body.settings import FitSettings
from shared.errors import InputError
from shared.exporting import export


def test_measures_are_those_of_the_mesh():
    body, found = standing_body(), measure(AVERAGE)
    assert tuple(found) == MEASURES
    assert found["height"] == pytest.approx(body.height_m * 100)
    hand, elbow, shoulder = (
        body.rig.heads[body.rig.bones.index(name)] for name in ("hand_l", "lowerarm_l", "upperarm_l")
    )
    arm = np.linalg.norm(hand - elbow) + np.linalg.norm(elbow - shoulder)
    assert found["arm"] == pytest.approx(arm * 100)
    rows = body.skin.parts[body.skin.faces[:, 0]] == 0
    solid = trimesh.Trimesh(body.skin.vertices, body.skin.faces[rows], process=False)
    legs = solid.section([0, 1, 0], [0, found["inseam"] / 100 - 0.03, 0])
    trunk = solid.section([0, 1, 0], [0, found["inseam"] / 100 + 0.03, 0])
    crossing = [
        sum(np.ptp(part[:, 0]) > 0.08 and abs(part[:, 0].mean()) < 0.25 for part in cut.discrete)
        for cut in (legs, trunk)
    ]
    assert crossing == [2, 1]


@pytest.mark.parametrize("name", ["weight", "height", "gender"])
def test_measures_follow_the_shape(name):
    row = SHAPES.index(name)
    low, high = (measure(np.where(np.arange(6) == row, value, AVERAGE)) for value in (0.3, 0.7))
    rising = {"weight": "waist", "height": "inseam", "gender": "chest"}[name]
    assert abs(high[rising] - low[rising]) > 2


def test_girths_are_those_of_a_tape_around_the_trunk():
    body, found = standing_body(), measure(AVERAGE)
    trunk = np.isin(body.skin.faces, _trunk_rows(body)).all(1) & (body.skin.parts[body.skin.faces[:, 0]] == 0)
    solid = trimesh.Trimesh(body.skin.vertices, body.skin.faces[trunk], process=False)
    levels = np.linspace(0.55, 0.8, 300) * body.height_m
    cuts = [trimesh.convex.hull_points(cut.vertices[:, [0, 2]]) for cut in map(partial(_cut, solid), levels)]
    tapes = np.array([ConvexHull(cut).area * 100 for cut in cuts])
    for name in ("waist", "chest"):
        assert np.abs(tapes - found[name]).min() < 0.1


def _cut(solid, level):
    return solid.section([0, 1, 0], [0, level, 0])


def _trunk_rows(body):
    arms = [i for i, bone in enumerate(body.rig.bones) if bone.startswith(("upperarm", "lowerarm", "hand"))]
    return np.flatnonzero(np.where(np.isin(body.skin.joints, arms), body.skin.weights, 0).sum(1) < 0.5)


def test_all_girths_with_the_height_are_met_from_another_shape():
    rng = np.random.default_rng(7)
    for _ in range(4):
        start, other = np.clip(AVERAGE + rng.normal(0, [0.2, 0.03, 0.15, 0.15, 0.2, 0.15], (2, 6)), 0, 1)
        wanted = {name: measure(other)[name] for name in ("height", "chest", "waist", "hip")}
        solved = shape_with(wanted, start)
        assert max(abs(solved.measures_cm[name] - value) for name, value in wanted.items()) < 0.6


@pytest.mark.slow
def test_measured_and_solved_again_gives_the_same_measures():
    true = measure(np.array([0.8, 0.7, 0.6, 0.4, 0.55, 0.5]))
    solved = shape_with(true)
    assert solved.missed_cm == {}
    assert max(abs(solved.measures_cm[name] - true[name]) for name in MEASURES) < 1


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [
        ({"waist": 95}, -3, 3),
        ({"waist": 66}, -3, 3),
        ({"hip": 115}, -3, 3),
        ({"chest": 115}, -3, 3),
        ({"inseam": 95}, 0, 15),
        ({"arm": 58}, 0, 15),
    ],
)
def test_one_measure_does_not_blow_up_the_height(told, least, most):
    solved = shape_with(told)
    assert solved.missed_cm == {}
    assert least <= solved.measures_cm["height"] - measure(AVERAGE)["height"] <= most


def test_what_no_body_has_is_told():
    solved = shape_with({"height": 150, "inseam": 110})
    assert solved.missed_cm and "inseam" in " ".join(missed_words(solved))


@pytest.mark.parametrize(
    ("wanted", "words"), [({"nose": 5}, "no measure 'nose'"), ({"height": 400}, "50 to 230 cm")]
)
def test_measures_that_cannot_be_are_refused(wanted, words):
    with pytest.raises(InputError, match=words):
        shape_with(wanted)


@pytest.mark.slow
def test_a_given_height_is_the_estimates_height(scene):
    body = estimate(scene.image, settings=FitSettings(height_cm=171, outline=False)).bodies[0]
    assert body.height_m == pytest.approx(1.71, abs=0.01)
    apart = np.linalg.norm(body.landmarks.fitted_px - body.landmarks.seen_px, axis=1)
    assert apart[body.landmarks.visibility > 0.5].mean() < 15


@pytest.mark.slow
def test_a_given_girth_keeps_the_height_of_the_photo(scene):
    free = estimate(scene.image).bodies[0]
    wide = measures_of(free)["waist"] + 15
    body = estimate(scene.image, settings=FitSettings(waist_cm=wide)).bodies[0]
    assert measures_of(body)["waist"] == pytest.approx(wide, abs=1.0)
    assert body.height_m == pytest.approx(free.height_m, abs=0.03)


@pytest.mark.parametrize("rest", ["model", "T"])
def test_a_body_is_read_back_from_its_file(body, tmp_path, rest):
    path = export(with_rest(body, rest), tmp_path / "body.json", package="sam_body.export")
    again = load_body(path)
    assert np.abs(again.posed_vertices() - with_rest(body, rest).posed_vertices()).max() < 1e-3
    assert again.rig.bones == body.rig.bones and again.rest == rest


def test_another_shape_keeps_the_pose(body):
    taller = reshaped(with_rest(body, "A"), AVERAGE + [0, 0, 0, 0, 0.2, 0], "smpl")
    moving = slice(taller.rig.mover, None)
    assert np.allclose(taller.turns()[moving], body.turns()[body.rig.mover :], atol=1e-6)
    assert taller.posed_vertices()[:, 1].min() == pytest.approx(0, abs=1e-9)
    assert taller.height_m > body.height_m


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ([], "does not hold a body"),
        ({"format": "segment-studio body 1"}, "lacks or spoils"),
        ({"format": "segment-studio body 1", "rest": "photo"}, "photo's pose"),
    ],
)
def test_files_that_are_no_bodies_are_refused(told, words):
    with pytest.raises(InputError, match=words):
        body_from_json(told)
    with pytest.raises(InputError, match="Cannot read"):
        load_body("missing.json")
