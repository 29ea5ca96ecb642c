"""Depth Anything V2 and Depth Pro on tiny random checkpoints: looks, lifts, licences and cures."""

from pathlib import Path

import numpy as np
import pytest

from sam_3d.engines import depth_anything, depth_pro
from sam_3d.engines.depth_anything import DepthAnything
from sam_3d.engines.depth_pro import DepthPro
from sam_3d.lift import lift
from shared.errors import EngineUnavailable, WeightsError
from shared.registry import choose, engines
from tests.sam_3d.engines.tiny_depth import save_depth_anything, save_depth_pro
from tests.sam_3d.shapes import disc, picture

MASK = disc(30, 200, (60, 70))
PHOTO = picture(MASK)


@pytest.fixture(scope="module")
def anything_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_depth_anything(tmp_path_factory.mktemp("depth") / "anything")


@pytest.fixture(scope="module")
def pro_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_depth_pro(tmp_path_factory.mktemp("depth") / "pro")


def test_depth_anything_looks_at_the_object_and_its_surroundings(anything_folder: Path) -> None:
    values = DepthAnything(anything_folder, "cpu").nearness(PHOTO, MASK)
    assert values.shape == (200, 200)
    rows, columns = np.nonzero(np.isfinite(values))
    # The disc's box is 30..90, 40..100; 0.35 of its side is added on each side.
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (9, 110, 19, 120)
    assert np.isfinite(values[MASK]).all()


@pytest.mark.slow
def test_depth_anything_lifts_and_is_taken_where_it_is_here(
    anything_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGSTUDIO_DEPTH_ANYTHING", str(anything_folder))
    monkeypatch.setattr(
        DepthAnything, "nearness", lambda *_: np.where(MASK, PHOTO.pixels[..., 0], 0.0) + _bump()
    )
    made = lift(PHOTO, MASK)
    assert made.chosen is not None and made.chosen.spec.id == "depth-anything"
    assert made.chosen.spec.origin is not None and "folder" in made.chosen.spec.origin()
    assert any("front follows the depth map" in note for note in made.warnings)


def _bump() -> np.ndarray:
    rows, columns = np.mgrid[:200, :200]
    return -np.hypot(rows - 70, columns - 60)


def test_depth_pro_gives_metres_and_a_focal_length(pro_folder: Path) -> None:
    metres, focal_px = DepthPro(pro_folder, "cpu").distance(PHOTO)
    assert metres.shape == (200, 200) and np.isfinite(metres).all() and (metres > 0).all()
    assert focal_px > 0


def test_without_weights_each_says_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    for name in ("DEPTH_ANYTHING", "DEPTH_PRO"):
        monkeypatch.delenv(f"SEGSTUDIO_{name}", raising=False)
    specs = engines("sam_3d.engines")
    with pytest.raises(EngineUnavailable, match="segstudio models get depth-anything-v2-small"):
        choose(specs, (), "depth-anything")
    with pytest.raises(EngineUnavailable, match="hf download apple/DepthPro-hf.*SEGSTUDIO_DEPTH_PRO"):
        choose(specs, (), "depth-pro")
    assert depth_anything.SPECS[0].licence == "Apache-2.0"
    assert "research only" in depth_pro.SPECS[0].licence
    assert choose(specs, (), "auto").spec.tier == "embedded"


def test_another_checkpoint_is_refused(anything_folder: Path, pro_folder: Path) -> None:
    with pytest.raises(WeightsError):
        DepthAnything(pro_folder, "cpu")
    with pytest.raises(WeightsError):
        DepthPro(anything_folder, "cpu")
