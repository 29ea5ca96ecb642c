"""Several photos of one person: a known body seen by known cameras comes back, and bad sets are told."""

from dataclasses import replace

import numpy as np
import pytest

from sam_body import skinning
from sam_body.agreement import camera_angles_deg, judged, warnings_of
from sam_body.clothes_colors import clothes_colors, color_warnings
from sam_body.fitting import fit
from sam_body.measures import measure
from sam_body.observation import INDEX, Observation, default_camera, landmark_points
from sam_body.points import State
from sam_body.priors import JOINTS
from sam_body.sampling import mild_pose, random_shape
from sam_body.settings import Beliefs
from sam_body.several import PhotoOfPerson, estimate_several
from sam_body.silhouette import posed_surface
from sam_body.together import Together, fit_together, placed, widest_rad
from shared.errors import InputError
from shared.media import Image

SIZE = (768, 1024)


def turned(model, seed: int, azimuths_deg: tuple[float, ...]) -> list[State]:
    """One body at several angles, with its camera looking down by 10 degrees."""
    rng = np.random.default_rng(seed)
    shape, angles = random_shape(rng), mild_pose(rng, strength=0.5)
    axes, states = model.axes[model.mover], []
    for azimuth in azimuths_deg:
        turn = skinning.rotation_matrices(np.array([[np.radians(10), 0, 0], [0, np.radians(-azimuth), 0]]))
        posed = angles.copy()
        posed[model.mover] = skinning.rotation_vectors((axes.T @ turn[0] @ turn[1] @ axes)[None])[0]
        states.append(State.of(model, np.array([0.0, -0.1, -4.0]), shape, posed))
    return states


def observed(state: State, *, depth: float = 1.0, noise_px: float = 0.0) -> Observation:
    rng, points = np.random.default_rng(1), state.points(landmark_points())
    hips = points[[INDEX["left_hip"], INDEX["right_hip"]]].mean(0)
    relative = (points - hips) * [1, 1, depth]
    camera, one = default_camera(*SIZE), np.ones(len(points))
    return Observation(camera.project(points) + rng.normal(0, noise_px, (27, 2)), relative, one, one, camera)


def joint_error_mm(model, state: State, found: State) -> float:
    bones = [model.index[name] for name in JOINTS]
    a, b = (s.moved[bones] - s.moved[model.mover] for s in (state, found))
    return float(np.linalg.norm(a - b, axis=1).mean() * 1e3)


def drawn(model, state: State) -> np.ndarray:
    from shared.raster import rasterise

    return rasterise(posed_surface(model, state, state.shape), model.faces, default_camera(*SIZE)).face >= 0


def solved(model, seen: list[Observation], *extra) -> Together:
    tries = [fit_together(model, placed(model, fit(model, one), seen), seen, *extra) for one in seen]
    return min(tries, key=lambda tried: tried.cost)


def test_depth_that_a_net_squeezes_comes_from_the_other_photo(model):
    alone, both = [], []
    for seed in range(2):
        states = turned(model, seed, (0, -90))
        seen = [observed(state, depth=0.4, noise_px=2) for state in states]
        alone.append(joint_error_mm(model, states[0], fit(model, seen[0]).state(model)))
        both.append(joint_error_mm(model, states[0], solved(model, seen).shared().state(model)))
    assert np.mean(both) < 36 and np.mean(both) < 0.7 * np.mean(alone)


def test_cameras_are_where_they_stood(model):
    azimuths = (0.0, 50.0, 120.0)
    found = solved(model, [observed(state) for state in turned(model, 0, azimuths)])
    angles = camera_angles_deg(model, found)
    assert np.abs(angles[:, 0] - angles[0, 0] - azimuths).max() < 3
    assert np.abs(angles[:, 1] - 10).max() < 6 and np.abs(angles[:, 2]).max() < 3
    assert np.degrees(widest_rad(model, found)) > 60


def test_outlines_from_two_sides_give_the_girth(model):
    states = turned(model, 4, (0, -90))
    seen = [observed(state, noise_px=2) for state in states]
    true = measure(states[0].shape)
    beliefs = Beliefs(measures_cm={"height": true["height"]})
    start = solved(model, seen)
    fitted = fit_together(model, start, seen, beliefs, [drawn(model, state) for state in states])
    found = measure(fitted.fits[0].shape)
    assert abs(found["height"] - true["height"]) < 1
    assert all(abs(found[name] / true[name] - 1) < 0.04 for name in ("chest", "waist"))


def test_a_known_shape_is_held_exactly(model):
    states = turned(model, 3, (0, -90))
    seen = [observed(state, noise_px=2) for state in states]
    known = np.clip(states[0].shape + 0.05, 0, 1)
    beliefs = Beliefs(shape=tuple(known.tolist()))
    masks = [drawn(model, state) for state in states]
    found = fit_together(model, solved(model, seen), seen, beliefs, masks, rounds=1)
    assert all((fit.shape == known).all() for fit in found.fits)
    assert joint_error_mm(model, states[0], found.shared().state(model)) < 60


def test_small_differences_of_pose_stay_with_their_photo(model):
    states = turned(model, 2, (0, -80))
    raised = states[1].angles.copy()
    raised[model.index["upperarm_l"]] += [0, 0, 0.12]
    moved = State.of(model, np.array([0.0, -0.1, -4.0]), states[1].shape, raised)
    found = solved(model, [observed(states[0]), observed(moved)])
    bone = model.index["upperarm_l"]
    apart = found.fits[1].angles[bone] - found.fits[0].angles[bone]
    assert 0.03 < np.linalg.norm(apart) < 0.3
    assert found.shared().angles[bone] == pytest.approx(
        (found.fits[0].angles[bone] + found.fits[1].angles[bone]) / 2, abs=0.02
    )


def test_another_pose_is_told(model):
    states = turned(model, 0, (0, -70))
    raised = states[1].angles.copy()
    raised[[model.index["thigh_l"], model.index["thigh_r"]], 0] -= 1.4
    other = State.of(model, np.array([0.0, -0.1, -4.0]), states[1].shape, raised)
    seen = [observed(states[0]), observed(other)]
    found = solved(model, seen)
    said = " ".join(warnings_of(judged(model, found, seen, ["a.jpg", "b.jpg"], [None, None])))
    assert ".jpg" in said and ("another pose" in said or "lie elsewhere" in said)


def test_photos_from_one_side_are_told(model):
    seen = [observed(state, noise_px=1) for state in turned(model, 0, (0, 5))]
    found = solved(model, seen)
    said = warnings_of(judged(model, found, seen, ["a.jpg", "b.jpg"], [None, None]))
    assert len(said) == 1 and "same side" in said[0]


def test_other_clothes_are_told(model):
    seen = observed(turned(model, 0, (0,))[0])
    shirts = [np.full((SIZE[1], SIZE[0], 3), color, np.uint8) for color in ((200, 60, 50), (190, 60, 60))]
    blue = np.full_like(shirts[0], (40, 60, 200))
    colors = [clothes_colors(pixels, seen, None) for pixels in (*shirts, blue)]
    said = color_warnings(["a.jpg", "b.jpg", "c.jpg"], colors)
    assert len(said) == 1 and "c.jpg" in said[0]
    unseen = replace(seen, visibility=np.zeros(27))
    assert clothes_colors(blue, unseen, None) == {}


def test_bad_sets_are_refused():
    grey = Image(np.full((60, 40, 3), 120, np.uint8))
    other = Image(np.full((60, 40, 3), 121, np.uint8))
    with pytest.raises(InputError, match="wants 2 to 8"):
        estimate_several([PhotoOfPerson("a.jpg", grey)])
    with pytest.raises(InputError, match="a.jpg and b.jpg are the same picture"):
        estimate_several([PhotoOfPerson("a.jpg", grey), PhotoOfPerson("b.jpg", grey)])
    with pytest.raises(InputError, match="a.jpg: No person"):
        estimate_several([PhotoOfPerson("a.jpg", grey), PhotoOfPerson("b.jpg", other)])
