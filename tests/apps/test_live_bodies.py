"""Bodies are fitted while joints are dragged, as a run fits them, and no file is written."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from apps.live_bodies import LiveBodies
from apps.recipes import Recipe
from apps.studio import Studio
from sam_body.likeliest import followed
from sam_body.sampling import random_scene, random_views
from shared.errors import InputError, PromptError
from shared.prompts import Keypoints


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "person.png"
    Image.fromarray(random_scene(101, strength=0.3).image.pixels).save(path)
    return path


@pytest.mark.slow
def test_a_fit_is_that_of_a_run(photo: Path, tmp_path: Path):
    live = LiveBodies()
    before = live(Recipe("estimate", str(photo))).photos[0].bodies[0].landmarks
    x, y = before.fitted_px[before.names.index("left_wrist")]
    wrist = Keypoints(("left_wrist",), ((float(x), float(y) - 25),), nearer=("left_wrist",))
    recipe = Recipe("estimate", str(photo), (wrist,), options={"height_cm": 180}, formats=("json",))
    (body,) = live(recipe).photos[0].bodies
    quick = replace(recipe, options={**recipe.options, "previews": False})
    told = Studio().run(quick, tmp_path / "out").manifest["facts"]["bodies"][0]
    # A run also turns head and fingers as they are seen, which moves landmarks, but not the shape.
    assert list(body.facts()["shape"].values()) == pytest.approx(list(told["shape"].values()), abs=0.01)
    assert told["landmarks"]["placed"] == ["left_wrist"]


@pytest.mark.slow
def test_a_placed_joint_draws_the_body_there(photo: Path):
    live = LiveBodies()
    before = live(Recipe("estimate", str(photo))).photos[0].bodies[0].landmarks
    row = before.names.index("left_wrist")
    wanted = before.fitted_px[row] + (0.0, -25.0)
    prompt = Keypoints(("left_wrist",), ((float(wanted[0]), float(wanted[1])),))
    after = live(Recipe("estimate", str(photo), (prompt,))).photos[0].bodies[0].landmarks
    assert np.linalg.norm(after.fitted_px[row] - wanted) < 10
    with pytest.raises(PromptError, match="no joint"):
        live(Recipe("estimate", str(photo), (Keypoints(hidden=("tail",)),)))


@pytest.mark.slow
def test_all_photos_of_a_set_follow_a_joint_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name, scene in zip(("front.png", "side.png"), random_views(201, size_px=(384, 512)), strict=True):
        Image.fromarray(scene.image.pixels).save(tmp_path / name)
    live = LiveBodies()
    first = live(Recipe("several", str(tmp_path))).photos
    assert [photo.name for photo in first] == ["front.png", "side.png"]
    assert all(len(photo.bodies) == 1 and photo.factor == 1.0 for photo in first)
    asked = []
    with monkeypatch.context() as patch:
        patch.setattr("sam_body.several.followed", lambda *given: asked.append(1) or followed(*given))
        marks = first[1].bodies[0].landmarks
        row = marks.names.index("left_wrist")
        wanted = marks.fitted_px[row] + (0.0, -20.0)
        said = Keypoints(("left_wrist",), ((float(wanted[0]), float(wanted[1])),)).to_json()
        options = {"corrections": json.dumps({"side.png": [said]})}
        after = live(Recipe("several", str(tmp_path), options=options)).photos
        assert len(asked) == 1
        live(Recipe("several", str(tmp_path), options=options | {"height_cm": 180.0}))
        assert len(asked) == 1  # what was found with other measures is no start
    assert np.linalg.norm(after[1].bodies[0].landmarks.fitted_px[row] - wanted) < 8
    assert after[0].bodies[0].shape == after[1].bodies[0].shape


def test_other_tasks_and_photos_that_are_gone_are_refused(tmp_path: Path):
    with pytest.raises(InputError, match="segment"):
        LiveBodies()(Recipe("segment", "cup.png"))
    with pytest.raises(InputError, match="not there any more"):
        LiveBodies()(Recipe("estimate", str(tmp_path / "gone.jpg")))
