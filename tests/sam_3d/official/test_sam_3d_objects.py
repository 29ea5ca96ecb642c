"""SAM 3D Objects in another Python, by a stand-in of the official code (its weights are not here)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sam_3d.engines.sam_3d_objects import PLACE, SPECS
from sam_3d.lift import lift
from sam_3d.official.placing import camera_of, matrix, shape_of, solid_mesh
from sam_3d.statistics import statistics
from sam_3d.types import tipped
from shared.errors import EngineUnavailable
from shared.mesh import Mesh
from tests.sam_3d.official.installation import install
from tests.sam_3d.shapes import disc, picture
from tests.shared.other_python import end_workers, make_python

SETTING = "SEGSTUDIO_SAM_3D_OBJECTS"
MASK = np.zeros((240, 320), bool)
MASK[60:180, 190:250] = True


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings of a whole installation; the process ends with the module."""
    yield install(tmp_path_factory.mktemp("objects"))
    end_workers()


@pytest.fixture
def ready(installed: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    pytest.importorskip("torch")
    for name, value in installed.items():
        monkeypatch.setenv(name, value)
    return installed


@pytest.mark.slow
def test_the_object_comes_with_its_colours_to_its_place(ready: dict[str, str]) -> None:
    made = lift(picture(MASK), MASK)
    assert made.chosen is not None and made.chosen.spec.id == "sam-3d-objects"
    assert made.camera.focal_px == pytest.approx(1.2 * 320, rel=1e-3)
    facts = statistics(made)
    assert facts["watertight"] and facts["volume_cm3"] > 0
    assert np.ptp(made.mesh.vertices, axis=0) == pytest.approx([0.5, 1, 0.25], abs=0.01)
    assert len(made.mesh.faces) == 12 * 16, "no triangle is lost: they carry the colours"
    assert made.tilt_rad == pytest.approx(0, abs=1e-6)
    spots = made.camera.project(made.in_camera())
    assert spots.mean(0) == pytest.approx([220, 120], abs=3)
    assert np.ptp(spots[:, 1]) == pytest.approx(120, rel=0.06)
    colors, (x, y, z) = made.mesh.colors, made.mesh.vertices.T
    assert colors is not None
    for channel, side in enumerate((x > 0.24, y > 0.4, z > 0.12)):
        assert (colors[side, channel] > 200).mean() > 0.9 and (colors[~side, channel] < 60).sum() > 0
    assert "made up by SAM 3D Objects" in made.warnings[0] and len(made.warnings) == 1


@pytest.mark.slow
def test_a_scene_of_several_masks(ready: dict[str, str], tmp_path: Path) -> None:
    from PIL import Image as Picture

    from apps.recipes import Recipe
    from apps.runner import run
    from shared.prompts import MaskHint

    other = np.roll(MASK, (30, -150), (0, 1))
    Picture.fromarray(picture(MASK).pixels).save(tmp_path / "photo.png")
    prompts = (MaskHint(MASK, 0, "box"), MaskHint(other, 1, "box"))
    options = {"previews": False}
    wish = Recipe("scene", str(tmp_path / "photo.png"), prompts=prompts, options=options, formats=("glb",))
    result = run(replace(wish, engine="sam-3d-objects"), tmp_path / "out")
    things = result.manifest["facts"]["scene"]["objects"]
    assert len(things) == 2 and (result.folder / "scene.glb").stat().st_size > 1000
    assert things[0]["overlap_iou"] > 0.8 and things[1]["overlap_iou"] > 0.8
    engines = {engine["id"]: engine for engine in result.manifest["engines"]}
    assert engines["sam-3d-objects"]["origin"]["setting"] == SETTING


@pytest.mark.slow
def test_what_goes_wrong_there_is_told(ready: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path(ready[SETTING]).parent
    monkeypatch.setenv(SETTING, str(home / "open"))
    made = lift(picture(MASK), MASK, engine="sam-3d-objects")
    assert statistics(made)["watertight"], "the missing triangle is spanned"
    monkeypatch.setenv(SETTING, str(home / "memory"))
    with pytest.raises(EngineUnavailable, match=r"ran out of memory .*30\.00 GiB.*32 GB"):
        lift(picture(MASK), MASK, engine="sam-3d-objects")
    monkeypatch.setenv(SETTING, str(home / "shapes"))
    with pytest.raises(EngineUnavailable, match=r"rotation of shape \(9,\), not \(4,\)"):
        lift(picture(MASK), MASK, engine="sam-3d-objects")
    monkeypatch.delenv(f"{SETTING}_DEVICE")
    import torch

    if not torch.cuda.is_available():
        with pytest.raises(EngineUnavailable, match="sees no CUDA device.*lift_net"):
            lift(picture(MASK), MASK, engine="sam-3d-objects")


def reply(turn: np.ndarray, vertices: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """A tetrahedron of y-up vertices before a camera of 90 degrees."""
    rows, columns = np.mgrid[:100:3, :100:3] + 1.5
    points = np.stack([-(columns - 50) / 50 * 4, -(rows - 50) / 50 * 4, np.full(rows.shape, 4.0)], axis=2)
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], float) if vertices is None else vertices
    return {
        "vertices": corners,
        "faces": np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]]),
        "colors": np.zeros((len(corners), 3), np.uint8),
        "rotation": turn,
        "translation": np.array([0.0, 0.0, 4.0]),
        "scale": np.array([2.0]),
        "pointmap": points,
        "pointmap_size": np.array([100, 100, 3]),
    }


def test_quaternions_and_cameras_are_read_as_pytorch3d_means_them() -> None:
    from scipy.spatial.transform import Rotation

    turn = np.array([0.3, -0.5, 0.7, 0.2])
    assert np.allclose(matrix(turn), Rotation.from_quat(turn[[1, 2, 3, 0]]).as_matrix())
    photo = picture(disc(60, 200, (100, 100)))
    camera = camera_of(reply(turn), photo)
    assert camera.focal_px == pytest.approx(100) and camera.center_px == (100, 100)


@pytest.mark.parametrize("lean_deg", [0.0, 25.0, -40.0])
def test_a_leaning_object_stands_and_leans_in_the_photo(lean_deg: float) -> None:
    from scipy.spatial.transform import Rotation

    upright = np.array([[-1.0, 0, 0], [0, 0, 1], [0, 1, 0]])  # rows: the images of the local axes
    lean = tipped(np.radians(lean_deg)) * np.outer([-1, 1, -1], [-1, 1, -1])  # in PyTorch3D's camera
    x, y, z, w = Rotation.from_matrix(upright @ lean.T).as_quat()
    mask = disc(60, 200, (100, 100))
    made = shape_of(reply(np.array([w, x, y, z])), picture(mask), mask)
    assert np.degrees(made.tilt_rad) == pytest.approx(lean_deg)
    assert np.ptp(made.mesh.vertices, axis=0) == pytest.approx([1, 1, 1])
    top = made.mesh.vertices[np.argmax(made.mesh.vertices[:, 1])]
    assert top[0] == pytest.approx(made.mesh.vertices[:, 0].min())
    corners = 2 * np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]) @ tipped(np.radians(lean_deg)).T
    seen = made.in_camera() / 0.5 - [0, 0, -4]  # the longest edge, two of the camera's units, is one
    assert np.linalg.norm(seen[:, None] - corners[None], axis=2).min(1).max() < 1e-6


def test_what_does_not_close_and_what_hangs_on_nothing_is_told() -> None:
    ball, small = box(0.0, 1.0), box(3.0, 0.5)
    both = Mesh(
        np.concatenate([ball.vertices, small.vertices]),
        np.concatenate([ball.faces, small.faces + len(ball.vertices)]),
        colors=np.zeros((16, 3), np.uint8),
    )
    made, warnings = solid_mesh(both)
    assert np.ptp(made.vertices, axis=0) == pytest.approx([1, 1, 1])
    assert warnings == ("1 smaller parts, 11% of the volume, hang on nothing and are left out.",)
    flat = Mesh(np.eye(3), np.array([[0, 1, 2]]), colors=np.zeros((3, 3), np.uint8))
    assert solid_mesh(flat)[1] == ("The mesh is not closed: repair it before it is printed.",)


def box(x: float, side: float) -> Mesh:
    """A cube from (x, 0, 0)."""
    import trimesh

    made = trimesh.creation.box((side,) * 3)
    return Mesh(made.vertices + [x, 0, 0], np.asarray(made.faces), colors=np.zeros((8, 3), np.uint8))


def test_an_object_beside_its_mask_is_told() -> None:
    mask = disc(20, 200, (30, 30))
    made = shape_of(reply(np.array([0.0, 0.0, 0.5**0.5, 0.5**0.5])), picture(mask), mask)
    assert "elsewhere than the mask" in made.warnings[-1]


def test_what_is_missing_is_said_exactly(
    installed: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    both = PLACE.missing()
    assert both and f"{SETTING}_PYTHON does not name" in both.reason and "Its weights" in both.reason
    assert "conda environment" in both.cure and "hf download facebook/sam-3d-objects" in both.cure
    monkeypatch.setenv(SETTING, str(tmp_path))
    assert "holds no pipeline.yaml" in PLACE.missing().reason  # type: ignore[union-attr]
    monkeypatch.setenv(SETTING, installed[SETTING])
    python = make_python(tmp_path / "bare")
    monkeypatch.setenv(f"{SETTING}_PYTHON", str(python))
    absent = PLACE.missing()
    assert absent and "sam3d_objects of SAM 3D Objects is not installed" in absent.reason
    monkeypatch.setenv(f"{SETTING}_CODE", str(tmp_path))
    assert "holds no sam3d_objects/" in PLACE.missing().reason  # type: ignore[union-attr]
    monkeypatch.setenv(f"{SETTING}_CODE", str(Path(installed[SETTING]).parent / "clone"))
    assert PLACE.missing() is None and SPECS[0].missing() is None
