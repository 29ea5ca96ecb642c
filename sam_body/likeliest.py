"""Find the likeliest shared pose of several photos: from which start, left or right, near or far limbs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_body.agreement import OFF, apart_share
from sam_body.fitting import Fit, fit
from sam_body.model import BodyModel
from sam_body.observation import NAMES, Observation, landmark_points
from sam_body.settings import Beliefs
from sam_body.terms import SIDE_SPREAD_M
from sam_body.together import Mask, Together, fit_together, placed, with_measures

Array = NDArray[np.float64]

SWAPPED_GAIN = 0.8
"""Left and right of a photo are taken to be swapped where that lowers the cost below this share."""
UNMET_SHARE = 0.02
"""A placed joint farther from the body than this share of the person's size is not met."""
_ARM, _LEG = ("upperarm", "lowerarm", "hand"), ("thigh", "calf", "foot")
_LIMB_OF = {
    **dict.fromkeys(("elbow", "wrist", "index", "pinky", "thumb"), _ARM),
    **dict.fromkeys(("knee", "ankle", "heel", "foot_index"), _LEG),
}


@dataclass(frozen=True, eq=False)
class Sight:
    """What one photo shows of the person.

    Args:
        seen: What the nets saw, with what the user said.
        turned: The same, where the nets took left for right, as when a back is taken for a front.
    """

    seen: Observation
    turned: Observation


@dataclass(frozen=True, eq=False)
class Likeliest:
    """The likeliest shared pose.

    Args:
        found: The pose, and the camera of each photo.
        seen: What each photo shows, with left and right put right.
        swapped: Photos whose left and right were exchanged.
    """

    found: Together
    seen: tuple[Observation, ...]
    swapped: frozenset[int]


def likeliest(model: BodyModel, sights: Sequence[Sight], beliefs: Beliefs) -> Likeliest:
    """Fit to landmarks from the start that each photo gives, and mend what contradicts.

    Args:
        model: The body.
        sights: What each photo shows.
        beliefs: What is believed beside that.
    """
    seen = tuple(sight.seen for sight in sights)
    alone = [fit(model, photo, beliefs) for photo in seen]
    found = _from_starts(model, alone, seen, beliefs)
    swapped: frozenset[int] = frozenset()
    for k in _doubtful(model, found, seen):
        turned = tuple(sights[k].turned if i == k else photo for i, photo in enumerate(seen))
        other = [fit(model, photo, beliefs) if i == k else alone[i] for i, photo in enumerate(turned)]
        tried = _from_starts(model, other, turned, beliefs)
        if tried.cost < SWAPPED_GAIN * found.cost:
            found, seen, alone, swapped = tried, turned, other, frozenset([k])
            break
    if _doubtful(model, found, seen):
        for one in alone:
            for bones in _limbs(model):
                tried = fit_together(model, _with_limb(found, bones, one), seen, beliefs)
                found = min(found, tried, key=lambda each: each.cost)
    return Likeliest(found, seen, swapped)


def followed(
    model: BodyModel,
    before: Likeliest,
    sights: Sequence[Sight],
    beliefs: Beliefs,
    masks: Sequence[Mask | None],
) -> Likeliest:
    """Go on from the outcome for the same photos, of which the user has said something else since.

    Where the body then misses what the user said, the limb is tried as that photo alone has it.

    Args:
        model: The body.
        before: Outcome with outlines and measures.
        sights: What each photo shows now.
        beliefs: As for the outcome before.
        masks: (H, W) bool of the person in each photo, or None.
    """
    seen = tuple(s.turned if k in before.swapped else s.seen for k, s in enumerate(sights))
    lengths = beliefs.without_girths()

    def settled(start: Together) -> Together:
        tried = fit_together(model, start, seen, lengths, masks, rounds=1)
        return with_measures(model, tried, seen, beliefs, masks, rounds=1)

    found = settled(before.found)
    for k, photo in enumerate(seen):
        unmet = unmet_joints(model, found.fits[k], photo)
        limbs = {tuple(bones): bones for joint in unmet if (bones := _limb_of(model, joint))}
        if not limbs:
            continue
        one = fit(model, photo, lengths)
        for bones in limbs.values():
            tried = settled(replace(_with_limb(found, bones, one), cost=found.cost))
            if len(unmet_joints(model, tried.fits[k], photo)) < len(unmet):
                found = tried
    return Likeliest(found, seen, before.swapped)


def unmet_joints(model: BodyModel, fit: Fit, seen: Observation) -> tuple[str, ...]:
    """Return the joints that lie elsewhere, or clearly on another side in depth, than the user said.

    Args:
        model: The body.
        fit: To a photo.
        seen: What the photo shows.
    """
    points = fit.state(model).points(landmark_points())
    apart = np.linalg.norm(seen.camera.project(points) - seen.xy_px, axis=1) / seen.size_px
    unmet = {row for row in seen.placed if apart[row] > UNMET_SHARE}
    unmet |= {
        row for row, base, sign in seen.depth if (points[row, 2] - points[base, 2]) * sign < -SIDE_SPREAD_M
    }
    return tuple(NAMES[row] for row in sorted(unmet))


def mirrored(seen: Observation) -> Observation:
    """Return an observation with left and right exchanged, as when a back is taken for a front."""
    rows = [NAMES.index(_other_side(name)) for name in NAMES]
    return replace(
        seen,
        xy_px=seen.xy_px[rows],
        relative_m=seen.relative_m[rows],
        weight=seen.weight[rows],
        visibility=seen.visibility[rows],
        depth_weight=seen.depth_weight[rows],
    )


def _other_side(name: str) -> str:
    side, _, part = name.partition("_")
    return {"left": f"right_{part}", "right": f"left_{part}"}.get(side, name)


def _doubtful(model: BodyModel, found: Together, seen: Sequence[Observation]) -> list[int]:
    """Return photos whose landmarks lie elsewhere than the shared body has them, the worst first."""
    apart = [apart_share(model, fit, photo) for fit, photo in zip(found.fits, seen, strict=True)]
    worst = [float(np.max(share, initial=0.0)) for share in apart]
    return [k for k in np.argsort(worst)[::-1].tolist() if worst[k] > OFF]


def _from_starts(
    model: BodyModel, alone: Sequence[Fit], seen: Sequence[Observation], beliefs: Beliefs
) -> Together:
    tries = [fit_together(model, placed(model, one, seen), seen, beliefs) for one in alone]
    return min(tries, key=lambda tried: tried.cost)


def _limbs(model: BodyModel) -> list[list[int]]:
    """Return the bones of each limb: which way it points in depth one photo tells, another not."""
    return [[model.index[f"{part}_{side}"] for part in parts] for parts in (_ARM, _LEG) for side in "lr"]


def _limb_of(model: BodyModel, joint: str) -> list[int]:
    side, _, part = joint.partition("_")
    return [model.index[f"{bone}_{side[0]}"] for bone in _LIMB_OF.get(part, ())]


def _with_limb(found: Together, bones: list[int], one: Fit) -> Together:
    def changed(angles: Array) -> Array:
        angles = angles.copy()
        angles[bones] = one.angles[bones]
        return angles

    fits = tuple(replace(fit, angles=changed(fit.angles)) for fit in found.fits)
    return Together(fits, changed(found.angles), np.inf)
