"""The outline pulls the body to the mask."""

import numpy as np

from sam_body.fitting import fit
from sam_body.points import State
from sam_body.sampling import mild_pose
from sam_body.silhouette import posed_surface, refine
from shared.raster import rasterise
from tests.sam_body.test_fitting import observed, truth


def drawn(model, found, camera):
    surface = posed_surface(model, found.state(model), found.shape)
    return rasterise(surface, model.faces, camera).face >= 0


def iou(a, b):
    return (a & b).sum() / (a | b).sum()


def test_girth_follows_the_mask(model):
    heavy = np.array([0.5, 0.67, 0.5, 0.95, 0.5, 0.5])
    state = State.of(model, np.array([0.1, 0.2, -4.0]), heavy, mild_pose(np.random.default_rng(4)))
    seen = observed(state)
    mask = rasterise(posed_surface(model, state, heavy), model.faces, seen.camera).face >= 0
    start = fit(model, seen)
    found = refine(model, seen, start, mask)
    before, after = (iou(drawn(model, f, seen.camera), mask) for f in (start, found))
    assert after > before + 0.02 and after > 0.93
    assert abs(found.shape[3] - 0.95) < abs(start.shape[3] - 0.95)


def test_a_mask_elsewhere_is_left_alone(model):
    _, seen = truth(model, 1)
    start = fit(model, seen)
    mask = np.zeros((1024, 768), bool)
    mask[:60, :60] = True
    assert refine(model, seen, start, mask) is start
