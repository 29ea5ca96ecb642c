"""ViTPose on a tiny random checkpoint, with a stand-in that finds a dot, and with exact joints."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sam_body.engines.vitpose import VitPose, VitPoseFit
from sam_body.estimate import estimate
from sam_body.export.coco import COCO_17
from sam_body.model import body_model
from sam_body.observation import INDEX, default_camera, observe
from sam_body.people import wanted_people
from shared.errors import EngineUnavailable, WeightsError
from shared.media import Image
from shared.prompts import Keypoints
from shared.registry import choose, engines

pytest.importorskip("transformers")


def save_tiny(folder: Path, *, keypoints: int = 17, experts: int = 1) -> Path:
    """Save a random ViTPose in the form in which the hub holds the real one."""
    import torch
    from transformers import (
        VitPoseBackboneConfig,
        VitPoseConfig,
        VitPoseForPoseEstimation,
        VitPoseImageProcessor,
    )

    backbone = VitPoseBackboneConfig(
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_experts=experts,
        part_features=4 if experts > 1 else 0,
        out_indices=[2],
    )
    names = {number: str(number) for number in range(keypoints)}
    config = VitPoseConfig(backbone_config=backbone, id2label=names, use_simple_decoder=True)
    torch.manual_seed(2)
    VitPoseForPoseEstimation(config).save_pretrained(folder)
    VitPoseImageProcessor().save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny(tmp_path_factory.mktemp("vitpose") / "tiny")


def test_a_random_net_draws_17_keypoints_around_the_box(folder: Path) -> None:
    photo = Image(np.random.default_rng(0).integers(0, 255, (120, 90, 3), np.uint8))
    table = VitPose(folder, "cpu").keypoints(photo, (20.0, 10.0, 70.0, 110.0))
    assert table.shape == (17, 3) and np.isfinite(table).all()
    assert ((table[:, 2] >= 0) & (table[:, 2] <= 1)).all()
    assert (table[:, :2] > -40).all() and (table[:, :2] < (130, 160)).all()


def test_one_of_several_experts_is_coco(tmp_path: Path) -> None:
    photo = Image(np.zeros((120, 90, 3), np.uint8))
    net = VitPose(save_tiny(tmp_path / "plus", experts=2), "cpu")
    assert net.keypoints(photo, (20.0, 10.0, 70.0, 110.0)).shape == (17, 3)


@pytest.mark.parametrize("dot", [(300, 250), (421, 118), (215, 400)])
def test_what_is_drawn_in_the_crop_is_told_in_the_photo(folder: Path, dot: tuple[int, int]) -> None:
    import torch

    pixels = np.zeros((520, 640, 3), np.uint8)
    rows, columns = np.mgrid[:520, :640]
    pixels[...] = (255 * np.exp(-((columns - dot[0]) ** 2 + (rows - dot[1]) ** 2) / 72))[..., None]
    net = VitPose(folder, "cpu")

    def seeing(pixel_values: Any) -> SimpleNamespace:
        light = torch.nn.functional.interpolate(pixel_values[:, :1], (64, 48), mode="area")
        light = (light - light.min()) / (light.max() - light.min())
        return SimpleNamespace(heatmaps=light.repeat(1, 17, 1, 1))

    seeing.config = net._model.config
    net._model = seeing
    table = net.keypoints(Image(pixels), (180.0, 80.0, 460.0, 440.0))
    assert np.abs(table[:, :2] - dot).max() < 2  # a cell of the heatmap is 7 pixels here
    assert table[:, 2] == pytest.approx(np.ones(17))


def test_another_set_of_keypoints_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="21 keypoints"):
        VitPose(save_tiny(tmp_path / "hand", keypoints=21), "cpu")


def exact(scene: Any) -> Any:
    """Return a net that knows where the rendered person's joints are."""
    table = np.ones((17, 3))
    model, body = body_model(), scene.body
    points = model.regressor[[model.keypoints.index(name) for name in COCO_17]] @ body.posed_vertices()
    table[:, :2] = scene.camera.project(points + body.offset_m)
    return SimpleNamespace(keypoints=lambda image, box: table), table


def test_joints_depth_and_trust_come_from_where_each_is_best(scene: Any) -> None:
    net, table = exact(scene)
    (wanted,), _ = wanted_people(scene.image)
    camera = default_camera(scene.image.width, scene.image.height)
    before = observe(wanted.person, camera)
    table[5, 2] = 0.0  # the left shoulder is not seen
    after = VitPoseFit(net).sharpened(scene.image, wanted, before)
    rows = [INDEX[name] for name in COCO_17]
    assert (after.xy_px[rows] == table[:, :2]).all()
    others = [row for row in range(len(INDEX)) if row not in rows]
    assert (after.xy_px[others] == before.xy_px[others]).all()
    assert (after.relative_m == before.relative_m).all()
    assert after.weight[INDEX["left_shoulder"]] == 1e-3 and after.weight[INDEX["right_hip"]] == 1
    assert (after.depth_weight[rows] <= before.depth_weight[rows]).all()
    assert (after.depth_weight[others] == before.depth_weight[others]).all()


@pytest.mark.slow
def test_it_is_offered_with_the_cure_and_taken_where_it_is_here(
    folder: Path, scene: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    specs = engines("sam_body.engines")
    monkeypatch.setenv("HF_HUB_CACHE", str(folder / "nothing"))
    with pytest.raises(EngineUnavailable, match="segstudio models get vitpose-base"):
        choose(specs, (), "vitpose")
    assert choose(specs, ()).spec.id == "landmark-fit"
    monkeypatch.setenv("SEGSTUDIO_VITPOSE", str(folder))
    assert choose(specs, ()).spec.id == "vitpose"
    fixed = Keypoints(("left_wrist",), ((300.0, 300.0),))
    made = estimate(scene.image, (fixed,))
    assert made.chosen.spec.id == "vitpose" and len(made.bodies) == 1
    marks = made.bodies[0].landmarks
    assert marks.basis[marks.names.index("left_wrist")] == "placed"
    assert np.isfinite(made.bodies[0].posed_vertices()).all()
