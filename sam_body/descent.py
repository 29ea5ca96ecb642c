"""Descend a sum of squares by Levenberg and Marquardt's damped steps, densely or photo by photo.

Damping is Marquardt's (1963), its growth after refused steps Nielsen's (1999). Where some unknowns are
shared by all photos and the others belong to one photo each, the normal equations are an arrow: a block of
the shared ones, a block a photo, and what joins the two. The photos' blocks are solved one by one and the
shared ones by the Schur complement, as in bundle adjustment (Triggs et al. 2000, section 6.1).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SOLVED = 1e-4
"""A step that gains less than this share of the cost is the last."""
LONGEST = 0.6
"""No unknown changes by more in one step."""
_FLOOR = 1e-6


class Slope(Protocol):
    """A cost and how it slopes at one place."""

    @property
    def cost(self) -> float:
        """Half the sum of squared residuals."""
        ...

    def move(self, damping: float) -> Array:
        """Return the damped step (N,) from here."""
        ...


@dataclass(frozen=True, eq=False)
class Dense:
    """Residuals (R,) and their slopes (R, N)."""

    residual: Array
    slope: Array

    @property
    def cost(self) -> float:
        """Half the sum of squared residuals."""
        return float(self.residual @ self.residual) / 2

    @cached_property
    def _normal(self) -> tuple[Array, Array]:
        return self.slope.T @ self.slope, self.slope.T @ self.residual

    def move(self, damping: float) -> Array:
        """Return the damped step (N,) from here."""
        normal, gradient = self._normal
        scale = np.diag(normal) + _FLOOR * np.diag(normal).max()
        return -np.asarray(np.linalg.solve(normal + damping * np.diag(scale), gradient), np.float64)


@dataclass(frozen=True, eq=False)
class Arrow:
    """Normal equations of S unknowns that P photos share, and of W unknowns of each photo's own.

    Args:
        cost: Half the sum of squared residuals.
        shared: (S, S) of the shared unknowns.
        joint: (P, S, W) between shared and own.
        own: (P, W, W) of each photo's own.
        shared_gradient: (S,).
        own_gradient: (P, W).
    """

    cost: float
    shared: Array
    joint: Array
    own: Array
    shared_gradient: Array
    own_gradient: Array

    def move(self, damping: float) -> Array:
        """Return the damped step (S + P·W,): the shared unknowns, then each photo's own."""
        shared, own = np.diag(self.shared), np.diagonal(self.own, axis1=1, axis2=2)
        floor = _FLOOR * max(float(shared.max()), float(own.max()))
        blocks = self.own + damping * (own + floor)[:, :, None] * np.eye(own.shape[1])
        right = np.concatenate([self.joint.transpose(0, 2, 1), self.own_gradient[:, :, None]], axis=2)
        solved = np.linalg.solve(blocks, right)  # (P, W, S + 1)
        apart = np.einsum("psw,pwt->st", self.joint, solved, optimize=True)
        left = self.shared + damping * np.diag(shared + floor) - apart[:, :-1]
        common = -np.linalg.solve(left, self.shared_gradient - apart[:, -1])
        each = -solved[:, :, -1] - solved[:, :, :-1] @ common
        return np.concatenate([common, each.ravel()])


def descend(x: Array, evaluate: Callable[[Array], Slope], iterations: int) -> tuple[Array, float, int]:
    """Take damped steps until the cost stands still; return the place, its cost, and the steps.

    Args:
        x: (N,) start.
        evaluate: Returns the cost and its slope.
        iterations: Most steps.
    """
    here, damping, growth, steps = evaluate(x), 1e-3, 2.0, 0
    while steps < iterations:
        steps += 1
        move = np.clip(here.move(damping), -LONGEST, LONGEST)
        tried = evaluate(x + move)
        if tried.cost >= here.cost:
            damping, growth = damping * growth, growth * 2
            if damping > 1e8:
                break
            continue
        gain = (here.cost - tried.cost) / here.cost
        x, here = x + move, tried
        damping, growth = max(damping / 5, 1e-9), 2.0
        if gain < SOLVED:
            break
    return x, here.cost, steps
