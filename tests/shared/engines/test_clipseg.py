"""CLIPSeg on a tiny random checkpoint: one mask a phrase, one encoding a picture."""

from pathlib import Path

import numpy as np
import pytest

from shared.engines.clipseg import SPECS, ClipSeg
from shared.errors import EngineUnavailable, PromptError, WeightsError
from shared.media import Image
from shared.prompts import Text
from shared.segment import segment


@pytest.fixture(scope="module")
def engine(clipseg_folder: Path) -> ClipSeg:
    return ClipSeg(clipseg_folder, "cpu")


def reference(engine: ClipSeg, image: Image, phrase: str) -> np.ndarray:
    """Run transformers' own road; return the belief (H, W)."""
    import torch

    inputs = engine._processor(text=[phrase], images=[image.pixels.copy()], return_tensors="pt")
    with torch.inference_mode():
        logits = engine._model(**inputs).logits
        logits = logits.reshape(1, 1, *logits.shape[-2:])
        grown = torch.nn.functional.interpolate(logits, (90, 120), mode="bilinear", align_corners=False)
    return grown[0, 0].sigmoid().numpy()


def test_each_phrase_is_one_mask_as_by_transformers(engine: ClipSeg, photo: Image) -> None:
    masks, warnings = engine.segment(photo, (Text("cat and dog"), Text("red cup")))
    assert masks.labels == ("cat", "dog", "red cup") and warnings == ()
    assert len(set(masks.object_ids)) == 3
    for mask, score, label in zip(masks.masks, masks.scores, masks.labels, strict=True):
        belief = reference(engine, photo, label)
        assert np.array_equal(mask, belief > 0.4)
        assert abs(score - belief[mask].mean()) < 1e-5


def test_the_threshold_is_of_the_pixels(engine: ClipSeg, photo: Image) -> None:
    strict, _ = engine.segment(photo, (Text("cat"),), threshold=0.9)
    loose, _ = engine.segment(photo, (Text("cat"),), threshold=0.1)
    assert strict.masks[0].sum() < loose.masks[0].sum() and not (strict.masks[0] & ~loose.masks[0]).any()


def test_a_picture_is_encoded_once(engine: ClipSeg, photo: Image) -> None:
    runs: list[int] = []
    hook = engine._model.clip.vision_model.register_forward_hook(lambda *_: runs.append(1))
    for text in ("cat", "dog", "cat, sky"):
        engine.segment(photo, (Text(text),))
    hook.remove()
    assert len(runs) == 1


def test_nothing_found_is_said(engine: ClipSeg, photo: Image) -> None:
    with pytest.raises(PromptError, match="found no cat"):
        engine.segment(photo, (Text("cat"),), threshold=1.0)
    with pytest.raises(PromptError, match="names nothing"):
        engine.segment(photo, (Text("."),))


@pytest.mark.usefixtures("no_models")
def test_it_runs_from_a_folder_and_says_what_lacks(
    clipseg_folder: Path, photo: Image, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(EngineUnavailable, match=r"603 MB, Apache-2\.0.*models get clipseg"):
        segment(photo, (Text("cat"),), engine="clipseg")
    monkeypatch.setenv("SEGSTUDIO_CLIPSEG", str(clipseg_folder))
    assert SPECS[0].missing() is None
    done = segment(photo, (Text("unicorn"),), engine="clipseg")
    assert done.masks.labels == ("unicorn",) and done.chosen is not None
    (tmp_path / "config.json").write_text("{}", "utf8")
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(WeightsError, match="CLIPSeg cannot be read"):
        ClipSeg(tmp_path, "cpu")
