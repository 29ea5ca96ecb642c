"""Rendered people: same seed, same scene; the truth fits the picture."""

import numpy as np

from sam_body.sampling import mild_pose, random_scene


def test_scene_repeats_with_its_seed(scene):
    again = random_scene(100)
    assert (again.mask == scene.mask).mean() > 0.995  # two renderers may draw the rim differently
    background = np.logical_not(again.mask | scene.mask)
    apart = np.abs(again.image.pixels.astype(int) - scene.image.pixels)[background]
    assert (apart <= 1).mean() > 0.99
    assert np.array_equal(again.joints_m, scene.joints_m)


def test_true_joints_project_into_the_mask(scene):
    flat = scene.camera.project(scene.joints_m).astype(int)
    inside = [scene.mask[y, x] for x, y in flat if 0 <= x < 768 and 0 <= y < 1024]
    assert np.mean(inside) > 0.85


def test_strength_bends_more():
    def size(strength):
        return np.abs(mild_pose(np.random.default_rng(0), strength=strength)).sum()

    assert size(0.8) > size(0.3) > size(0.0)
