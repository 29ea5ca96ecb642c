"""SAM 3D Body in another Python, by a stand-in of the official package (its weights are not here)."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sam_body.engines.sam3d_body import NOTE, PLACE, SPECS
from sam_body.engines.sam3d_body_rig import _OTHER_NAMES
from sam_body.estimate import estimate
from sam_body.mhr.model import mhr_of
from sam_body.mhr.person import MhrPerson
from sam_body.model import body_model
from sam_body.official.keypoints import NAMES
from sam_body.settings import FitSettings
from sam_body.skeletons import skeleton
from shared.errors import EngineUnavailable, InputError, PromptError
from shared.media import Image
from shared.prompts import Box, Keypoints, MaskHint
from tests.sam_body.export.glb_reader import Glb
from tests.sam_body.official.installation import install
from tests.shared.other_python import end_workers

pytest.importorskip("torch")
SETTING = "SEGSTUDIO_SAM_3D_BODY"
PHOTO = Image(np.full((480, 640, 3), 120, np.uint8))
LEFT, RIGHT = Box((60.0, 100.0, 200.0, 400.0)), Box((400.0, 60.0, 560.0, 470.0), object_id=3)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings of a whole installation; the process ends with the module."""
    yield install(tmp_path_factory.mktemp("body"))
    end_workers()


@pytest.fixture
def ready(installed: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name, value in installed.items():
        monkeypatch.setenv(name, value)
    return installed


@pytest.mark.slow
def test_people_come_as_mhr_where_their_boxes_are(ready: dict[str, str]) -> None:
    found = estimate(PHOTO, (RIGHT, LEFT), engine="sam-3d-body")
    assert [body.object_id for body in found.bodies] == [0, 3]
    assert found.warnings[-1].startswith(NOTE[:30])
    model = mhr_of(Path(ready[SETTING]) / "assets" / "mhr_model.pt")
    for body, box in zip(found.bodies, (LEFT, RIGHT), strict=True):
        assert isinstance(body, MhrPerson) and len(body.rig.bones) == 127 and body.rig.name == "mhr"
        surface = body.posed_vertices()
        assert surface[:, 1].min() == pytest.approx(0, abs=1e-9)
        assert np.allclose(body.posed_joints()[1, [0, 2]], 0, atol=1e-6), "the hips are over the origin"
        assert body.camera.focal_px == pytest.approx(800) and body.camera.center_px == pytest.approx(
            (320, 240)
        )
        # In the photo: upright, in the middle of its box, joints where the answer draws them.
        spots = body.camera.project(body.posed_joints() + body.offset_m)
        heads = [body.rig.bones.index(name) for name in ("c_head", "root", "l_foot")]
        assert np.all(np.diff(spots[heads, 1]) > 20)
        flat = body.camera.project(surface + body.offset_m)
        middle = (np.array(box.xyxy_px[:2]) + box.xyxy_px[2:]) / 2
        # At four metres and with a depth of its own, the outline's middle lies beside that of the box.
        assert np.abs((flat.min(0) + flat.max(0)) / 2 - middle).max() < 15
        assert np.abs(spots[1:70] - body.landmarks.seen_px[1:]).max() < 0.05
        assert body.landmarks.names == NAMES and len(NAMES) == 70 and NAMES[41] == "right_wrist"
        posed = model.pose(body.parameters, body.identity)
        apart = (surface + body.offset_m) - posed.vertices
        assert np.abs(apart - np.median(apart, axis=0)).max() < 0.003


@pytest.mark.slow
def test_masks_and_a_known_camera_reach_the_model(ready: dict[str, str]) -> None:
    mask = np.zeros((480, 640), bool)
    mask[100:400, 60:200] = True
    known = FitSettings(focal_px=1000)
    found = estimate(PHOTO, (MaskHint(mask), RIGHT), engine="sam-3d-body", settings=known)
    assert [body.camera.focal_px for body in found.bodies] == [pytest.approx(1000)] * 2
    assert [body.focal_source for body in found.bodies] == ["given", "given"]
    with pytest.raises(PromptError, match="SAM 3D Body does not understand prompts of the kind keypoints"):
        estimate(PHOTO, (Keypoints(("nose",), ((5.0, 5.0),)),), engine="sam-3d-body")


@pytest.mark.slow
def test_a_run_writes_every_form_of_it(ready: dict[str, str], scene: Any, tmp_path: Path) -> None:
    from PIL import Image as Picture

    from apps.recipes import Recipe
    from apps.runner import run

    Picture.fromarray(scene.image.pixels).save(tmp_path / "photo.png")
    formats = ("glb", "bvh", "stl", "json", "obj", "ply", "npz", "csv", "coco")
    wish = Recipe("estimate", str(tmp_path / "photo.png"), engine="sam-3d-body", formats=formats)
    for options, words in (({"rest": "T"}, "T-pose"), ({"blur_face": True}, "unrecognisable")):
        with pytest.raises(InputError, match=words):
            run(replace(wish, options=options), tmp_path / "out")
    result = run(wish, tmp_path / "out")
    assert {path.suffix for path in result.files} >= {".glb", ".bvh", ".stl", ".json", ".obj", ".ply", ".csv"}
    assert len(Glb(result.folder / "body.glb").bones()) == 127
    with np.load(result.folder / "body_mhr.npz") as kept:
        assert kept["identity"][0] == 2 and kept["model_parameters"][4] == 0.5
    told = json.loads((result.folder / "body.json").read_text())
    assert [mark["name"] for mark in told["keypoints"]] == list(NAMES)
    people = json.loads((result.folder / "keypoints_coco.json").read_text())["annotations"]
    assert len(people[0]["keypoints"]) == 51
    facts = result.manifest["facts"]["bodies"][0]
    assert facts["rig"] == "mhr" and list(facts["measures_cm"]) == ["height"]
    engine = result.manifest["engines"][0]
    assert engine["id"] == "sam-3d-body" and engine["origin"]["bytes"]["model.ckpt"] == 5
    asked = replace(wish, engine="auto", formats=("npz",), options={"body": "mhr", "previews": False})
    assert run(asked, tmp_path / "again").manifest["engines"][0]["id"] == "sam-3d-body"


def true_keypoints(scene: Any) -> np.ndarray:
    """The 70 keypoints of a rendered person in the model's camera; what our body lacks lies at its nose."""
    from sam_body.observation import NAMES as OURS

    model, body = body_model(), scene.body
    surface, joints = body.posed_vertices() + body.offset_m, body.posed_joints() + body.offset_m
    made = {}
    for name in OURS:
        side, _, part = name.partition("_")
        if part in ("index", "pinky", "thumb"):
            bone = f"{part}_0{2 if part == 'thumb' else 1}_{side[0]}"
            made[name] = joints[body.rig.bones.index(bone)]
        else:
            made[name] = (
                model.regressor[model.keypoints.index(name.replace("foot_index", "big_toe"))] @ surface
            )
    table = np.tile(made["nose"], (70, 1))
    for name, place in made.items():
        table[NAMES.index(_OTHER_NAMES.get(name, name))] = place
    return table * [1, -1, -1]


@pytest.mark.slow
def test_its_keypoints_pose_the_shipped_body(
    ready: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scene: Any, estimated: Any
) -> None:
    folder = shutil.copytree(Path(ready[SETTING]), tmp_path / "known", symlinks=True)
    np.save(tmp_path / "truth.npy", true_keypoints(scene))
    (folder / "model_config.yaml").write_text(str(tmp_path / "truth.npy"))
    monkeypatch.setenv(SETTING, str(folder))
    known = FitSettings(focal_px=scene.camera.focal_px, outline=False)
    found = estimate(scene.image, rig="mixamo", settings=known)
    assert found.chosen.spec.id == "sam-3d-body-rig" and len(found.bodies) == 1
    (body,) = found.bodies
    assert body.rig.name == "mixamo" and not isinstance(body, MhrPerson)

    def apart_mm(made: Any) -> float:
        """Mean distance of the limbs' joints to the truth, each from its own hips."""
        bones = [
            b for p in ("upperarm", "lowerarm", "hand", "thigh", "calf", "foot") for b in (f"{p}_l", f"{p}_r")
        ]
        places = []
        for one in (made, scene.body):
            names, joints = skeleton(one.rig.name).names, one.posed_joints()
            rows = [one.rig.bones.index(names[bone]) for bone in ("pelvis", *bones)]
            places.append(joints[rows[1:]] - joints[rows[0]])
        return 1000 * float(np.linalg.norm(places[0] - places[1], axis=1).mean())

    assert apart_mm(body) < 25 < apart_mm(estimated.bodies[0])
    wrist = Keypoints(("left_wrist",), ((300.0, 300.0),))
    corrected = estimate(scene.image, (wrist,), settings=known).bodies[0].landmarks
    assert corrected.basis[corrected.names.index("left_wrist")] == "placed"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("memory", r"ran out of memory .*6\.00 GiB.*mark fewer people"),
        ("axes", r"a surface that MHR does not make of its parameters \(\d+ mm apart\)"),
        ("camera", "keypoints that its camera does not see where it draws them"),
        ("shapes", r"keypoints_3d of shape \(1, 17, 3\), not \(1, 70, 3\)"),
    ],
)
def test_answers_that_do_not_fit_are_refused(
    ready: dict[str, str], monkeypatch: pytest.MonkeyPatch, kind: str, words: str
) -> None:
    monkeypatch.setenv(SETTING, str(Path(ready[SETTING]).parent / kind))
    with pytest.raises(EngineUnavailable, match=words):
        estimate(PHOTO, (LEFT,), engine="sam-3d-body")


def test_what_is_missing_is_said_exactly(
    installed: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    both = PLACE.missing()
    assert both and f"{SETTING}_PYTHON does not name" in both.reason and "Its weights" in both.reason
    assert f"{SETTING}_CODE" in both.cure and "hf download facebook/sam-3d-body-dinov3" in both.cure
    monkeypatch.setenv(SETTING, str(tmp_path))
    folder = PLACE.missing()
    assert folder and "model.ckpt with model_config.yaml with assets/mhr_model.pt" in folder.reason
    for name, value in installed.items():
        monkeypatch.setenv(name, value)
    assert SPECS[0].missing() is None
    monkeypatch.delenv(f"{SETTING}_CODE")
    absent = PLACE.missing()
    assert absent and "sam_3d_body of SAM 3D Body is not installed" in absent.reason


def test_the_keypoint_table_is_in_the_official_order() -> None:
    assert NAMES[:5] == ("nose", "left_eye", "right_eye", "left_ear", "right_ear")
    assert NAMES[15:22] == (
        "left_big_toe_tip", "left_small_toe_tip", "left_heel",
        "right_big_toe_tip", "right_small_toe_tip", "right_heel", "right_thumb_tip",
    )  # fmt: skip
    assert (NAMES[28], NAMES[62], NAMES[63], NAMES[69]) == (
        "right_index_third_joint", "left_wrist", "left_olecranon", "neck",
    )  # fmt: skip
    assert len(set(NAMES)) == 70
