"""SAM 2.1 on a tiny random checkpoint: prompts, candidates, refinement, one encoding, refusals."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.engines import sam2, sam3
from shared.engines.sam2 import SPECS, Sam2
from shared.errors import Cancelled, EngineUnavailable, PromptError, WeightsError
from shared.hub import MODELS
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Box, MaskHint, Points, Text
from shared.registry import EngineSpec, choose, loaded
from tests.shared.engines.tiny_models import rewrite_weights, safetensors_bytes

CLICK = Points(((50, 40),), (True,))
TWO = Points(((50, 40), (100, 10)), (True, False))
BOX = Box((25, 15, 80, 70))


@pytest.fixture(scope="module")
def engine(sam2_folder: Path) -> Sam2:
    return Sam2(sam2_folder, "cpu")


@pytest.fixture
def encodings(engine: Sam2) -> Iterator[list[int]]:
    """Count how often the picture's encoder runs."""
    runs: list[int] = []
    hook = engine._model.vision_encoder.register_forward_hook(lambda *_: runs.append(1))
    yield runs
    hook.remove()


def reference(engine: Sam2, image: Image, **prompts: Any) -> tuple[np.ndarray, list[float]]:
    """Run transformers' own road: picture and prompts through processor and model in one go."""
    import torch

    several = prompts.pop("several")
    hint = prompts.pop("hint", None)
    inputs = engine._processor(images=image.pixels.copy(), return_tensors="pt", **prompts)
    sizes = inputs.pop("original_sizes")
    extra = {} if hint is None else {"input_masks": torch.from_numpy(hint)[None, None]}
    with torch.inference_mode():
        out = engine._model(**inputs, **extra, multimask_output=several)
    masks = engine._processor.post_process_masks(out.pred_masks, sizes)[0][0].numpy()
    return masks, out.iou_scores[0, 0].tolist()


def test_a_single_click_gives_three_candidates_best_first(engine: Sam2, photo: Image) -> None:
    masks, warnings = engine.segment(photo, (CLICK,))
    assert masks.masks.shape == (3, 90, 120) and masks.masks.dtype == np.bool_
    assert masks.object_ids == (0, 0, 0) and warnings == ()
    assert list(masks.scores) == sorted(masks.scores, reverse=True)
    assert 0 <= masks.scores[-1] < masks.scores[0] <= 1
    wanted, scores = reference(
        engine, photo, input_points=[[[[50.0, 40.0]]]], input_labels=[[[1]]], several=True
    )
    order = np.argsort(scores)[::-1]
    assert np.array_equal(masks.masks, wanted[order])
    assert np.allclose(masks.scores, np.array(scores)[order], atol=1e-6)


def test_more_clicks_are_not_ambiguous(engine: Sam2, photo: Image) -> None:
    masks, _ = engine.segment(photo, (TWO,))
    wanted, _ = reference(
        engine, photo, input_points=[[[[50.0, 40.0], [100.0, 10.0]]]], input_labels=[[[1, 0]]], several=False
    )
    assert len(masks) == 1 and np.array_equal(masks.masks, wanted)
    both = engine.segment(photo, (Points(TWO.xy_px, (True, True)),))[0]
    assert not np.array_equal(both.masks, masks.masks)


def test_a_box_and_a_box_with_a_click(engine: Sam2, photo: Image) -> None:
    masks, _ = engine.segment(photo, (BOX,))
    wanted, _ = reference(engine, photo, input_boxes=[[list(BOX.xyxy_px)]], several=False)
    assert np.array_equal(masks.masks, wanted)
    masks, _ = engine.segment(photo, (BOX, CLICK))
    wanted, _ = reference(
        engine,
        photo,
        input_boxes=[[list(BOX.xyxy_px)]],
        input_points=[[[[50.0, 40.0]]]],
        input_labels=[[[1]]],
        several=False,
    )
    assert len(masks) == 1 and np.array_equal(masks.masks, wanted)


def test_an_earlier_mask_refines(engine: Sam2, photo: Image) -> None:
    earlier = np.zeros((90, 120), bool)
    earlier[:45, :60] = True  # whole cells of the 32 x 32 mask input: no rounding in the reference
    masks, _ = engine.segment(photo, (CLICK, MaskHint(earlier)))
    logits = np.full((32, 32), -10, np.float32)
    logits[:16, :16] = 10
    wanted, _ = reference(
        engine, photo, input_points=[[[[50.0, 40.0]]]], input_labels=[[[1]]], several=False, hint=logits
    )
    assert len(masks) == 1 and (masks.masks != wanted).mean() < 0.02
    without, _ = engine.segment(photo, (CLICK,))
    assert all((masks.masks[0] != other).mean() > 0.05 for other in without.masks)
    alone, _ = engine.segment(photo, (MaskHint(earlier),))
    assert len(alone) == 1 and alone.masks.any()


def test_several_objects_keep_their_ids_and_order(engine: Sam2, photo: Image) -> None:
    prompts = (Points(((50, 40),), (True,), 7), Box((60, 50, 110, 85), object_id=2))
    masks, _ = engine.segment(photo, prompts)
    assert masks.object_ids == (7, 7, 7, 2)
    alone, _ = engine.segment(photo, (Box((60, 50, 110, 85), object_id=2),))
    assert np.array_equal(masks.masks[3], alone.masks[0])


def test_two_boxes_of_one_object_are_joined(engine: Sam2, photo: Image) -> None:
    first, second = Box((5, 5, 50, 40)), Box((60, 50, 110, 85))
    parts = [engine.segment(photo, (box,))[0].masks[0] for box in (first, second)]
    masks, _ = engine.segment(photo, (first, second))
    assert len(masks) == 1 and np.array_equal(masks.masks[0], parts[0] | parts[1])


def test_an_excluding_box_acts_as_a_click_and_says_so(engine: Sam2, photo: Image) -> None:
    masks, warnings = engine.segment(photo, (CLICK, Box((90, 0, 110, 20), keep=False)))
    assert "taken as a click" in warnings[0]
    assert np.array_equal(masks.masks, engine.segment(photo, (TWO,))[0].masks)


def test_only_excluding_prompts_are_refused(engine: Sam2, photo: Image) -> None:
    with pytest.raises(PromptError, match="only prompts of what it is not.*click or a box on the object"):
        engine.segment(photo, (Points(((5, 5),), (False,)),))


def test_a_picture_is_encoded_once(engine: Sam2, photo: Image, encodings: list[int]) -> None:
    engine.segment(photo, (CLICK,))
    engine.segment(photo, (BOX,))
    engine.segment(Image(photo.pixels.copy()), (TWO,))
    assert len(encodings) == 1
    engine.segment(Image(photo.pixels[::-1].copy()), (CLICK,))
    assert len(encodings) == 2
    levels = engine.encode(photo)
    assert [tuple(level.shape) for level in levels] == [(1, 4, 32, 32), (1, 8, 16, 16), (1, 32, 8, 8)]
    assert len(encodings) == 2


def test_nothing_found_is_an_error_and_empty_masks_are_dropped(
    engine: Sam2, photo: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode = engine._head._decode
    empty = (np.zeros((90, 120), bool), 0.99)

    def first_empty(*arguments: Any, **named: Any) -> list[Any]:
        return [empty, *decode(*arguments, **named)[1:]]

    monkeypatch.setattr(engine._head, "_decode", first_empty)
    assert len(engine.segment(photo, (CLICK,))[0]) == 2
    with pytest.raises(PromptError, match="found nothing there"):
        engine.segment(photo, (BOX,))


def test_progress_rises_and_a_run_can_be_stopped(engine: Sam2, photo: Image) -> None:
    from threading import Event

    told: list[float] = []
    engine.segment(photo, (CLICK, BOX), Progress(lambda fraction, _: told.append(fraction)))
    assert told == sorted(told) and told[-1] == 1.0
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        engine.segment(photo, (CLICK,), Progress(cancelled=stop))


def test_missing_weights_are_refused(sam2_folder: Path, tmp_path: Path) -> None:
    folder = rewrite_weights(sam2_folder, tmp_path / "cut", drop="mask_decoder.iou_prediction_head")
    with pytest.raises(WeightsError, match=r"lack \d+ of the tensors of SAM 2\.1, such as mask_decoder\.iou"):
        Sam2(folder, "cpu")


def test_damaged_files_are_refused(sam2_folder: Path, tmp_path: Path) -> None:
    folder = rewrite_weights(sam2_folder, tmp_path / "cut")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    with pytest.raises(WeightsError, match="cannot be read.*get them again"):
        Sam2(folder, "cpu")
    (folder / "config.json").write_text("{")
    with pytest.raises(WeightsError, match="cannot be read"):
        Sam2(folder, "cpu")


@pytest.mark.usefixtures("no_models")
def test_without_weights_the_engine_says_how_to_get_them() -> None:
    by_id = {spec.id: spec for spec in SPECS}
    missing = by_id["sam2.1"].missing()
    assert missing is not None and missing.download == "sam2.1-tiny"
    assert "156 MB, Apache-2.0" in missing.reason and "segstudio models get sam2.1-tiny" in missing.cure
    large = by_id["sam2.1-large"].missing()
    assert large is not None and large.download == "sam2.1-large"
    with pytest.raises(EngineUnavailable, match=r"models get sam2\.1-tiny"):
        by_id["sam2.1"].load("cpu")


@pytest.mark.usefixtures("no_models")
def test_a_folder_of_ones_own_serves(
    sam2_folder: Path, photo: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGSTUDIO_SAM2", str(sam2_folder))
    spec = SPECS[0]
    assert spec.missing() is None and SPECS[1].missing() is not None
    assert spec.origin is not None and len(spec.origin()["sha256"]["model.safetensors"]) == 64
    assert len(loaded(spec, "cpu").segment(photo, (CLICK,))[0]) == 3


def _stub(engine_id: str) -> EngineSpec:
    return EngineSpec(
        id=engine_id,
        task="segment",
        tier="embedded",
        title="Stub",
        summary="Stands for the embedded default.",
        accepts=frozenset({Points, Box, Text}),
        licence="Apache-2.0",
        version="1",
        load=lambda _: None,
        default=True,
    )


@pytest.mark.usefixtures("no_models")
def test_auto_takes_official_then_open_then_embedded_of_those_here(
    sam2_folder: Path, sam3_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    specs = (*sam3.SPECS, *sam2.SPECS, _stub("stub"))
    chosen = choose(specs, (CLICK,))
    assert chosen.spec.id == "stub" and "not on this machine: sam3, sam2.1" in chosen.why
    monkeypatch.setenv("SEGSTUDIO_SAM2", str(sam2_folder))
    assert choose(specs, (CLICK,)).spec.id == "sam2.1"
    text = choose(specs, (Text("dog"),))
    assert text.spec.id == "stub" and "not for these prompts: sam2.1" in text.why
    monkeypatch.setenv("SEGSTUDIO_SAM3", str(sam3_folder))
    assert choose(specs, (CLICK,)).spec.id == "sam3"
    assert choose(specs, (Text("dog"),)).spec.id == "sam3"
    assert choose(specs, (CLICK,), "sam2.1").spec.id == "sam2.1"
    with pytest.raises(EngineUnavailable, match=r"models get sam2\.1-large"):
        choose(specs, (CLICK,), "sam2.1-large")


SIZES = {
    "sam2.1-tiny": {},
    "sam2.1-small": {"blocks_per_stage": [1, 2, 11, 2], "global_attention_blocks": [7, 10, 13]},
    "sam2.1-base-plus": {
        "hidden_size": 112,
        "num_attention_heads": 2,
        "embed_dim_per_stage": [112, 224, 448, 896],
        "num_attention_heads_per_stage": [2, 4, 8, 16],
        "blocks_per_stage": [2, 3, 16, 3],
        "global_attention_blocks": [12, 16, 20],
        "window_positional_embedding_background_size": [14, 14],
    },
    "sam2.1-large": {
        "hidden_size": 144,
        "num_attention_heads": 2,
        "embed_dim_per_stage": [144, 288, 576, 1152],
        "num_attention_heads_per_stage": [2, 4, 8, 16],
        "blocks_per_stage": [2, 6, 36, 4],
        "global_attention_blocks": [23, 33, 43],
        "window_size_per_stage": [8, 4, 16, 8],
    },
}


@pytest.mark.parametrize("name", SIZES)
def test_the_pinned_weights_have_the_size_of_the_models_tensors(name: str) -> None:
    import torch
    from transformers import Sam2VideoConfig, Sam2VideoModel

    backbone = {"model_type": "sam2_hiera_det_model", **SIZES[name]}
    channels = SIZES[name].get("embed_dim_per_stage", [96, 192, 384, 768])[::-1]
    vision = {"model_type": "sam2_vision_model", "backbone_config": backbone}
    config = Sam2VideoConfig(vision_config={**vision, "backbone_channel_list": channels})
    with torch.device("meta"):
        model = Sam2VideoModel(config)
    weights = next(f for f in MODELS[name].files if f.name == "model.safetensors")
    assert safetensors_bytes(model) == weights.bytes
