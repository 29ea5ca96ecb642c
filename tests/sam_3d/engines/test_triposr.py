"""TripoSR at tiny size: published names, axes, closed meshes, its own process, refusals."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from sam_3d.engines import triposr
from sam_3d.engines.triposr import TripoSR, framed
from sam_3d.statistics import statistics
from sam_3d.triposr import solid as solids
from sam_3d.triposr.network import Sizes, renamed
from sam_3d.triposr.network import TripoSR as Network
from sam_3d.types import Reconstruction
from shared.errors import EngineUnavailable, InputError, WeightsError
from shared.progress import Progress
from shared.registry import choose, engines
from tests.sam_3d.engines.tiny_triposr import TINY, published, save
from tests.sam_3d.shapes import bear, disc, picture


class Egg:
    """A network that sees an egg: half as high as it is wide, a third as deep, red on the right."""

    sizes = SimpleNamespace(radius=0.87)

    def parameters(self) -> Any:
        return iter([torch.zeros(1)])

    def planes(self, picture: torch.Tensor) -> torch.Tensor:
        return picture

    def at(self, planes: torch.Tensor, places: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        back, right, up = places.T  # the network's axes, see its published cameras
        level = 0.36 - (back * 3) ** 2 - right**2 - (up * 2) ** 2 - 0.2 * (back > 0.1)
        red = (right > 0).float()
        return 25 * torch.exp(20 * level), torch.stack([red, 1 - red, 0 * red], 1)


def test_the_published_names_and_shapes_fit() -> None:
    with torch.device("meta"):
        whole = Network(Sizes()).state_dict()
    shapes = {name: tuple(value.shape) for name, value in whole.items()}
    for name, shape in {
        "tokenizer.embeddings": (3, 1024, 32, 32),
        "backbone.norm.weight": (1024,),
        "backbone.proj_in.weight": (1024, 1024),
        "backbone.transformer_blocks.15.attn1.to_q.weight": (1024, 1024),
        "backbone.transformer_blocks.0.attn2.to_k.weight": (1024, 768),
        "backbone.transformer_blocks.0.attn2.to_out.0.bias": (1024,),
        "backbone.transformer_blocks.7.ff.net.0.proj.weight": (8192, 1024),
        "backbone.transformer_blocks.7.ff.net.2.weight": (1024, 4096),
        "backbone.proj_out.bias": (1024,),
        "post_processor.upsample.weight": (1024, 40, 2, 2),
        "decoder.layers.0.weight": (64, 120),
        "decoder.layers.18.weight": (4, 64),
    }.items():
        assert shapes[name] == shape
    assert not any("to_q.bias" in name for name in shapes)
    vit = "image_tokenizer.model."
    old = renamed({f"{vit}encoder.layer.11.attention.attention.query.weight": 1, f"{vit}layernorm.bias": 2})
    assert set(old) == {f"{vit}layers.11.attention.q_proj.weight", f"{vit}layernorm.bias"} <= set(shapes)
    assert sum(value.numel() for value in whole.values()) == pytest.approx(419e6, rel=0.01)


def test_sizes_are_read_off_the_files(tmp_path: Path) -> None:
    folder = save(tmp_path)
    network = solids.load(folder, "cpu")
    assert network.sizes == TINY
    given = renamed(published(TINY))
    assert all(torch.equal(value, given[name]) for name, value in network.state_dict().items())


def test_axes_colours_and_closed_surface() -> None:
    network: Any = Egg()
    vertices, faces, colors = solids.solid(network, np.zeros((8, 8, 3), np.float32), 60)
    width, height, depth = np.ptp(vertices, axis=0)
    assert width == pytest.approx(1.2, abs=0.05) and height == pytest.approx(0.6, abs=0.05)
    assert depth < 0.41
    assert -vertices[:, 2].min() > vertices[:, 2].max()  # cut off towards the camera, which is at +z
    assert (colors[vertices[:, 0] > 0.1] == (255, 0, 0)).all()
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    assert np.einsum("ij,ij->i", a, np.cross(b, c)).sum() > 0


def test_a_solid_that_fills_the_cube_is_closed_and_none_is_told() -> None:
    full: Any = Egg()
    full.at = lambda planes, places: (torch.full((len(places),), 99.0), torch.zeros(len(places), 3))
    vertices, faces, _ = solids.solid(full, np.zeros((8, 8, 3), np.float32), 12)
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    assert (np.unique(edges, axis=0, return_counts=True)[1] == 2).all()
    full.at = lambda planes, places: (torch.zeros(len(places)), torch.zeros(len(places), 3))
    with pytest.raises(InputError, match="saw no solid"):
        solids.solid(full, np.zeros((8, 8, 3), np.float32), 12)


def test_the_picture_is_the_object_on_grey() -> None:
    mask = disc(40, 300, (100, 200))
    square, middle, side = framed(picture(mask), mask)
    assert middle == (100, 200) and side == pytest.approx(80 / 0.85)
    assert square.shape == (94, 94, 3) and np.allclose(square[0], 127 / 255)
    assert square[40, 20, 0] == pytest.approx(200 / 255, abs=0.01)


def test_the_mesh_stands_where_the_photo_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    egg: Any = Egg()
    monkeypatch.setattr(
        "sam_3d.triposr.worker.made_in_worker",
        lambda folder, device, square, *, cells, progress: solids.solid(egg, square, 40),
    )
    mask = disc(40, 300, (100, 200))
    shape = TripoSR(Path(), "cpu")(picture(mask), mask, thickness=1.3, progress=Progress())
    facts = statistics(Reconstruction(shape.mesh, shape.camera, shape.position, shape.warnings))
    assert facts["watertight"] and facts["winding_consistent"] and facts["volume_cm3"] > 0
    assert np.ptp(shape.mesh.vertices, axis=0).max() == pytest.approx(1)
    spots = shape.camera.project(shape.in_camera())
    assert np.allclose(spots.mean(0), (100, 200), atol=6)
    assert 60 < np.ptp(spots[:, 0]) < 110


@pytest.mark.slow
def test_it_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    shape = TripoSR(save(tmp_path), "cpu", cells=24)(
        picture(bear()), bear(), thickness=1.3, progress=Progress()
    )
    assert shape.mesh.colors is not None and len(shape.mesh.faces) > 20


def test_other_weights_are_refused(tmp_path: Path) -> None:
    folder = save(tmp_path)
    weights = published(TINY)
    lacking = {name: value for name, value in weights.items() if name != "backbone.proj_in.bias"}
    for given, reason in (
        (lacking, r"lack 1 of the tensors of TripoSR, such as backbone\.proj_in\.bias"),
        (weights | {"tokenizer.embeddings": torch.zeros(3, 32, 5, 5)}, "another shape for 1"),
        ({"other": torch.zeros(1)}, "cannot be read"),
    ):
        torch.save(given, folder / "model.ckpt")
        with pytest.raises(WeightsError, match=reason):
            solids.load(folder, "cpu")
    (folder / "model.ckpt").write_bytes(b"no weights")
    with pytest.raises(WeightsError, match="cannot be read"):
        solids.load(folder, "cpu")


def test_without_weights_it_says_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.delenv("SEGSTUDIO_TRIPOSR", raising=False)
    with pytest.raises(EngineUnavailable, match=r"1\.7 GB, MIT.*segstudio models get triposr"):
        choose(engines("sam_3d.engines"), (), "triposr")
    monkeypatch.setenv("SEGSTUDIO_TRIPOSR", str(tmp_path))
    missing = triposr.SPECS[0].missing()
    assert missing is not None and "no config.yaml with model.ckpt" in missing.reason
