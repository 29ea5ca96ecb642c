"""SAM 3 on a tiny random checkpoint: text, examples, clicks, one encoding for both heads, refusals."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.engines.sam3 import SPECS, Sam3
from shared.errors import EngineUnavailable, InputError, PromptError, WeightsError
from shared.hub import MODELS
from shared.media import Image
from shared.prompts import Box, MaskHint, Points, Text
from shared.registry import Missing, loaded
from tests.shared.engines.tiny_models import rewrite_weights, safetensors_bytes

CLICK = Points(((50, 40),), (True,))
BOX, NOT_BOX = Box((25, 15, 80, 70)), Box((90, 5, 110, 25), keep=False)


@pytest.fixture(scope="module")
def model(sam3_folder: Path) -> Sam3:
    return Sam3(sam3_folder, "cpu", threshold=0.0)


@pytest.fixture
def engine(model: Sam3) -> Iterator[Sam3]:
    yield model
    model.threshold = 0.0


@pytest.fixture
def encodings(model: Sam3) -> Iterator[list[int]]:
    """Count how often the vision transformer runs."""
    runs: list[int] = []
    backbone = model._detector.vision_encoder.backbone
    hook = backbone.register_forward_hook(lambda *_: runs.append(1))
    yield runs
    hook.remove()


def reference(engine: Sam3, image: Image, **prompts: Any) -> dict[str, np.ndarray]:
    """Run transformers' own road: picture and prompts through processor and model in one go."""
    import torch

    inputs = engine._processor(images=image.pixels.copy(), return_tensors="pt", **prompts)
    sizes = inputs.pop("original_sizes").tolist()
    with torch.inference_mode():
        out = engine._detector(**inputs)
    found = engine._processor.post_process_instance_segmentation(
        out, threshold=engine.threshold, mask_threshold=0.5, target_sizes=[tuple(size) for size in sizes]
    )[0]
    order = found["scores"].argsort(descending=True)
    return {name: found[name][order].numpy() for name in ("scores", "masks")}


def test_a_text_finds_objects_best_first(engine: Sam3, photo: Image) -> None:
    masks, warnings = engine.segment(photo, (Text("dog"),))
    wanted = reference(engine, photo, text="dog")
    assert len(masks) == 10 and masks.masks.dtype == np.bool_ and masks.masks.shape[1:] == (90, 120)
    assert set(masks.labels) == {"dog"} and masks.object_ids == tuple(range(10)) and warnings == ()
    assert np.allclose(masks.scores, wanted["scores"], atol=1e-5)
    assert (masks.masks != wanted["masks"].astype(bool)).mean() < 1e-3


def test_boxes_are_examples_with_a_sign(engine: Sam3, photo: Image) -> None:
    def scores(*prompts: Any) -> tuple[float, ...]:
        return engine.segment(photo, prompts)[0].scores

    text, with_box = scores(Text("dog")), scores(Text("dog"), BOX)
    with_both = scores(Text("dog"), BOX, NOT_BOX)
    turned = scores(Text("dog"), Box(BOX.xyxy_px, keep=False))
    for other in (text, with_both, turned):
        assert not np.allclose(with_box, other, atol=1e-6)
    boxes = [[list(BOX.xyxy_px), list(NOT_BOX.xyxy_px)]]
    named = reference(engine, photo, text="dog", input_boxes=boxes, input_boxes_labels=[[1, 0]])
    assert np.allclose(with_both, named["scores"], atol=1e-5)
    alone = reference(engine, photo, input_boxes=boxes, input_boxes_labels=[[1, 0]])
    assert np.allclose(scores(BOX, NOT_BOX), alone["scores"], atol=1e-5)


def test_several_texts_keep_their_names(engine: Sam3, photo: Image) -> None:
    masks, _ = engine.segment(photo, (Text("dog"), Text("red cup"), Text("dog")))
    assert masks.labels == ("dog",) * 10 + ("red cup",) * 10
    assert masks.object_ids == tuple(range(20))
    alone, _ = engine.segment(photo, (Text("red cup"),))
    assert np.array_equal(masks.masks[10:], alone.masks)


def test_the_threshold_keeps_the_sure_ones(engine: Sam3, photo: Image) -> None:
    every, _ = engine.segment(photo, (Text("dog"),))
    engine.threshold = (every.scores[3] + every.scores[4]) / 2
    kept, _ = engine.segment(photo, (Text("dog"),))
    assert kept.scores == every.scores[:4]
    engine.threshold = 1.0
    with pytest.raises(PromptError, match="found no 'dog' in the picture.*SEGSTUDIO_SAM3_THRESHOLD"):
        engine.segment(photo, (Text("dog"),))


def test_a_click_gives_three_candidates_and_more_do_not(engine: Sam3, photo: Image) -> None:
    masks, _ = engine.segment(photo, (CLICK,))
    assert len(masks) == 3 and masks.object_ids == (0, 0, 0) and masks.labels == ("", "", "")
    assert list(masks.scores) == sorted(masks.scores, reverse=True)
    assert not np.array_equal(masks.masks[0], masks.masks[1])
    for prompts in ((BOX,), (CLICK, BOX), (CLICK, MaskHint(masks.masks[0]))):
        one, _ = engine.segment(photo, prompts)
        assert len(one) == 1 and one.masks.any()
    refined, _ = engine.segment(photo, (CLICK, MaskHint(masks.masks[1])))
    other, _ = engine.segment(photo, (CLICK, MaskHint(masks.masks[2])))
    assert not np.array_equal(refined.masks, other.masks)


def test_click_features_are_those_of_the_video_model(engine: Sam3, sam3_folder: Path, photo: Image) -> None:
    from transformers import Sam3TrackerVideoModel

    tracker = Sam3TrackerVideoModel.from_pretrained(sam3_folder).eval()
    pixels = engine._processor(images=photo.pixels.copy(), return_tensors="pt")["pixel_values"]
    wanted = tracker.get_image_embeddings(pixels)
    ours = engine._encoder.for_clicks(photo)
    assert [tuple(level.shape) for level in ours] == [tuple(level.shape) for level in wanted]
    for level, other in zip(ours, wanted, strict=True):
        assert np.allclose(level.numpy(), other.numpy(), atol=1e-4)


def test_one_encoding_serves_both_heads(engine: Sam3, photo: Image, encodings: list[int]) -> None:
    engine.segment(photo, (Text("dog"),))
    engine.segment(photo, (CLICK,))
    engine.segment(photo, (BOX, NOT_BOX))
    engine.segment(Image(photo.pixels.copy()), (Text("cat"), BOX))
    assert len(encodings) == 1
    engine.segment(Image(photo.pixels[::-1].copy()), (CLICK,))
    assert len(encodings) == 2


def test_clicks_choose_among_what_a_text_finds(engine: Sam3, photo: Image) -> None:
    every, _ = engine.segment(photo, (Text("dog"),))
    inside = every.masks[:, 40, 50]
    assert 0 < inside.sum() < 10
    kept, _ = engine.segment(photo, (Text("dog"), CLICK))
    assert np.array_equal(kept.masks, every.masks[inside])
    dropped, _ = engine.segment(photo, (Text("dog"), Points(((50, 40),), (False,))))
    assert np.array_equal(dropped.masks, every.masks[~inside])
    with pytest.raises(PromptError, match="choose none of the 10 objects"):
        engine.segment(photo, (Text("dog"), Points(((50, 40), (50, 40)), (True, False))))


def test_an_earlier_mask_beside_a_text_is_an_object_of_its_own(engine: Sam3, photo: Image) -> None:
    hint = np.zeros((90, 120), bool)
    hint[20:60, 30:70] = True
    masks, _ = engine.segment(photo, (Text("dog"), MaskHint(hint)))
    assert len(masks) == 11 and masks.labels[-1] == "" and masks.object_ids[-1] == 10


@pytest.mark.parametrize(
    "drop", ["tracker_model.mask_decoder", "detector_model.detr_decoder", "tracker_neck"]
)
def test_missing_weights_are_refused(sam3_folder: Path, tmp_path: Path, drop: str) -> None:
    folder = rewrite_weights(sam3_folder, tmp_path / "cut", drop=drop)
    with pytest.raises(WeightsError, match=r"lack \d+ of the tensors of SAM 3"):
        Sam3(folder, "cpu")


def test_doubled_names_are_refused(sam3_folder: Path, tmp_path: Path) -> None:
    doubled = {"tracker_model.": "tracker_model.tracker_model."}
    folder = rewrite_weights(sam3_folder, tmp_path / "doubled", rename=doubled)
    with pytest.raises(WeightsError, match=r"lack \d+ of the tensors of SAM 3 \(clicks\)"):
        Sam3(folder, "cpu")


@pytest.mark.usefixtures("no_models")
def test_access_and_metas_own_checkpoint_are_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (spec,) = SPECS
    missing = spec.missing()
    assert isinstance(missing, Missing) and missing.download == "sam3"
    assert "3.4 GB, SAM License" in missing.reason and "access on request" in missing.cure
    assert "SEGSTUDIO_SAM3" in missing.cure
    (tmp_path / "sam3.pt").write_bytes(b"")
    monkeypatch.setenv("SEGSTUDIO_SAM3", str(tmp_path))
    missing = spec.missing()
    assert isinstance(missing, Missing) and "sam3.pt is Meta's own checkpoint" in missing.reason
    with pytest.raises(EngineUnavailable, match="Meta's own checkpoint.*transformers form"):
        spec.load("cpu")


@pytest.mark.usefixtures("no_models")
def test_a_folder_of_ones_own_serves(
    sam3_folder: Path, photo: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    (spec,) = SPECS
    monkeypatch.setenv("SEGSTUDIO_SAM3", str(sam3_folder))
    assert spec.missing() is None
    monkeypatch.setenv("SEGSTUDIO_SAM3_THRESHOLD", "often")
    with pytest.raises(InputError, match="wants a number from 0 to 1, but is 'often'"):
        spec.load("cpu")
    monkeypatch.setenv("SEGSTUDIO_SAM3_THRESHOLD", "0.01")
    assert loaded(spec, "cpu").threshold == 0.01
    assert len(loaded(spec, "cpu").segment(photo, (CLICK,))[0]) == 3


def test_the_pinned_weights_have_the_size_of_the_models_tensors() -> None:
    import torch
    from transformers import Sam3VideoConfig, Sam3VideoModel

    with torch.device("meta"):
        model = Sam3VideoModel(Sam3VideoConfig())
    weights = next(f for f in MODELS["sam3"].files if f.name == "model.safetensors")
    assert safetensors_bytes(model) == weights.bytes
