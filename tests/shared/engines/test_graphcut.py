"""The embedded engine: truths on composites, on photos anybody can judge, and on hostile pictures."""

import numpy as np
import pytest
from skimage import data

from benchmarks.image_composites import composites, next_click, overlap
from shared.engines.graphcut import GraphCut
from shared.errors import PromptError
from shared.media import Image
from shared.prompts import Box, Everything, MaskHint, Points, Text


@pytest.fixture(scope="module")
def engine():
    return GraphCut()


@pytest.fixture(scope="module")
def scenes():
    return composites(8, seed=3)


def points(*clicks, object_id=0):
    return Points(tuple((x, y) for x, y, _ in clicks), tuple(keep for *_, keep in clicks), object_id)


def mask_of(engine, pixels, *prompts):
    masks, _ = engine.segment(Image(pixels), prompts)
    return masks.masks[0]


def clicked(engine, scene, count):
    """Click like a person until `count` clicks are made; return the overlap after each."""
    clicks, mask, overlaps = [], np.zeros_like(scene.truth), []
    for _ in range(count):
        click = next_click(scene.truth, mask)
        if click is None:
            break
        clicks.append((*click[0], click[1]))
        mask = mask_of(engine, scene.pixels, points(*clicks))
        for x, y, keep in clicks:
            assert mask[int(y), int(x)] == keep
        overlaps.append(overlap(mask, scene.truth))
    return overlaps + overlaps[-1:] * (count - len(overlaps))


@pytest.mark.slow
def test_clicks_find_the_truth_of_composites_and_are_always_respected(engine, scenes):
    measured = np.array([clicked(engine, scene, 3) for scene in scenes])
    mean, median = measured.mean(axis=0), np.median(measured, axis=0)
    assert mean[0] > 0.7 and mean[2] > 0.8
    assert median[0] > 0.8 and median[2] > 0.9


def test_boxes_find_the_truth_of_composites(engine, scenes):
    overlaps = []
    for scene in scenes:
        rows, columns = np.nonzero(scene.truth)
        box = (columns.min(), rows.min(), columns.max() + 1.0, rows.max() + 1.0)
        mask = mask_of(engine, scene.pixels, Box(box))
        outside = mask.copy()
        outside[rows.min() - 2 : rows.max() + 3, columns.min() - 2 : columns.max() + 3] = False
        assert not outside.any()
        overlaps.append(overlap(mask, scene.truth))
    assert np.mean(overlaps) > 0.75


@pytest.mark.parametrize(
    ("photo", "text", "inside", "outside"),
    [
        (data.chelsea, "cat", [(230, 200), (140, 90)], [(440, 60)]),
        (data.coffee, "cup", [(300, 130), (210, 60)], [(60, 40), (550, 200)]),
        (data.astronaut, "woman", [(222, 120), (120, 330), (222, 40)], [(410, 150), (30, 60), (430, 420)]),
    ],
)
def test_text_finds_the_thing(engine, photo, text, inside, outside):
    masks, _ = engine.segment(Image(photo()), (Text(text),))
    assert masks.labels[0] == {"woman": "person"}.get(text, text)
    assert all(masks.masks[0, y, x] for x, y in inside)
    assert not any(masks.masks[0, y, x] for x, y in outside)
    assert 0.3 < masks.scores[0] <= 1


def test_a_cat_is_no_person(engine):
    with pytest.raises(PromptError, match="It sees .*cat"):
        engine.segment(Image(data.chelsea()), (Text("person"),))


def test_a_click_on_the_suit_means_the_astronaut(engine):
    mask = mask_of(engine, data.astronaut(), points((200, 400, True)))
    assert mask[120, 222] and mask[330, 120] and not mask[150, 410]
    masks, _ = engine.segment(Image(data.astronaut()), (points((200, 400, True)),))
    assert set(masks.labels) == {""}  # nothing was named


def test_a_click_that_excludes_takes_its_region_away(engine):
    scene = composites(8, seed=3)[0]
    (x, y), _ = next_click(scene.truth, np.zeros_like(scene.truth))
    before = mask_of(engine, scene.pixels, points((x, y, True)))
    rows, columns = np.nonzero(before)
    far = np.argmax((rows - y) ** 2 + (columns - x) ** 2)
    after = mask_of(engine, scene.pixels, points((x, y, True), (columns[far], rows[far], False)))
    assert not after[rows[far], columns[far]] and after[int(y), int(x)]
    assert after.sum() < before.sum()


def test_earlier_masks_are_drawn_to_the_edges(engine, scenes):
    gains = []
    for scene in scenes[:5]:
        shifted = np.roll(scene.truth, (4, 5), axis=(0, 1))
        mask = mask_of(engine, scene.pixels, MaskHint(shifted))
        gains.append(overlap(mask, scene.truth) - overlap(shifted, scene.truth))
    assert np.mean(gains) > 0.05 and min(gains) > -0.02


def test_two_objects_are_two_masks(engine):
    masks, _ = engine.segment(
        Image(data.astronaut()), (points((200, 400, True), object_id=5), Box((325, 0, 440, 250), object_id=2))
    )
    assert list(dict.fromkeys(masks.object_ids)) == [5, 2]
    assert masks.masks[0, 400, 200] and not masks.masks[-1, 400, 200]


def test_text_beside_clicks_gets_ids_of_its_own(engine):
    masks, _ = engine.segment(Image(data.coffee()), (points((560, 40, True)), Text("cup")))
    named = [number for number, label in zip(masks.object_ids, masks.labels, strict=True) if label == "cup"]
    assert masks.object_ids[0] == 0 and masks.labels[0] == "" and named and 0 not in named


def test_the_same_clicks_give_the_same_mask(engine):
    clicks = points((300, 200, True), (100, 100, False))
    first = mask_of(engine, data.coffee(), clicks)
    from shared.encoders.cache import EMBEDDINGS

    EMBEDDINGS.clear()
    assert (mask_of(engine, data.coffee(), clicks) == first).all()


@pytest.mark.slow
def test_a_large_photo_is_answered_at_its_own_size(engine):
    scene = composites(8, seed=3)[1]
    large = scene.pixels.repeat(5, axis=0).repeat(5, axis=1)
    (x, y), _ = next_click(scene.truth, np.zeros_like(scene.truth))
    mask = mask_of(engine, large, points((5 * x + 2, 5 * y + 2, True)))
    assert mask.shape == large.shape[:2] and mask[int(5 * y + 2), int(5 * x + 2)]
    small = mask_of(engine, scene.pixels, points((x, y, True)))
    assert overlap(mask[2::5, 2::5], small) > 0.8


@pytest.mark.parametrize("shape", [(1, 1), (1, 90), (7, 5), (40, 3), (33, 700)])
def test_odd_sizes_are_answered_or_refused(engine, shape):
    random = np.random.default_rng(0)
    pixels = random.integers(0, 255, (*shape, 3), dtype=np.uint8)
    x, y = shape[1] // 2, shape[0] // 2
    mask = mask_of(engine, pixels, points((x, y, True)))
    assert mask.shape == shape and mask[y, x]


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_flat_picture_is_answered_without_trouble(engine, level):
    mask = mask_of(engine, np.full((90, 120, 3), level, np.uint8), points((60, 45, True)))
    assert mask[45, 60]


def test_many_clicks_are_all_respected(engine):
    random = np.random.default_rng(1)
    spots = random.permutation(600 * 400)[:40]
    clicks = [(int(s % 600), int(s // 600), bool(i % 2 == 0)) for i, s in enumerate(spots)]
    mask = mask_of(engine, data.coffee(), points(*clicks))
    assert all(mask[y, x] == keep for x, y, keep in clicks)


def test_several_texts_are_several_objects_and_what_is_absent_is_told(engine):
    masks, warnings = engine.segment(Image(data.astronaut()), (Text("woman and giraffe"), Text("unicorn")))
    assert masks.labels == ("person",) and masks.object_ids == (0,)
    assert any("no giraffe" in w for w in warnings) and any("'unicorn'" in w for w in warnings)


@pytest.mark.slow
def test_everything_beside_a_click_gets_ids_of_its_own(engine):
    masks, _ = engine.segment(Image(data.coffee()), (points((560, 40, True)), Everything()))
    others = [i for i in masks.object_ids if i != 0]
    assert len(others) > 5 and len(set(others)) == len(others)
    assert "cup" in masks.labels


def test_a_lower_threshold_finds_more(engine):
    strict, _ = engine.segment(Image(data.coffee()), (Text("dishes"),), threshold=0.5)
    loose, _ = engine.segment(Image(data.coffee()), (Text("dishes"),), threshold=0.05)
    assert len(strict) < len(loose) and all(score >= 0.5 for score in strict.scores)


def test_a_single_click_has_up_to_three_candidates_and_two_clicks_one(engine):
    masks, _ = engine.segment(Image(data.coffee()), (points((300, 130, True), object_id=4),))
    assert len(masks) == 3 and masks.object_ids == (4, 4, 4)
    assert list(masks.scores) == sorted(masks.scores, reverse=True)
    assert all(overlap(a, b) < 0.9 for n, a in enumerate(masks.masks) for b in masks.masks[:n])
    assert len(engine.segment(Image(data.coffee()), (points((300, 130, True), (60, 40, False)),))[0]) == 1
