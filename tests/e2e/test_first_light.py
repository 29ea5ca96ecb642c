"""A stem, a mask, a mesh and a rig from real input, through the command, as a person would take them home."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import trimesh
from PIL import Image

from apps.cli import main
from shared import weights
from shared.synth_pictures import vase

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def run(folder: Path, *arguments: object) -> dict[str, Any]:
    assert main([*map(str, arguments), "--out", str(folder)]) == 0
    told = json.loads((folder / "manifest.json").read_text("utf8"))
    assert {file["name"] for file in told["files"]} | {"manifest.json"} == {p.name for p in folder.iterdir()}
    return told


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sound, rate = soundfile.read(EXAMPLES / "audio/podcast_in_rain.flac", frames=4 * 48_000)
    path = tmp_path_factory.mktemp("sound") / "clip.wav"
    soundfile.write(path, sound, rate, "PCM_24")
    return path


def test_a_stem_with_an_effect_on_only_that(clip: Path, tmp_path: Path) -> None:
    effect = "reverb:decay_s=1.5,wet=0.3"
    told = run(tmp_path, "audio", "separate", clip, "--text", "someone talking", "--effect", effect)
    mix, target, residual, wet, remix = (
        soundfile.read(path)[0]
        for path in (clip, *(tmp_path / f"{name}.wav" for name in ("target", "residual", "wet", "remix")))
    )
    assert target.shape == mix.shape == remix.shape
    assert np.abs(target + residual - mix).max() < 10 ** (-90 / 20)
    assert np.abs(remix).max() <= 1
    np.testing.assert_allclose(
        remix / 10 ** (told["facts"]["gain_db"]["remix"] / 20), wet + residual, atol=1e-6
    )
    assert np.abs(wet - target).max() > 0.01, "the effect is heard on the target"
    (engine,) = told["engines"]
    assert (engine["id"], engine["tier"]) == ("deepfilternet", "embedded")
    assert all(weights.table()[name].sha256 == sha256 for name, sha256 in engine["weights"].items())


def test_a_manifest_gives_the_same_stems_again(clip: Path, tmp_path: Path) -> None:
    first = run(tmp_path / "one", "audio", "separate", clip, "--text", "speech")
    again = run(tmp_path / "two", "run", tmp_path / "one" / "manifest.json")
    assert again["files"] == first["files"]


def test_masks_of_a_named_thing(tmp_path: Path) -> None:
    from pycocotools import mask as coco
    from skimage import data

    photo = tmp_path / "cat.png"
    Image.fromarray(data.chelsea()).save(photo)
    run(tmp_path / "out", "image", "segment", photo, "--text", "kitten")
    found = json.loads((tmp_path / "out" / "masks.json").read_text("utf8"))
    mask = np.asarray(Image.open(tmp_path / "out" / "mask_000.png")) > 127
    rle = found["annotations"][0]["segmentation"]
    assert np.array_equal(coco.decode(rle).astype(bool), mask)
    assert mask[80:200, 130:330].mean() > 0.98, "both eyes and what lies between them"
    cutout = np.asarray(Image.open(tmp_path / "out" / "cutout_000.png"))
    assert cutout.shape == (300, 451, 4)


def test_a_mesh_that_prints(tmp_path: Path) -> None:
    scene, photo = vase(), tmp_path / "vase.png"
    Image.fromarray(scene.pixels).save(photo)
    Image.fromarray(scene.mask).save(tmp_path / "mask.png")
    mask = ("--mask", tmp_path / "mask.png")
    told = run(
        tmp_path / "out", "3d", "lift", photo, *mask, "--formats", "glb,obj,ply,stl", "--height-mm", "80"
    )
    solid = trimesh.load_mesh(tmp_path / "out" / "object.stl")
    assert solid.is_watertight
    assert solid.volume > 0
    assert np.ptp(solid.vertices[:, 2]) == pytest.approx(80, rel=1e-3)
    assert told["facts"]["mesh"]["watertight"] is True
    assert told["facts"]["mesh"]["volume_cm3"] == pytest.approx(solid.volume / 1000, rel=0.01)
    for suffix in ("glb", "obj", "ply"):
        assert len(trimesh.load_mesh(tmp_path / "out" / f"object.{suffix}").faces) > 1000
    with Image.open(tmp_path / "out" / "turntable.gif") as turntable:
        assert getattr(turntable, "n_frames", 1) >= 24


def test_a_rig_from_a_photo(tmp_path: Path) -> None:
    told = run(tmp_path, "body", "estimate", EXAMPLES / "body/person.jpg", "--rig", "mixamo")
    assert len(told["facts"]["bodies"]) == 1
    body = trimesh.load_mesh(tmp_path / "body.stl")
    assert body.is_watertight
    assert 1200 < np.ptp(body.vertices[:, 2]) < 2200
    motion = (tmp_path / "body.bvh").read_text("utf8")
    assert "ROOT mixamorig:Hips" in motion
    assert "Frames: 2" in motion
