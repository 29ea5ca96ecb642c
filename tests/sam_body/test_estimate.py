"""Photo to body: joints near the truth, the mesh over the person, and honest refusals."""

import numpy as np
import pytest
from skimage import data

from benchmarks.body_bars import main_joints, outline_iou, similarity_error_mm
from sam_body import people
from sam_body.estimate import estimate
from sam_body.observation import observe
from sam_body.sampling import random_scene
from sam_body.settings import FitSettings
from shared.errors import EngineUnavailable, InputError, PromptError
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Box, MaskHint, Points, Text


@pytest.fixture(scope="module")
def pair(scene):
    """Two people side by side."""
    pixels = scene.image.pixels
    return Image(np.concatenate([pixels[:, ::-1], pixels], axis=1))


def middle(body):
    seen = body.landmarks.seen_px[body.landmarks.visibility > 0.5]
    return float(seen[:, 0].mean())


@pytest.mark.slow
def test_joints_of_rendered_people_are_within_the_bar(scene, estimated):
    others = [random_scene(seed) for seed in (101, 102, 103)]
    errors = []
    for seen, found in ((scene, estimated), *((other, estimate(other.image)) for other in others)):
        body = found.bodies[0]
        rows = main_joints(body)
        errors.append(similarity_error_mm(body.posed_joints()[rows], seen.joints_m[rows]))
    assert np.mean(errors) < 60
    assert max(errors) < 100


def test_the_mesh_lies_over_the_person(estimated, scene):
    assert outline_iou(estimated.bodies[0], scene) > 0.8
    marks = estimated.bodies[0].landmarks
    assert np.linalg.norm(marks.fitted_px - marks.seen_px, axis=1).mean() < 15


def test_the_body_stands_on_the_floor_in_front_of_the_camera(estimated):
    body = estimated.bodies[0]
    posed = body.posed_vertices()
    assert posed[:, 1].min() == pytest.approx(0, abs=1e-9)
    assert np.abs(body.posed_joints()[body.rig.mover, [0, 2]]).max() < 1e-9
    assert (posed + body.offset_m)[:, 2].max() < -0.5
    assert 1.4 < body.height_m < 2.1


def test_facts_are_json(estimated):
    import json

    facts = json.loads(json.dumps(estimated.bodies[0].facts()))
    assert facts["rig"] == "game_engine" and facts["bones"] == 53
    assert facts["landmarks_in_sight"] > 20


def test_the_engine_is_named_with_the_reason(estimated):
    assert estimated.chosen.spec.id == "landmark-fit"
    assert "not on this machine: sam-3d-body" in estimated.chosen.why


def test_rigs_differ_in_names_only(scene, estimated):
    other = estimate(scene.image, rig="mixamo").bodies[0]
    assert other.rig.bones[0] == "mixamorig:Hips"
    assert np.abs(other.posed_vertices() - estimated.bodies[0].posed_vertices()).max() < 1e-9


def test_everybody_is_found_without_a_prompt(pair):
    found = sorted(middle(body) for body in estimate(pair).bodies)
    assert len(found) == 2
    assert found[0] < pair.width / 2 < found[1]


def test_box_and_click_choose_the_person(pair):
    half = pair.width / 2
    left = estimate(pair, (Box((20, 60, half - 20, pair.height - 20)),)).bodies
    assert len(left) == 1 and middle(left[0]) < half
    x, y = (float(v) for v in estimate(pair).bodies[0].landmarks.seen_px[11])
    chosen = estimate(pair, (Points(((x, y),), (True,)),)).bodies
    assert len(chosen) == 1
    assert (middle(chosen[0]) < half) == (x < half)


def test_two_objects_give_two_bodies_in_their_order(pair):
    half = pair.width / 2
    right, left = Box((half, 60, 2 * half, 1000), object_id=0), Box((0, 60, half, 1000), object_id=1)
    bodies = estimate(pair, (right, left)).bodies
    assert [middle(body) > half for body in bodies] == [True, False]


def test_mask_leads_to_the_person(scene):
    bodies = estimate(scene.image, (MaskHint(scene.mask),)).bodies
    assert outline_iou(bodies[0], scene) > 0.8


def test_half_a_person_gets_legs_to_stand_on_and_a_warning():
    found = estimate(Image(data.astronaut()))
    body = found.bodies[0]
    assert any("left knee" in text and "guessed" in text for text in found.warnings)
    joints = dict(zip(body.rig.bones, body.posed_joints(), strict=True))
    assert joints["pelvis"][1] > joints["calf_l"][1] + 0.25 > joints["foot_l"][1] + 0.4
    said = f"the height, {body.height_m:.2f} m, is a guess: give height_cm"
    assert any(said in text for text in found.warnings)
    told = estimate(Image(data.astronaut()), settings=FitSettings(height_cm=165))
    assert told.bodies[0].height_m == pytest.approx(1.65, abs=0.01)
    assert not any("height" in text for text in told.warnings)


def test_measures_given_for_several_people_are_told(pair):
    words = estimate(pair, settings=FitSettings(height_cm=170, waist_cm=80)).warnings
    assert any("All 2 people were fitted to the same height_cm, waist_cm" in text for text in words)
    assert not any("All" in text for text in estimate(pair).warnings)


def test_nobody_is_a_clear_error():
    with pytest.raises(InputError, match="No person was found in the photo"):
        estimate(Image(data.coffee()))
    with pytest.raises(InputError, match="inside the box"):
        estimate(Image(data.coffee()), (Box((100, 50, 400, 350)),))


def test_a_click_beside_everybody_is_a_clear_error(scene):
    with pytest.raises(InputError, match="No person was found at 3,3"):
        estimate(scene.image, (Points(((3.0, 3.0),), (True,)),))


def test_a_click_finds_who_was_not_told_apart_from_others(pair, monkeypatch):
    everybody = people._everybody(pair)
    left = min(everybody[0], key=lambda one: one[0].landmarks_px[:, 0].mean())
    right = max(everybody[0], key=lambda one: one[0].landmarks_px[:, 0].mean())
    monkeypatch.setattr(people, "_everybody", lambda *given, **more: ([left], ()))
    chest = right[0].landmarks_px[[11, 12, 23, 24]].mean(axis=0)
    (body,) = estimate(pair, (Points((tuple(chest),), (True,)),)).bodies
    apart = np.linalg.norm(body.landmarks.seen_px - observe(right[0], body.camera).xy_px, axis=1)
    assert np.median(apart) < 0.02 * pair.height
    with pytest.raises(InputError, match="draw a box around one"):  # between the two stands nobody
        estimate(pair, (Points(((pair.width / 2, 30.0),), (True,)),))


def test_prompts_that_do_not_fit_are_refused(scene):
    with pytest.raises(PromptError, match="outside"):
        estimate(scene.image, (Points(((5000.0, 3.0),), (True,)),))
    with pytest.raises(PromptError, match="text"):
        estimate(scene.image, (Text("person"),))
    with pytest.raises(PromptError, match="where the person is not"):
        estimate(scene.image, (Points(((5.0, 3.0),), (False,)),))
    with pytest.raises(InputError, match="rig"):
        estimate(scene.image, rig="biped")


def test_official_engine_says_why_it_cannot_run(scene):
    with pytest.raises(
        EngineUnavailable, match="SAM 3D Body cannot run here: .*SEGSTUDIO_SAM_3D_BODY_PYTHON"
    ):
        estimate(scene.image, engine="sam-3d-body")


def test_progress_rises_to_the_end(scene):
    told = []
    estimate(scene.image, progress=Progress(lambda fraction, stage: told.append((fraction, stage))))
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions) and fractions[0] == 0
    assert any("fitting person 1 of 1" in stage for _, stage in told)
