"""A ball seen by a depth camera: its front is as deep as it is, whatever form the map has."""

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sam_3d.depth.cleaning import front_under
from sam_3d.depth.depth_map import DepthMap, depth_map
from sam_3d.depth.lifting import fitted, lifted_by_depth
from sam_3d.inflation import field, outline
from sam_3d.lift import lift
from sam_3d.statistics import statistics
from shared.errors import InputError, PromptError
from shared.progress import Progress
from shared.prompts import Depth
from tests.sam_3d.shapes import disc, picture

SIZE, RADIUS, FOCAL, AWAY = 160, 60.0, 800.0, 1000.0
MASK = disc(RADIUS, SIZE)
MM = AWAY / FOCAL  # millimetres of a pixel at the ball


def ball(stretch: float = 1.0) -> NDArray[np.float32]:
    """Millimetres to a ball (or an egg along the view) before a wall."""
    rows, columns = np.mgrid[:SIZE, :SIZE] + 0.5
    left = RADIUS**2 - (rows - SIZE / 2) ** 2 - (columns - SIZE / 2) ** 2
    bulge = np.sqrt(np.maximum(left, 0)) * stretch * MM
    return np.where(MASK, AWAY - bulge, AWAY + 200).astype(np.float32)


def front(depth: DepthMap) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Return the front in pixels of the photo, from its nearest place on; NaN outside the ball."""
    traced = outline.trace(MASK)
    half = np.sqrt(np.maximum(field.squared_height(traced.coverage), 0))
    inside = traced.coverage > 0.5
    made, notes = fitted(front_under(depth, traced, (SIZE, SIZE)).away, half, inside, depth, traced.cell_px)
    return np.where(inside, (made - made[inside].min()) * traced.cell_px, np.nan), notes


def lifted(depth: DepthMap) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    made = lifted_by_depth(picture(MASK), MASK, depth, thickness=1.3, progress=Progress())
    return made.warnings, np.ptp(made.mesh.vertices, axis=0)


@pytest.mark.parametrize("stretch", [0.5, 1.0, 1.5])
def test_distances_and_a_focal_length_give_the_true_front(stretch: float) -> None:
    made, notes = front(DepthMap(ball(stretch), "distance", FOCAL, 1.0))
    traced = outline.trace(MASK)
    spots = traced.to_photo(np.stack(np.meshgrid(*map(np.arange, made.shape[::-1])), -1).astype(float))
    off = np.hypot(*(spots - SIZE / 2).transpose(2, 0, 1))
    near = off < 0.9 * RADIUS  # the rim itself is steep, and left out with the edge's mixed values
    true = stretch * (RADIUS - np.sqrt(np.maximum(RADIUS**2 - off**2, 0)))
    # Perspective is left out: the front is nearer than the outline by a tenth of the distance.
    assert np.abs(made - true)[near].max() < 0.08 * RADIUS * stretch + 0.5
    told = re.match(r"By the depth map and the focal length the object is about (\d+) mm high", notes[0])
    assert told and int(told[1]) == pytest.approx(2 * RADIUS * MM, rel=0.1)
    by_disparity, _ = front(DepthMap(np.float32(1) / ball(stretch), "disparity", FOCAL))
    assert np.nanmax(np.abs(by_disparity - made)) < 0.12 * RADIUS * stretch


def test_without_a_scale_the_outline_gives_the_depth() -> None:
    found = [np.nanmax(front(DepthMap(ball(s) * k, "distance"))[0]) for s, k in ((1, 1), (0.4, 1), (1, 0.01))]
    assert np.ptp(found) < 0.05 * found[0]
    assert 0.8 * RADIUS < found[0] < 1.6 * RADIUS


def test_auto_finds_out_whether_larger_is_farther() -> None:
    far, near = DepthMap(ball()), DepthMap(2000 - ball())
    for depth, word in ((far, "farther"), (near, "nearer")):
        notes, size = lifted(depth)
        assert any(f"were read as {word}." in note for note in notes)
        assert size[2] > 0.8
    masked = np.where(MASK, 2000 - ball(), np.nan)
    assert any("as nearer" in note for note in lifted(DepthMap(masked))[0])


def test_a_map_that_is_the_wrong_way_round_is_told() -> None:
    notes, _ = lifted(DepthMap(2000 - ball(), "distance", FOCAL))
    assert any("If that is wrong, say what its values mean" in note for note in notes)


def test_edges_strays_and_gaps_do_not_spoil_the_front() -> None:
    clean, _ = front(DepthMap(ball(), "distance", FOCAL))
    spoilt = ball()
    spoilt[::9, ::7] = np.nan
    spoilt[5::31, 5::29] = 0  # a depth camera's way to say unknown
    spoilt[70:72, 80:82] = 40_000
    made, _ = front(DepthMap(spoilt, "distance", FOCAL))
    assert np.nanmax(np.abs(made - clean)) < 0.2 * RADIUS
    assert np.nanmean(np.abs(made - clean)) < 0.03 * RADIUS


def test_a_map_may_be_smaller_than_the_photo_but_not_of_another_shape() -> None:
    whole, _ = front(DepthMap(ball(), "distance", FOCAL))
    half, _ = front(DepthMap(ball()[::2, ::2], "distance", FOCAL))
    assert np.nanmean(np.abs(half - whole)) < 0.06 * RADIUS
    with pytest.raises(InputError, match="other proportions"):
        front(DepthMap(ball()[:, :120]))


def test_maps_that_say_nothing_are_refused() -> None:
    for values, reason in (
        (np.full((SIZE, SIZE), 7, np.float32), "has one value, 7"),
        (np.where(MASK, np.nan, 5).astype(np.float32), r"for \d% of the object only"),
    ):
        with pytest.raises(InputError, match=reason):
            front(DepthMap(values))
    with pytest.raises(InputError, match="at least 8 pixels"):
        DepthMap(np.zeros((4, 4), np.float32))
    with pytest.raises(PromptError, match="mean one of auto"):
        DepthMap(ball(), "height")


def test_the_verb_takes_a_path_a_prompt_or_an_array(tmp_path: Path) -> None:
    np.save(tmp_path / "ball.npy", ball())
    path = tmp_path / "ball.npy"
    assert np.array_equal(depth_map(path).values, depth_map(Depth(str(path))).values)
    made = lift(picture(MASK), MASK, depth=Depth(str(path), "distance", FOCAL, 1.0))
    assert made.chosen is not None and made.chosen.spec.id == "depth-map"
    facts = statistics(made, 100.0)
    assert facts["watertight"] and facts["winding_consistent"] and facts["bodies"] == 1
    assert facts["volume_cm3"] > 0


def test_what_cannot_go_with_a_depth_map_is_refused() -> None:
    for options, reason in (
        ({"mode": "extrude"}, "makes its own shape and takes no depth map"),
        ({"symmetry": "left"}, "measures both halves"),
    ):
        with pytest.raises(InputError, match=reason):
            lift(picture(MASK), MASK, depth=ball(), **options)
    with pytest.raises(PromptError, match="does not understand prompts"):
        lift(picture(MASK), MASK, depth=ball(), engine="inflate")
    with pytest.raises(InputError, match="wants a depth map"):
        lift(picture(MASK), MASK, engine="depth-map")
