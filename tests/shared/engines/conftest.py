"""Tiny checkpoints, saved once a test run, and a picture to look at."""

from pathlib import Path

import numpy as np
import pytest

from shared.encoders.cache import EMBEDDINGS
from shared.media import Image
from tests.shared.engines import tiny_models, tiny_text_models


@pytest.fixture(scope="session")
def sam2_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random SAM 2.1 as the hub would hold it."""
    return tiny_models.save_sam2(tmp_path_factory.mktemp("models") / "sam2")


@pytest.fixture(scope="session")
def sam3_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random SAM 3 as the hub would hold it."""
    return tiny_models.save_sam3(tmp_path_factory.mktemp("models") / "sam3")


@pytest.fixture(scope="session")
def grounding_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random Grounding DINO as the hub would hold it."""
    return tiny_text_models.save_grounding(tmp_path_factory.mktemp("models") / "grounding")


@pytest.fixture(scope="session")
def clipseg_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random CLIPSeg as the hub would hold it."""
    return tiny_text_models.save_clipseg(tmp_path_factory.mktemp("models") / "clipseg")


@pytest.fixture
def photo() -> Image:
    """A picture of 120 x 90 pixels: soft colours with a bright disk."""
    EMBEDDINGS.clear()
    rows, columns = np.mgrid[:90, :120]
    pixels = np.stack([rows * 2, columns * 2, rows + columns], -1).astype(np.uint8)
    pixels[(rows - 40) ** 2 + (columns - 50) ** 2 < 400] = 250
    return Image(pixels)


@pytest.fixture
def no_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without downloaded models or settings."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "empty"))
    names = ("SAM2", "SAM3", "SAM3_THRESHOLD", "GROUNDING_DINO", "CLIPSEG")
    for name in names:
        monkeypatch.delenv(f"SEGSTUDIO_{name}", raising=False)
