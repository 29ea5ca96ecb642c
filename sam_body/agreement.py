"""How well photos of one person agree: where each was taken from, and what in it contradicts the others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.fitting import Fit
from sam_body.model import BodyModel
from sam_body.observation import NAMES, Observation, landmark_points
from sam_body.silhouette import overlap
from sam_body.together import Together
from sam_body.types import IN_SIGHT

Array = NDArray[np.float64]

OFF = 0.10
"""A landmark farther from the shared body than this share of the person's size contradicts it."""
BAD_MEAN = 0.03
"""Mean distance, as a share of the size, above which a photo shows another pose or another person."""
ALIKE_DEG = 20.0
"""Photos from directions closer than this tell no more of depth than one of them."""
LEAST_OVERLAP = 0.7
TRUNK_SHARE = 0.02


@dataclass(frozen=True)
class Agreement:
    """One photo among several of a person.

    Args:
        name: The photo.
        azimuth_deg: Where the camera stood around the person: 0 in front, 90 on the person's left.
        elevation_deg: How steeply it looked down.
        roll_deg: How far the picture is turned clockwise against the upright of all photos.
        distance_m: From the camera to the hips.
        landmark_error: Mean distance between landmarks seen and fitted, as a share of the person's size.
        off: Names of the landmarks that contradict the shared body.
        sway_deg: Root mean square of how far the joints bend otherwise than in the shared pose.
        most_swayed: The joint that differs most.
        overlap: Intersection over union of the drawn body and the person's mask; None without a mask.
        swapped: Whether left and right had to be exchanged.
    """

    name: str
    azimuth_deg: float
    elevation_deg: float
    roll_deg: float
    distance_m: float
    landmark_error: float
    off: tuple[str, ...]
    sway_deg: float
    most_swayed: str
    overlap: float | None
    swapped: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON types, rounded."""
        told = {k: round(v, 3) if isinstance(v, float) else v for k, v in self.__dict__.items()}
        return told | {"off": list(self.off)}


def apart_share(model: BodyModel, fit: Fit, seen: Observation) -> Array:
    """Return (N,) distances of landmarks in sight from the fitted ones, as shares of the person's size."""
    fitted = seen.camera.project(fit.state(model).points(landmark_points()))
    apart = np.linalg.norm(fitted - seen.xy_px, axis=1) / seen.size_px
    return apart[seen.visibility > IN_SIGHT]


def judged(
    model: BodyModel,
    found: Together,
    seen: Sequence[Observation],
    names: Sequence[str],
    masks: Sequence[NDArray[np.bool_] | None],
    swapped: Collection[int] = (),
) -> tuple[Agreement, ...]:
    """Judge each photo of a shared fit.

    Args:
        model: The body.
        found: The shared fit.
        seen: What each photo shows.
        names: What the photos are called.
        masks: (H, W) bool, the person in each photo, or None.
        swapped: Photos whose left and right had to be exchanged.
    """
    angles = camera_angles_deg(model, found)
    bent = np.arange(len(model.bones)) != model.mover
    told = []
    for k, (fit, photo, mask) in enumerate(zip(found.fits, seen, masks, strict=True)):
        apart = apart_share(model, fit, photo)
        insight = [n for n, v in zip(NAMES, photo.visibility, strict=True) if v > IN_SIGHT]
        sway = np.degrees(np.linalg.norm(fit.angles - found.angles, axis=1)) * bent
        moving = sway > 0
        azimuth, elevation, roll = angles[k]
        told.append(
            Agreement(
                names[k],
                float(azimuth),
                float(elevation),
                float(roll),
                float(np.linalg.norm(fit.state(model).moved[model.mover])),
                float(apart.mean()) if len(apart) else 0.0,
                tuple(n for n, share in zip(insight, apart, strict=True) if share > OFF),
                float(np.sqrt((sway[moving] ** 2).mean())) if moving.any() else 0.0,
                model.bones[int(sway.argmax())],
                None if mask is None else overlap(model, photo, fit, mask),
                k in swapped,
            )
        )
    return tuple(told)


def camera_angles_deg(model: BodyModel, found: Together) -> Array:
    """Return (P, 3) azimuth, elevation and roll of each photo's camera about the person, degrees.

    Up is where it turns the pictures least: people hold cameras level. Where all photos are from one side,
    which leaves that open, up is along the trunk.
    """
    axes = model.axes[model.mover]
    turns = axes @ skinning.rotation_matrices(np.array([f.angles[model.mover] for f in found.fits])) @ axes.T
    trunk = found.shared().state(model).moved[[model.index["neck_01"], model.mover]]
    along = turns[0].T @ (trunk[0] - trunk[1])
    along /= np.linalg.norm(along)
    right = turns[:, 0]  # rows of a turn are the camera's axes in the body's frame
    tilt = right.T @ right + TRUNK_SHARE * (np.eye(3) - np.outer(along, along))
    up = np.linalg.eigh(tilt)[1][:, 0]
    up *= np.sign(up @ along)
    front = np.array([0.0, 0.0, 1.0]) - up * up[2]
    left, back = np.cross(up, front), turns[:, 2]
    azimuth = np.arctan2(back @ left, back @ front)
    elevation = np.arcsin(np.clip(back @ up, -1, 1))
    roll = np.arctan2(-turns[:, 0] @ up, turns[:, 1] @ up)
    return np.degrees(np.stack([azimuth, elevation, roll], axis=1))


def warnings_of(agreed: Sequence[Agreement]) -> list[str]:
    """Return what a user should know of photos that contradict each other, or tell the same."""
    said = [
        f"{one.name}: left and right had been taken for each other; they were exchanged."
        for one in agreed
        if one.swapped
    ]
    for one in agreed:
        if one.landmark_error > BAD_MEAN or (one.overlap is not None and one.overlap < LEAST_OVERLAP):
            said.append(
                f"{one.name} does not agree with the other photos ({one.landmark_error:.0%} of the person's "
                "size on average): it shows another pose or another person. Leave it out."
            )
        elif one.off:
            where = ", ".join(name.replace("_", " ") for name in one.off)
            said.append(
                f"{one.name}: {where} lie elsewhere than the other photos say. "
                "Place them, or take the photos in the same pose."
            )
    azimuths = [one.azimuth_deg for one in agreed]
    turns = [abs(np.sin(np.radians(a - b))) for i, a in enumerate(azimuths) for b in azimuths[:i]]
    if max(turns) < np.sin(np.radians(ALIKE_DEG)):
        said.append(
            "All photos were taken from the same side or from opposite ones: "
            "depth is no surer than from one photo. Add one from the side."
        )
    return said
