"""A lift that is kept beside its files: pictures of it are drawn when they are asked for."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from apps import kept_lifts
from apps.recipes import Recipe
from apps.runner import run
from apps.storage.results import ResultStore
from apps.studio import Studio
from shared.errors import InputError
from shared.prompts import MaskHint
from tests.sam_3d.shapes import disc, picture


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    """A ball."""
    mask, photo = disc(60), tmp_path_factory.mktemp("ball") / "ball.png"
    Image.fromarray(picture(mask).pixels).save(photo)
    return Recipe("lift", str(photo), (MaskHint(mask),), "inflate", {"previews": False}, formats=("glb",))


def vertex_colors(path: Path) -> NDArray[np.int64]:
    """Return what the first mesh of a GLB says of its vertices' colours, 16 bits, RGBA."""
    data = path.read_bytes()
    size = int.from_bytes(data[12:16], "little")
    document = json.loads(data[20 : 20 + size])
    accessor = document["accessors"][document["meshes"][0]["primitives"][0]["attributes"]["COLOR_0"]]
    start = 28 + size + document["bufferViews"][accessor["bufferView"]]["byteOffset"]
    found = np.frombuffer(data, "<u2", 4 * accessor["count"], start)
    return found.reshape(-1, 4).astype(np.int64)


@pytest.mark.slow
def test_a_job_keeps_its_object_and_draws_it_when_asked(recipe: Recipe, tmp_path: Path) -> None:
    studio = Studio(ResultStore(tmp_path))
    job = studio.submit(recipe)
    while not studio.wait(job, timeout_s=60).ended:
        continue
    result = studio.result(job)
    assert [path.name for path in result.files] == ["object.glb", "manifest.json"]
    with zipfile.ZipFile(studio.zip(job)) as archive:
        assert archive.namelist() == ["object.glb", "manifest.json"]
    lifted = kept_lifts.kept(result.folder)
    assert lifted.mesh.seen is not None and 0.3 < lifted.mesh.seen.mean() < 0.7
    middle = lifted.camera.project(lifted.in_camera()).mean(0)
    assert np.allclose(middle, np.array(lifted.camera.size_px) / 2, atol=3)
    path = kept_lifts.picture(result, "walls")
    with Image.open(path) as walls:
        assert walls.format == "PNG" and len(np.unique(np.asarray(walls).reshape(-1, 3), axis=0)) > 100
    drawn = path.stat().st_mtime_ns
    assert kept_lifts.picture(result, "walls") == path and path.stat().st_mtime_ns == drawn
    red = vertex_colors(kept_lifts.tinted_model(result))[:, 0]  # of a red ball: bright below orange only
    assert (red < 0.4 * 65535).mean() == pytest.approx(lifted.mesh.seen.mean(), abs=0.02)
    with pytest.raises(InputError, match="no picture 'x-ray'"):
        kept_lifts.picture(result, "x-ray")


def test_a_run_of_ones_own_keeps_nothing_hidden(recipe: Recipe, tmp_path: Path) -> None:
    result = run(recipe, tmp_path / "out")
    assert sorted(path.name for path in result.folder.iterdir()) == ["manifest.json", "object.glb"]
    assert json.loads((result.folder / "manifest.json").read_text())["facts"]["print"]["bodies"] == 1
    with pytest.raises(InputError, match="not kept"):
        kept_lifts.picture(result, "seen")
