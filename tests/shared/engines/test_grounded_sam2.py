"""Text of any kind by Grounding DINO and SAM 2.1, on tiny random checkpoints."""

from pathlib import Path

import numpy as np
import pytest

from shared.detector import iou
from shared.engines.grounded_sam2 import SPECS, GroundedSam2
from shared.engines.grounding import SAME_BOX, Grounding
from shared.engines.phrases import phrases_in
from shared.engines.sam2 import Sam2
from shared.errors import EngineUnavailable, PromptError
from shared.media import Image
from shared.prompts import Box, Points, Text
from shared.registry import choose, engines
from shared.segment import segment
from tests.shared.engines.tiny_models import rewrite_weights

SPEC = SPECS[0]
CLICK = Points(((50, 40),), (True,), 3)


@pytest.fixture(scope="module")
def finder(grounding_folder: Path) -> Grounding:
    return Grounding(grounding_folder, "cpu")


@pytest.fixture(scope="module")
def engine(finder: Grounding, sam2_folder: Path) -> GroundedSam2:
    return GroundedSam2(finder, Sam2(sam2_folder, "cpu"))


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Red cup", ("red cup",)),
        ("dogs and the cat", ("dogs", "cat")),
        ("black and white cat", ("black and white cat",)),
        ("red cup, black cat; sky.", ("red cup", "black cat", "sky")),
        ("cup, cup", ("cup",)),
        (" ,. ", ()),
    ],
)
def test_a_text_may_hold_several_phrases(text: str, phrases: tuple[str, ...]) -> None:
    assert phrases_in([Text(text)]) == phrases


def test_boxes_are_those_of_transformers_own_road(finder: Grounding, photo: Image) -> None:
    import torch

    processor, model = finder._processor, finder._model
    inputs = processor(images=photo.pixels.copy(), text="red cup. black cat.", return_tensors="pt")
    with torch.inference_mode():
        out = model(**inputs)
    post = processor.post_process_grounded_object_detection
    wanted = post(out, inputs["input_ids"], threshold=0.3, target_sizes=[(90, 120)])[0]
    found = finder.find(photo, ("red cup", "black cat"), threshold=0.3)
    scores, boxes = wanted["scores"].numpy(), wanted["boxes"].numpy().clip(0, [120, 90, 120, 90])
    assert len(found) > 3
    for sighting in found:
        place = int(np.abs(boxes - sighting.box_xyxy).max(axis=1).argmin())
        assert np.allclose(sighting.box_xyxy, boxes[place], atol=1e-3)
        assert sighting.score <= scores[place] + 1e-5  # theirs counts full stops as words, too


def test_each_phrase_is_scored_by_its_own_words(finder: Grounding) -> None:
    tokenizer = finder._processor.tokenizer
    pieces = tokenizer("red cup. sky. black cat.")["input_ids"]
    spans = finder._spans(pieces, 3)
    read = [tokenizer.decode([pieces[place] for place in span]) for span in spans]
    assert read == ["red cup", "sky", "black cat"]


def test_one_thing_is_found_once_and_the_most_certain_first(finder: Grounding, photo: Image) -> None:
    found = finder.find(photo, ("cat",), threshold=0.05)
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)
    pairs = [(a, b) for n, a in enumerate(found) for b in found[:n]]
    assert pairs and all(iou(a.box_xyxy, b.box_xyxy) < SAME_BOX for a, b in pairs)


def test_another_threshold_does_not_run_the_net_anew(finder: Grounding, photo: Image) -> None:
    runs: list[int] = []
    hook = finder._model.register_forward_hook(lambda *_: runs.append(1))
    many = finder.find(photo, ("cat", "dog"), threshold=0.1)
    few = finder.find(photo, ("cat", "dog"), threshold=0.8)
    hook.remove()
    assert len(few) < len(many) and len(runs) == 1
    assert few == [s for s in many if s.score >= 0.8]


def test_each_box_becomes_the_mask_that_sam_cuts_out_of_it(
    engine: GroundedSam2, finder: Grounding, photo: Image
) -> None:
    masks, warnings = engine.segment(photo, (Text("red cup, cat"),), threshold=0.6)
    seen = finder.find(photo, ("red cup", "cat"), threshold=0.6)
    assert len(masks) <= len(seen) and len(set(masks.object_ids)) == len(masks)
    assert set(masks.labels) <= {"red cup", "cat"} and all(s >= 0.6 for s in masks.scores)
    alone, _ = engine._cutter.segment(photo, (Box(seen[0].box_xyxy),))
    assert np.array_equal(masks.masks[0], alone.masks[0])
    assert masks.scores[0] == seen[0].score and masks.labels[0] == seen[0].phrase
    assert all("found no" in warning for warning in warnings)


def test_clicks_beside_a_text_are_objects_of_their_own(engine: GroundedSam2, photo: Image) -> None:
    masks, _ = engine.segment(photo, (Text("cat"), CLICK), threshold=0.6)
    assert masks.object_ids[:3] == (3, 3, 3) and masks.labels[:3] == ("", "", "")
    assert set(masks.labels[3:]) == {"cat"} and min(masks.object_ids[3:]) == 4
    alone, _ = engine.segment(photo, (CLICK,))
    assert np.array_equal(alone.masks, masks.masks[:3])


def test_what_is_not_there_is_said(engine: GroundedSam2, photo: Image) -> None:
    with pytest.raises(PromptError, match=r"found no cat \(belief above 1\).*lower the threshold"):
        engine.segment(photo, (Text("cat"),), threshold=1.0)
    masks, warnings = engine.segment(photo, (Text("cat"), CLICK), threshold=1.0)
    assert set(masks.object_ids) == {3} and "found no cat" in warnings[0]
    with pytest.raises(PromptError, match="names nothing"):
        engine.segment(photo, (Text(" , "),))
    with pytest.raises(PromptError, match="at most 24 word pieces"):
        engine.segment(photo, (Text(", ".join(["red cup", *("cat " * n for n in range(1, 8))])),))


@pytest.mark.usefixtures("no_models")
def test_without_weights_it_says_which_commands_help(
    grounding_folder: Path, monkeypatch: pytest.MonkeyPatch, photo: Image
) -> None:
    missing = SPEC.missing()
    assert missing is not None and missing.download == "grounding-dino-tiny"
    assert "689 MB, Apache-2.0" in missing.reason
    assert "models get grounding-dino-tiny" in missing.cure and "models get sam2.1-tiny" in missing.cure
    monkeypatch.setenv("SEGSTUDIO_GROUNDING_DINO", str(grounding_folder))
    missing = SPEC.missing()
    assert missing is not None and missing.download == "sam2.1-tiny"
    with pytest.raises(EngineUnavailable, match="models get sam2.1-tiny"):
        segment(photo, (Text("cat"),), engine="grounded_sam2")


@pytest.mark.usefixtures("no_models")
def test_auto_takes_it_for_text_and_sam_for_clicks(
    grounding_folder: Path, clipseg_folder: Path, sam2_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGSTUDIO_GROUNDING_DINO", str(grounding_folder))
    monkeypatch.setenv("SEGSTUDIO_CLIPSEG", str(clipseg_folder))
    monkeypatch.setenv("SEGSTUDIO_SAM2", str(sam2_folder))
    here = engines("shared.engines")
    assert choose(here, (Text("anything"),)).spec.id == "grounded_sam2"
    assert choose(here, (Text("anything"), CLICK)).spec.id == "grounded_sam2"
    assert choose(here, (CLICK,)).spec.id == "sam2.1"
    assert SPEC.origin is not None and set(SPEC.origin()) == {"grounding-dino-tiny", "sam2.1-tiny"}


def test_incomplete_weights_are_refused(grounding_folder: Path, tmp_path: Path) -> None:
    from shared.errors import WeightsError

    broken = rewrite_weights(grounding_folder, tmp_path / "broken", drop="model.decoder.layers.0.fc1")
    with pytest.raises(WeightsError, match="lack"):
        Grounding(broken, "cpu")
