"""Let the body's outline follow the person's mask: limbs and girth that landmarks do not tell.

The outline is drawn at low resolution; vertices on it are pulled along the mask's distance field
until they lie on the mask's edge, together with the landmark terms of the fit.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.fitting import USUAL, Fit, improve, shape_terms
from sam_body.measures import shape_with, unmet
from sam_body.model import BodyModel
from sam_body.observation import Observation
from sam_body.points import Folded, State, Term, fold_means
from sam_body.settings import Beliefs
from sam_body.terms import landmark_terms, project, robust
from shared.mesh import Camera

Array = NDArray[np.float64]

DRAWN_PX = 200
"""Longest side of the low-resolution drawing."""
OVERLAP_PX = 400
"""Longest side of the photo where body and mask are compared: to about a hundredth."""
SPREAD = 0.008
"""Spread of the outline as a share of the person's size: clothes and hair are not skin."""
REACH = 0.05
"""Edges farther away than this share of the size belong to something else."""
ROUNDS = 2
POINTS = 100
LEAST_MASK = 0.35
"""A mask that covers less of the drawn body than this is not of this person's body."""


def refine(
    model: BodyModel,
    seen: Observation,
    start: Fit,
    mask: NDArray[np.bool_],
    beliefs: Beliefs = USUAL,
) -> Fit:
    """Continue a fit with the outline of a mask; return the start where the mask does not fit it.

    Args:
        model: The body.
        seen: The landmarks.
        start: Outcome of the landmark fit.
        mask: (H, W) bool, the person in the photo.
        beliefs: As for the landmark fit.
    """
    found = start
    for _ in range(ROUNDS):
        term = outline_term(model, seen, found, mask, clothes_m=beliefs.clothes_m)
        if term is None:
            return found
        terms = (*landmark_terms(model, seen, beliefs), *shape_terms(found.shape, beliefs, start.shape), term)
        found = improve(model, found, terms, iterations=8, shape=beliefs.shape)
    return found


def with_measures(
    model: BodyModel,
    seen: Observation,
    start: Fit,
    mask: NDArray[np.bool_] | None,
    beliefs: Beliefs = USUAL,
) -> Fit:
    """Give a fit the measures told where it has them not, and pose it again with that shape.

    A tape goes under the clothes that make the outline and so knows a girth better. The shape is the one
    nearest to that of the photo.

    Args:
        model: The body.
        seen: The landmarks.
        start: Outcome of a fit to landmarks, outline, and lengths (`Beliefs.without_girths`).
        mask: (H, W) bool, the person in the photo; None to leave the outline out.
        beliefs: With all measures.
    """
    if not unmet(start.shape, beliefs.measures_cm):
        return start
    shape = shape_with(beliefs.measures_cm, start.shape).shape
    known = beliefs.with_shape(tuple(shape.tolist()))
    found = Fit(start.translation_m, shape, start.angles, np.inf, start.iterations)
    posed = found if mask is None else refine(model, seen, found, mask, known)
    if posed is not found:
        return posed
    return improve(model, found, landmark_terms(model, seen, known), shape=known.shape)


def outline_term(
    model: BodyModel, seen: Observation, fit: Fit, mask: NDArray[np.bool_], *, clothes_m: float = 0.0
) -> Term | None:
    """Return the term that pulls the outline of the present fit to the mask's edge, if they overlap.

    Args:
        model: The body.
        seen: The landmarks, for camera and size.
        fit: The present fit.
        mask: (H, W) bool, the person in the photo.
        clothes_m: How far clothes lie off the trunk; on limbs they lie at half of it.
    """
    state = fit.state(model)
    surface = posed_surface(model, state, fit.shape)
    window = _Window.around(seen, surface, mask)
    drawn = window.draw(surface, model)
    target = window.sample(mask)
    if (drawn & target).sum() < LEAST_MASK * max(drawn.sum(), 1):
        return None
    rows = _outline_vertices(model, surface, drawn, window)
    if len(rows) < 12:
        return None
    field = _signed_distance(target) * window.step_px
    inset = _sampled(_signed_distance(drawn) * window.step_px, window.cells(_flat(surface[rows], window)))
    inset += clothes_m * _ease(model)[rows] * seen.camera.focal_px / np.maximum(-surface[rows, 2], 0.05)
    return _pull(_folded_vertices(model, rows), inset, seen, field, window)


def overlap(model: BodyModel, seen: Observation, fit: Fit, mask: NDArray[np.bool_]) -> float:
    """Return intersection over union of a mask and the drawn body.

    Args:
        model: The body.
        seen: The landmarks, for the camera.
        fit: The body's.
        mask: (H, W) bool, the person in the photo.
    """
    height, width = mask.shape
    step = max(height, width, OVERLAP_PX) / OVERLAP_PX
    window = _Window(np.zeros(2), step, (round(width / step), round(height / step)), seen.camera)
    drawn, target = window.draw(posed_surface(model, fit.state(model), fit.shape), model), window.sample(mask)
    return float((drawn & target).sum() / max((drawn | target).sum(), 1))


def posed_surface(model: BodyModel, state: State, shape: Array) -> Array:
    """Return (V, 3) posed vertices in the camera's frame."""
    shift = state.moved - np.einsum("jab,jb->ja", state.total, state.heads)
    return skinning.skin(model.surface(shape), model.joints, model.weights, state.total, shift)


class _Window:
    """A low-resolution grid over the person: pixel of the photo = origin + step · (cell + 0.5)."""

    def __init__(self, origin_px: Array, step_px: float, size: tuple[int, int], camera: Camera) -> None:
        self.origin_px, self.step_px, self.size = origin_px, step_px, size
        center = (np.array(camera.center_px) - origin_px) / step_px
        self.camera = Camera(camera.focal_px / step_px, (float(center[0]), float(center[1])), size)

    @classmethod
    def around(cls, seen: Observation, surface: Array, mask: NDArray[np.bool_]) -> "_Window":
        """Cover the body and its surroundings, within the photo."""
        flat = seen.camera.project(surface)
        height, width = mask.shape
        margin = REACH * seen.size_px
        low = np.clip(flat.min(0) - margin, 0, (width - 1, height - 1))
        high = np.clip(flat.max(0) + margin, low + 1, (width, height))
        step = float((high - low).max() / DRAWN_PX)
        columns, rows = np.maximum(np.ceil((high - low) / step), 1).astype(int)
        return cls(low, step, (int(columns), int(rows)), seen.camera)

    def draw(self, surface: Array, model: BodyModel) -> NDArray[np.bool_]:
        """(h, w) bool: the silhouette of the surface."""
        from shared.raster import covered

        return covered(surface, model.faces, self.camera)

    def sample(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(h, w) bool: the mask at the cells' middles."""
        columns = self.origin_px[0] + self.step_px * (np.arange(self.size[0]) + 0.5)
        rows = self.origin_px[1] + self.step_px * (np.arange(self.size[1]) + 0.5)
        height, width = mask.shape
        return mask[
            np.clip(rows.astype(int), 0, height - 1)[:, None],
            np.clip(columns.astype(int), 0, width - 1)[None],
        ]

    def cells(self, flat_px: Array) -> Array:
        """(K, 2) column and row in cells (fractional, cell middles are whole numbers)."""
        return (flat_px - self.origin_px) / self.step_px - 0.5


def _signed_distance(mask: NDArray[np.bool_]) -> Array:
    """Distance to the edge in cells, positive inside; smoothed so that it has slopes everywhere."""
    from scipy import ndimage

    inside: Array = np.asarray(ndimage.distance_transform_edt(mask), np.float64)
    outside: Array = np.asarray(ndimage.distance_transform_edt(np.logical_not(mask)), np.float64)
    field = inside - outside
    return ndimage.gaussian_filter(field - 0.5 * np.sign(field), 0.7)


def _outline_vertices(
    model: BodyModel, surface: Array, drawn: NDArray[np.bool_], window: _Window
) -> NDArray[np.int64]:
    """Choose skin vertices whose projection lies on the drawn outline; not hands, feet and head."""
    from scipy import ndimage

    rim = drawn & np.logical_not(ndimage.binary_erosion(drawn, iterations=2, border_value=1))
    cells = np.round(window.cells(_flat(surface, window))).astype(int)
    columns, rows = cells.T
    inside = (columns >= 1) & (rows >= 1) & (columns < window.size[0] - 1) & (rows < window.size[1] - 1)
    chosen = np.flatnonzero(inside & _clothed(model))
    chosen = chosen[rim[rows[chosen], columns[chosen]]]
    return chosen[np.linspace(0, len(chosen) - 1, min(POINTS, len(chosen))).astype(int)]


def _flat(surface: Array, window: _Window) -> Array:
    """Project (V, 3) camera-frame points to (V, 2) pixels of the photo."""
    return window.origin_px + window.step_px * window.camera.project(surface)


_BARE = ("hand", "thumb", "index", "middle", "ring", "pinky", "foot", "ball", "head", "neck")


def _clothed(model: BodyModel) -> NDArray[np.bool_]:
    bare = np.array([name.split("_")[0] in _BARE for name in model.bones])
    return (model.parts == 0) & (np.where(bare[model.joints], model.weights, 0).sum(1) < 0.3)


_TRUNK = ("pelvis", "spine", "clavicle")


@cache
def _ease(model: BodyModel) -> Array:
    """(V,) 1 on the trunk, half on the limbs."""
    trunk = np.array([name.split("_")[0] in _TRUNK for name in model.bones])
    return 0.5 + 0.5 * np.where(trunk[model.joints], model.weights, 0).sum(1)


def _folded_vertices(model: BodyModel, rows: NDArray[np.int64]) -> Folded:
    means = np.zeros((len(rows), len(model.vertices)), np.float32)
    means[np.arange(len(rows)), rows] = 1
    return fold_means(model, means)


def _sampled(field: Array, cells: Array) -> Array:
    from scipy import ndimage

    values = ndimage.map_coordinates(field, cells[:, ::-1].T, order=1, mode="nearest")
    return np.asarray(values, np.float64)


def _pull(points: Folded, inset_px: Array, seen: Observation, field_px: Array, window: _Window) -> Term:
    """Each vertex is to lie as deep inside the mask as it lies inside the drawn outline (a pixel or two)."""
    by_row, by_column = np.gradient(field_px)
    spread, reach = SPREAD * seen.size_px, REACH * seen.size_px
    count = max(len(points.base) / 60, 1.0)

    def term(state: State, bones: NDArray[np.int64]) -> tuple[Array, Array]:
        flat, slope = project(state.points(points), state.jacobian(points, bones), seen)
        depth, down, right = (
            _sampled(np.asarray(part), window.cells(flat)) for part in (field_px, by_row, by_column)
        )
        depth = depth - inset_px
        near = (np.abs(depth) < reach)[:, None] / (spread * np.sqrt(count))
        along = np.stack([right, down], 1) / window.step_px
        change = np.einsum("kd,kdp->kp", along, slope)
        return robust(depth[:, None] * near, (change * near)[:, None])

    return term
