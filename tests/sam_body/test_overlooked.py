"""People who are boxed together are told apart all the same."""

import numpy as np
import pytest

from sam_body import people
from sam_body.overlooked import beside, mask_of, under_clicks
from sam_body.sampling import random_scene
from shared.media import Image
from shared.pose import find_people

WIDE = 0.5


@pytest.fixture(scope="module")
def pair() -> Image:
    """Two people side by side, close to one another."""
    scenes = [random_scene(seed, strength=0.2) for seed in (3, 5)]
    parts = []
    for scene in scenes:
        middle, height = scene.image.width // 2, scene.image.height
        half = int(WIDE * height) // 2
        parts.append(scene.image.pixels[:, max(middle - half, 0) : middle + half])
    return Image(np.concatenate(parts, axis=1))


def test_one_box_around_two_gives_both(pair: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    apart = people.wanted_people(pair)[0]
    assert len(apart) == 2
    boxes = np.array([one.person.box_xyxy() for one in apart if one.person])
    around = (*boxes[:, :2].min(0).tolist(), *boxes[:, 2:].max(0).tolist())
    monkeypatch.setattr(people, "people_boxes", lambda *_, **__: [around])
    found, count, quarters = people._look_for_everybody(pair, 10)
    assert (len(found), count, quarters) == (2, 2, 0)
    for _, mask in found:
        best = max(
            float((mask & one.mask).sum() / (mask | one.mask).sum()) for one in apart if one.mask is not None
        )
        assert best > 0.8


def test_nobody_is_added_where_all_are_found(pair: Image) -> None:
    found = [(one, mask_of(pair, one)) for one in find_people(pair.pixels)]
    assert len(found) == 2
    assert beside(pair, [one.box_xyxy() for one, _ in found], found) == []
    alone = Image(np.full((300, 400, 3), 120, np.uint8))
    assert beside(alone, [(0.0, 0.0, 400.0, 300.0)], found) == []
    assert under_clicks(alone, [(200.0, 150.0)], []) is None
