from threading import Event

import numpy as np
import pytest
import trimesh

from sam_3d.lift import lift
from shared.errors import Cancelled, EngineUnavailable, InputError, PromptError
from shared.masks import Masks
from shared.media import Image
from shared.normals import weld
from shared.progress import Progress
from shared.raster import rasterise
from tests.sam_3d.shapes import bear, disc, odd_masks, picture


def silhouette(result):
    return rasterise(result.in_camera(), result.mesh.faces, result.camera).face >= 0


def iou(a, b):
    return (a & b).sum() / (a | b).sum()


def closed(mesh):
    first, place = weld(mesh.vertices)
    return trimesh.Trimesh(mesh.vertices[first], place[mesh.faces], process=False)


@pytest.mark.parametrize("thickness", [0.3, 1.3, 2.0])
def test_the_mesh_projects_back_onto_its_mask(thickness):
    mask = np.roll(bear(), (25, -40), (0, 1))
    result = lift(picture(mask), mask, thickness=thickness)
    assert iou(silhouette(result), mask) >= 0.97


@pytest.mark.parametrize("name", sorted(set(odd_masks()) - {"noise", "checkerboard"}))
def test_every_odd_mask_gives_one_closed_textured_body(name):
    mask = odd_masks()[name]
    result = lift(picture(mask), mask)
    solid = closed(result.mesh)
    assert solid.is_watertight and solid.is_winding_consistent and solid.body_count == 1
    assert solid.volume > 0
    assert result.mesh.texture is not None and result.mesh.uv is not None
    assert np.ptp(result.mesh.vertices, axis=0).max() == pytest.approx(1)
    assert (silhouette(result) & mask).any()


def test_the_front_faces_the_viewer_and_shows_the_photo():
    mask = disc(60)
    pixels = np.zeros((200, 200, 3), np.uint8)
    pixels[:, :100], pixels[:, 100:] = (220, 30, 30), (30, 30, 220)
    result = lift(Image(pixels), mask)
    seen = rasterise(result.in_camera(), result.mesh.faces, result.camera)
    corners = result.mesh.uv[result.mesh.faces[seen.face[100, [70, 130]]]].mean(1)
    height, width = result.mesh.texture.shape[:2]
    columns, rows = (corners[:, 0] * width).astype(int), ((1 - corners[:, 1]) * height).astype(int)
    left, right = result.mesh.texture[rows, columns].astype(int)
    assert left[0] > 180 > right[0] and right[2] > 180 > left[2]


def test_thickness_sets_the_depth():
    depth = {
        t: np.ptp(lift(picture(disc(60)), disc(60), engine="inflate", thickness=t).mesh.vertices[:, 2])
        for t in (0.5, 1.0)
    }
    assert depth[0.5] == pytest.approx(0.5, rel=0.03)
    assert depth[1.0] == pytest.approx(1.0, rel=0.03)


def test_the_same_input_gives_the_same_mesh(lifted):
    again = lift(picture(bear()), bear())
    assert (again.mesh.vertices == lifted.mesh.vertices).all()
    assert (again.mesh.texture == lifted.mesh.texture).all()


def test_the_result_names_its_engine_and_what_is_made_up(lifted):
    assert lifted.chosen.spec.id == "lift_net"
    assert "embedded" in lifted.chosen.why
    assert any("made up" in warning for warning in lifted.warnings)


def test_of_several_masks_the_best_is_lifted():
    masks = Masks(np.stack([disc(20), disc(60)]), (0.4, 0.9), ("", ""))
    assert iou(silhouette(lift(picture(disc(60)), masks)), disc(60)) > 0.97


def test_left_out_parts_are_told():
    mask = disc(50, 200, (60, 60)) | disc(20, 200, (160, 160))
    assert any("14% left out" in warning for warning in lift(picture(mask), mask).warnings)


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.zeros((200, 200), bool), "empty"),
        (np.ones((100, 200), bool), "200 x 100 pixels, but the picture is 200 x 200"),
        (np.ones((200, 200), np.uint8), "true/false"),
        (np.ones((2, 200, 200), bool), "true/false"),
        (Masks(np.zeros((0, 200, 200), bool), (), ()), "no mask"),
    ],
)
def test_masks_that_cannot_be_lifted_are_explained(mask, message):
    with pytest.raises(PromptError, match=message):
        lift(picture(disc(60)), mask)


@pytest.mark.parametrize("thickness", [0.0, 0.29, 2.1, float("nan"), -1])
def test_thickness_out_of_range_is_explained(thickness):
    with pytest.raises(InputError, match=r"0\.3 to 2"):
        lift(picture(disc(60)), disc(60), thickness=thickness)


def test_engines_that_cannot_run_are_explained():
    with pytest.raises(EngineUnavailable, match="Choose auto or one of .*inflate"):
        lift(picture(disc(60)), disc(60), engine="nonsense")
    with pytest.raises(
        EngineUnavailable, match="SAM 3D Objects cannot run here: .*SEGSTUDIO_SAM_3D_OBJECTS_PYTHON"
    ):
        lift(picture(disc(60)), disc(60), engine="sam-3d-objects")


def test_a_lift_can_be_cancelled_at_any_stage():
    for stages in range(1, 6):
        asked, stop = [], Event()

        def report(fraction, stage, asked=asked, stop=stop, stages=stages):
            asked.append(fraction)
            if len(asked) == stages:
                stop.set()

        with pytest.raises(Cancelled):
            lift(picture(disc(40)), disc(40), progress=Progress(report, stop))
        assert len(asked) == stages
    assert asked == sorted(asked)


@pytest.mark.slow
def test_a_24_megapixel_mask_is_lifted():
    mask = np.kron(disc(100, 250), np.ones((20, 20), bool))
    pixels = np.full((*mask.shape, 3), 128, np.uint8)
    result = lift(Image(pixels), mask)
    assert max(result.mesh.texture.shape) <= 2048
    assert closed(result.mesh).is_watertight
