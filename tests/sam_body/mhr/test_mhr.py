"""MHR as a second body, on a small file of the same interface (the real one is 700 MB and not here)."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sam_body.mhr.building import as_mhr
from sam_body.mhr.fitting import SAME
from sam_body.mhr.model import PARAMETERS, SETTING, Mhr, mhr, missing_mhr
from shared.errors import EngineUnavailable, InputError, WeightsError
from shared.exporting import export
from tests.sam_body.conftest import strong_body
from tests.sam_body.export.glb_reader import Glb

pytest.importorskip("torch")
MM = 1e3


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.sam_body.mhr.fake_mhr import save_fake_mhr

    return save_fake_mhr(tmp_path_factory.mktemp("mhr") / "mhr_model.pt")


@pytest.fixture(scope="module")
def model(path):
    return Mhr(path)


@pytest.fixture(scope="module")
def person(model):
    return strong_body("game_engine"), as_mhr(model, strong_body("game_engine"))


def test_lengths_are_metres_and_slopes_are_true(model):
    still = model.pose(np.zeros(PARAMETERS))
    assert still.places[model.bones.index("c_head"), 1] == pytest.approx(1.57)
    rng, rows = np.random.default_rng(1), np.array([4, 20, 42])
    x = rng.normal(0, 0.2, PARAMETERS)
    places, slopes = model.places(x, rows)
    assert np.allclose(places, model.pose(x).places[rows], atol=1e-5)
    step = np.zeros(PARAMETERS)
    step[[0, 5, 30, 140]] = 1e-2
    moved = model.places(x + step, rows)[0] - model.places(x - step, rows)[0]
    assert np.allclose(slopes @ step, moved.ravel() / 2, atol=2e-5)


def test_limbs_come_to_lie_where_the_fit_has_them(model, person):
    body, made = person
    joints = made.body.posed_joints() + made.body.offset_m
    wanted = body.posed_joints() + body.offset_m
    apart = [
        np.linalg.norm(joints[model.bones.index(theirs)] - wanted[body.rig.bones.index(ours)])
        for ours, theirs in SAME.items()
        if not theirs.startswith("c_")
    ]
    # The stand-in is of other proportions: its hips and shoulders cannot be widened by themselves.
    assert np.mean(apart) * MM < 12 and np.max(apart) * MM < 35
    assert "average" in made.warnings[0]


def test_rig_and_skin_do_what_the_file_does(model, person):
    made, posed = person[1].body, model.pose(person[1].parameters)
    # But for the shift to the floor. The world's joint stays behind: nothing hangs on it.
    joints = (made.posed_joints() - posed.places)[1:]
    assert np.abs(joints - joints[0]).max() * MM < 0.02
    # Where two joints of different lengths share a vertex, ours is blended after the lengths, theirs before.
    surface = made.posed_vertices() - posed.vertices - joints[0]
    assert np.abs(surface).max() * MM < 2 and np.median(np.abs(surface)) * MM < 0.02
    assert made.posed_vertices()[:, 1].min() == pytest.approx(0, abs=1e-9)
    assert len(made.rig.bones) == 127 and made.rig.name == "mhr"


@pytest.mark.parametrize("suffix", [".glb", ".bvh", ".json", ".npz", ".csv", ".obj"])
def test_files_are_written(person, suffix, tmp_path):
    made = person[1].body
    written = export(made, tmp_path / f"body{suffix}", package="sam_body.export")
    assert written.stat().st_size > 1000
    if suffix == ".glb":
        assert np.abs(Glb(written).skinned() - made.posed_vertices()).max() * MM < 0.01


def test_usdskel_skins_it_too(person, tmp_path):
    from tests.oracles.usd import complaints, skinned

    made = person[1].body
    written = export(made, tmp_path / "body.usdc", package="sam_body.export")
    assert np.abs(skinned(written).points - made.posed_vertices()).max() * MM < 0.01
    assert complaints(written) == []


def test_without_the_file_it_says_how_to_get_it(path, tmp_path, monkeypatch):
    monkeypatch.delenv(SETTING, raising=False)
    with pytest.raises(EngineUnavailable, match=r"mhr_model\.pt.*SEGSTUDIO_MHR"):
        mhr()
    monkeypatch.setenv(SETTING, str(tmp_path / "nothing.pt"))
    assert "no file" in missing_mhr().reason
    (tmp_path / "other.pt").write_bytes(b"PK no model")
    monkeypatch.setenv(SETTING, str(tmp_path / "other.pt"))
    with pytest.raises(WeightsError, match="cannot be read as MHR"):
        mhr()
    monkeypatch.setenv(SETTING, str(path))
    assert missing_mhr() is None and mhr() is mhr()


@pytest.mark.slow
def test_a_run_writes_it_from_a_photo(path, scene, tmp_path, monkeypatch):
    from PIL import Image

    from apps.recipes import Recipe
    from apps.runner import run

    Image.fromarray(scene.image.pixels).save(tmp_path / "photo.png")
    wish = Recipe("estimate", str(tmp_path / "photo.png"), options={"body": "mhr"}, formats=("glb", "json"))
    monkeypatch.delenv(SETTING, raising=False)
    with pytest.raises(EngineUnavailable, match="SEGSTUDIO_MHR"):
        run(wish, tmp_path / "out")
    monkeypatch.setenv(SETTING, str(path))
    with pytest.raises(InputError, match="T-pose"):
        run(replace(wish, options={"body": "mhr", "rest": "T"}), tmp_path / "out")
    result = run(wish, tmp_path / "out")
    assert len(Glb(result.folder / "body.glb").bones()) == 127
    with np.load(result.folder / "body_mhr.npz") as kept:
        assert kept["model_parameters"].shape == (204,) and kept["identity"].shape == (45,)
    assert any("MHR" in warning for warning in result.manifest["warnings"])
    assert result.manifest["facts"]["bodies"][0]["rig"] == "mhr"
