"""The verb: the right engine, masks of the picture's size, clear refusals."""

from threading import Event

import numpy as np
import pytest
from skimage import data

from shared.errors import Cancelled, EngineUnavailable, PromptError
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Box, Points, Span, Text
from shared.segment import segment


@pytest.fixture(scope="module")
def coffee():
    return Image(data.coffee())


def click(x, y, keep=True, object_id=0):
    return Points(((x, y),), (keep,), object_id)


def test_a_click_is_answered_and_the_engine_named(coffee):
    found = segment(coffee, (click(300, 120),))
    assert found.masks.masks.shape[1:] == (400, 600) and set(found.masks.object_ids) == {0}
    assert found.masks.masks[0, 120, 300]
    (made_by,) = found.engines
    assert made_by.spec.id == "graphcut" and made_by.spec.tier == "embedded"
    assert "embedded" in made_by.why


def test_progress_rises_to_the_end(coffee):
    seen: list[float] = []
    segment(coffee, (click(300, 120),), progress=Progress(lambda fraction, _: seen.append(fraction)))
    assert seen == sorted(seen) and seen[0] == 0.0 and seen[-1] == 1.0


@pytest.mark.parametrize(
    ("prompts", "words"),
    [
        ((), "click, a box"),
        ((click(600, 10),), "outside the picture"),
        ((Box((700.0, 10.0, 800.0, 90.0)),), "outside"),
        ((Span(0, 1),), "for sound"),
        ((click(10, 10, keep=False),), "only prompts of what it is not"),
        ((Text("unicorn"),), "nearest in meaning"),
        ((Text("giraffe"),), "no giraffe in this picture"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_cure(coffee, prompts, words):
    with pytest.raises(PromptError, match=words) as caught:
        segment(coffee, prompts, engine="graphcut" if prompts and isinstance(prompts[0], Text) else "auto")
    assert caught.value.cure or "outside" in words or "sound" in words


def test_an_unknown_engine_is_refused(coffee):
    with pytest.raises(EngineUnavailable, match="graphcut"):
        segment(coffee, (click(300, 120),), engine="magic")


def test_a_cancelled_run_stops(coffee):
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        segment(coffee, (click(300, 120),), progress=Progress(cancelled=stop))


def test_the_refusal_lists_all_names(coffee):
    with pytest.raises(PromptError) as caught:
        segment(coffee, (Text("unicorn"),), engine="graphcut")
    assert "giraffe" in str(caught.value) and "toothbrush" in str(caught.value)


def test_objects_follow_their_prompts(coffee):
    found = segment(coffee, (click(300, 120, object_id=3), click(560, 40, object_id=1)))
    assert list(dict.fromkeys(found.masks.object_ids)) == [3, 1]
    assert found.masks.masks[0, 120, 300] and found.masks.masks[-1, 40, 560]
    assert np.isfinite(found.masks.scores).all() and min(found.masks.scores) >= 0
