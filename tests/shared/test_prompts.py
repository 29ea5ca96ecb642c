"""Prompts go to JSON and back unchanged, and refuse what is wrong in itself or for the media."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from shared import prompts as p
from shared.errors import InputError, PromptError
from shared.media import Image, Waveform

IMAGE = Image(np.zeros((60, 80, 3), np.uint8))
SOUND = Waveform(np.zeros((1, 16_000), np.float32), 8_000)

number = st.floats(-1e6, 1e6)
positive = st.floats(0.001, 1e4)
words = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20)
pair = st.tuples(number, number)
spans = st.builds(lambda a, d, k: p.Span(a, a + d, k), st.floats(0, 1e4), positive, st.booleans())
bands = st.builds(
    lambda a, d, f, w, k: p.Band(a, a + d, f, f + w, k),
    st.floats(0, 1e4),
    positive,
    st.floats(0, 1e4),
    positive,
    st.booleans(),
)
points = st.lists(st.tuples(pair, st.booleans()), min_size=1, max_size=5).flatmap(
    lambda rows: st.builds(
        p.Points,
        st.just(tuple(xy for xy, _ in rows)),
        st.just(tuple(keep for _, keep in rows)),
        st.integers(0, 255),
    )
)
boxes = st.builds(
    lambda x, y, w, h, k, i: p.Box((x, y, x + w, y + h), k, i),
    st.floats(-1e4, 1e4),
    st.floats(-1e4, 1e4),
    positive,
    positive,
    st.booleans(),
    st.integers(0, 255),
)
keypoints = st.lists(st.tuples(words, pair), min_size=1, max_size=4).map(
    lambda rows: p.Keypoints(tuple(n for n, _ in rows), tuple(xy for _, xy in rows))
)
sound_marks = st.one_of(
    st.builds(lambda a, d, k: p.Example(a, a + d, k), st.floats(0, 1e4), positive, st.booleans()),
    st.builds(lambda a, d: p.Noise(a, a + d), st.floats(0, 1e4), positive),
    st.builds(lambda a, w, k: p.Pan(a, a + w, k), st.floats(-1, 0), st.floats(0.01, 1), st.booleans()),
    st.builds(p.Reference, words, st.booleans(), st.just("ab" * 32)),
)
any_prompt = st.one_of(
    words.map(p.Text),
    words.map(p.NotText),
    st.just(p.Everything()),
    spans,
    bands,
    sound_marks,
    points,
    boxes,
    keypoints,
)


@given(st.lists(any_prompt, max_size=6).map(tuple))
def test_prompts_survive_json(prompts):
    text = json.dumps(p.to_json(prompts), allow_nan=False)
    assert p.parse(text) == prompts
    assert p.parse(json.loads(text)) == prompts


@given(hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12)).filter(np.any))
def test_masks_survive_json(mask):
    text = json.dumps(p.to_json((p.MaskHint(mask, 3),)))
    (back,) = p.parse(text)
    assert isinstance(back, p.MaskHint) and back.object_id == 3
    np.testing.assert_array_equal(back.mask, mask)


def test_every_kind_has_its_own_name():
    assert list(p.KINDS) == [kind.kind for kind in p.KINDS.values()]
    assert len(set(p.KINDS.values())) == len(p.KINDS)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ("{", "not JSON"),
        ("{}", "want a JSON list"),
        ("3", "want a JSON list"),
        ([1], "want a JSON list"),
        ([{}], "There is no prompt kind None. Choose from text"),
        ([{"kind": "dance"}], "There is no prompt kind 'dance'. Choose from text"),
        ([{"kind": "text"}], "incomplete"),
        ([{"kind": "text", "text": "a", "loud": 1}], "has no field loud; it has text"),
        ([{"kind": "text", "text": " \n "}], "empty. Name what you want"),
        ([{"kind": "text", "text": "x" * 10_000}], "10000 characters; at most 200"),
        ([{"kind": "span", "start_s": 2, "end_s": 1}], "0 <= start < end"),
        ([{"kind": "span", "start_s": -1, "end_s": 1}], "0 <= start < end"),
        ([{"kind": "span", "start_s": "0", "end_s": 1}], "a number for start_s"),
        ([{"kind": "span", "start_s": float("nan"), "end_s": 1}], "a number for start_s"),
        ([{"kind": "span", "start_s": True, "end_s": 2}], "a number for start_s"),
        ([{"kind": "span", "start_s": 0, "end_s": 1, "keep": 1}], "keep true or false"),
        ([{"kind": "band", "start_s": 0, "end_s": 1, "low_hz": 9, "high_hz": 9}], "low < high"),
        ([{"kind": "example", "start_s": 2, "end_s": 2}], "example prompt wants 0 <= start < end"),
        ([{"kind": "noise", "start_s": 0, "end_s": 1, "keep": True}], "has no field keep"),
        ([{"kind": "pan", "left": -1.5, "right": 0}], "-1 <= left < right <= 1"),
        ([{"kind": "pan", "left": 0.5, "right": 0.5}], "-1 <= left < right <= 1"),
        ([{"kind": "reference", "file": " "}], "names no file"),
        ([{"kind": "reference", "file": 3}], "wants text for file"),
        ([{"kind": "points", "xy_px": [], "keep": []}], "1 to 1000"),
        ([{"kind": "points", "xy_px": [[1, 2]], "keep": []}], "1 positions and 0 flags"),
        ([{"kind": "points", "xy_px": [[1, 2, 3]], "keep": [True]}], "pairs of numbers"),
        ([{"kind": "points", "xy_px": [["a", 2]], "keep": [True]}], "pairs of numbers"),
        ([{"kind": "points", "xy_px": 5, "keep": [True]}], "pairs of numbers"),
        ([{"kind": "points", "xy_px": [[1, 2]], "keep": [1]}], "true or false"),
        ([{"kind": "points", "xy_px": [[1, 2]], "keep": True}], "incomplete or of wrong types"),
        ([{"kind": "points", "xy_px": [[float("inf"), 2]], "keep": [True]}], "finite"),
        ([{"kind": "points", "xy_px": [[1, 2]], "keep": [True], "object_id": 256}], "0 to 255"),
        ([{"kind": "points", "xy_px": [[1, 2]], "keep": [True], "object_id": "0"}], "0 to 255"),
        ([{"kind": "points", "xy_px": [[1, 2]], "keep": [True], "object_id": [0]}], "0 to 255"),
        ([{"kind": "box", "xyxy_px": [0, 0, 5]}], "four numbers"),
        ([{"kind": "box", "xyxy_px": "abcd"}], "four numbers"),
        ([{"kind": "box", "xyxy_px": [5, 0, 5, 9]}], "left < right"),
        ([{"kind": "box", "xyxy_px": [0, 0, float("inf"), 9]}], "left < right"),
        ([{"kind": "mask", "mask": [[False, False]]}], "empty. Mark at least one"),
        ([{"kind": "keypoints", "names": [], "xy_px": []}], "one position a name"),
        ([{"kind": "keypoints", "names": ["nose"], "xy_px": [[1]]}], "pairs of numbers"),
        ([{"kind": "keypoints", "names": ["nose"], "xy_px": [["a", "b"]]}], "pairs of numbers"),
        ([{"kind": "keypoints", "names": ["nose"], "xy_px": [[float("nan"), 1]]}], "finite"),
        ([{"kind": "text", "text": "a"}] * 257, "At most 256"),
    ],
)
def test_what_is_wrong_in_itself_is_refused(items, message):
    with pytest.raises(PromptError, match=message):
        p.parse(items)


def test_a_mask_that_is_no_mask_is_refused():
    for mask in ({"size": [1, 1], "counts": "?"}, {"size": [2, 2], "counts": [3]}, "x", 3):
        with pytest.raises((PromptError, InputError)):
            p.parse([{"kind": "mask", "mask": mask}])


def test_white_space_in_texts_is_tidied():
    assert p.Text("  a \n dog ").text == "a dog"


FITS_IMAGE = [
    p.Points(((0, 0), (79.9, 59.9)), (True, False)),
    p.Box((-5, -5, 10, 10)),
    p.MaskHint(np.ones((60, 80), bool)),
    p.Text("dog"),
    p.Keypoints(("nose",), ((40, 30),)),
]
FITS_SOUND = [p.Text("speech"), p.NotText("music"), p.Span(1.9, 5), p.Band(0, 1, 3999, 9000), p.Example(1, 3)]


@pytest.mark.parametrize("prompt", FITS_IMAGE)
def test_prompts_on_the_picture_pass(prompt):
    p.check((prompt,), IMAGE)


@pytest.mark.parametrize("prompt", FITS_SOUND)
def test_prompts_in_the_sound_pass(prompt):
    p.check((prompt,), SOUND)


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        (p.Points(((80, 30),), (True,)), "point 80,30 lies outside the picture; the picture is 80 x 60"),
        (p.Points(((10, 30), (10, -1)), (True, True)), "point 10,-1 lies outside"),
        (p.Keypoints(("nose",), ((10, 60),)), "point 10,60 lies outside"),
        (p.Box((80, 0, 90, 10)), "box 80,0,90,10 lies outside"),
        (p.Box((-9, 0, 0, 10)), "lies outside"),
        (p.MaskHint(np.ones((80, 60), bool)), "mask is 60 x 80 pixels, but the picture is 80 x 60"),
        (p.Span(0, 1), "for sound, but the input is a picture"),
        (p.Band(0, 1, 0, 9), "for sound, but the input is a picture"),
        (p.Pan(-1, 0), "for sound, but the input is a picture"),
    ],
)
def test_prompts_beside_the_picture_are_refused(prompt, message):
    with pytest.raises(PromptError, match=message):
        p.check((p.Text("dog"), prompt), IMAGE)


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        (p.Span(2, 3), "starts at 2 s; the sound ends at 2 s"),
        (p.Band(2.5, 3, 0, 9), "starts at 2.5 s"),
        (p.Band(0, 1, 4000, 9000), "starts at 4000 Hz; this sound ends at 4000 Hz"),
        (p.Noise(2, 3), "noise starts at 2 s"),
        (p.Example(2, 3), "example starts at 2 s"),
        (p.Pan(-1, 0), "for stereo sound; this sound has one channel"),
        (p.Reference("nowhere.wav"), "nowhere.wav is not there"),
        (p.Points(((1, 1),), (True,)), "for pictures, but the input is sound"),
        (p.Box((0, 0, 1, 1)), "for pictures"),
    ],
)
def test_prompts_beside_the_sound_are_refused(prompt, message):
    with pytest.raises(PromptError, match=message):
        p.check((prompt,), SOUND)


def test_of_kind_keeps_order():
    given_prompts = (p.Text("a"), p.NotText("b"), p.Text("c"))
    assert p.of_kind(given_prompts, p.Text) == [p.Text("a"), p.Text("c")]
