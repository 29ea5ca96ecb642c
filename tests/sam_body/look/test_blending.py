"""One texture from several photos: exposures brought together, each place from the photo that faces it."""

from dataclasses import replace

import numpy as np
import pytest

from sam_body import skinning
from sam_body.clothing.surface import regions
from sam_body.details.seen import Details
from sam_body.look.together import with_shared_details
from sam_body.model import body_model
from sam_body.texture.atlas import atlas
from sam_body.texture.blending import blended, exposures
from sam_body.texture.painting import SMALL_PX
from sam_body.texture.projecting import Seen, project_photo
from sam_body.types import Body, Pose
from tests.sam_body.look.conftest import silhouette

SIDE = skinning.rotation_matrices(np.array([0.0, np.radians(-90), 0.0]))


def turned(body: Body) -> Body:
    """The body as a camera on its left sees it."""
    rotations, hips = body.pose.rotations.copy(), body.rig.mover
    rotations[hips] = body.rig.axes[hips].T @ SIDE @ body.rig.axes[hips] @ rotations[hips]
    return replace(body, pose=Pose(rotations, body.pose.translation_m))


def shown(body: Body, colour: tuple[float, float, float]) -> Seen:
    """The body in a photo where all is of one colour."""
    mask = silhouette(body)
    pixels = np.full((*mask.shape, 3), colour, np.float64).round().astype(np.uint8)
    surface = body.posed_vertices() + body.offset_m
    return project_photo(pixels, mask, surface, body.camera, atlas(SMALL_PX))


@pytest.fixture(scope="module")
def views(standing: Body) -> tuple[Body, Body]:
    return standing, turned(standing)


def test_a_darker_photo_leaves_no_seam(views):
    light, dark = (200.0, 150.0, 100.0), (150.0, 120.0, 90.0)
    seen = [shown(views[0], light), shown(views[1], dark)]
    gains = exposures(seen)
    assert gains[1] / gains[0] == pytest.approx(np.array(light) / dark, rel=0.12)
    both = blended(seen, atlas(SMALL_PX))
    colours = both.colours[both.trust > 0.9]
    assert np.ptp(colours, axis=0).max() < 8
    assert both.trust.mean() > 1.3 * seen[0].trust.mean()


def test_each_place_is_of_the_photo_that_faces_it(views):
    front, side = (200.0, 120.0, 110.0), (160.0, 130.0, 140.0)
    seen = [shown(views[0], front), shown(views[1], side)]
    gains = exposures(seen)
    both = blended(seen, atlas(SMALL_PX))
    model = body_model()
    trunk = (both.vertex_trust > 0.9) & (regions().face + regions().hands < 0.01)
    across = np.abs(model.vertices[:, 0]) / 0.2
    best = np.stack([one.vertex_value * one.vertex_trust for one in seen])
    for k, colour in enumerate((front, side)):
        mine = trunk & (best[k] > 3 * best[1 - k]) & (across < 2)
        assert mine.sum() > 50
        assert np.abs(both.vertex_colours[mine] - gains[k] * colour).max(1).mean() < 6


def test_a_hand_before_the_body_takes_no_colour(views):
    seen = [shown(view, (90.0, 90.0, 90.0)) for view in views]
    both = blended(seen, atlas(SMALL_PX))
    before = (regions().hands > 0.99) & np.all([one.vertex_before for one in seen], axis=0)
    assert (both.vertex_trust[before] < 0.02).all()


def test_one_photo_stays_as_it_is(views):
    seen = shown(views[0], (90.0, 90.0, 90.0))
    assert blended([seen], atlas(SMALL_PX)) is seen


def test_each_hand_is_of_the_surest_view(standing):
    bone = standing.rig.bones.index("index_01_l")
    bent = standing.pose.rotations.copy()
    bent[bone] = skinning.rotation_matrices(np.array([0.8, 0.0, 0.0]))
    sure = replace(
        standing, pose=Pose(bent, standing.pose.translation_m), details=Details(None, {"left": 0.95})
    )
    unsure = replace(standing, details=Details(None, {"left": 0.85, "right": 0.9}))
    made = with_shared_details(standing, [unsure, sure])
    assert np.allclose(made.pose.rotations[bone], bent[bone])
    assert made.details is not None and made.details.hands == {"left": 0.95, "right": 0.9}
