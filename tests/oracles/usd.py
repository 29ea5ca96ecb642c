"""Ask OpenUSD's own validators and UsdSkel about files; tests are skipped where usd-core is missing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest


def opened(path: Path) -> Any:
    """Return a stage."""
    return pytest.importorskip("pxr.Usd").Stage.Open(str(path))


def complaints(path: Path) -> list[str]:
    """Return what any of OpenUSD's validators (usdchecker's, packages for AR included) finds wrong."""
    stage = opened(path)
    from pxr import UsdValidation

    context = UsdValidation.ValidationContext(UsdValidation.ValidationRegistry().GetOrLoadAllValidators())
    return [error.GetErrorAsString() for error in context.Validate(stage)]


@dataclass(frozen=True)
class Skinned:
    """What UsdSkel makes of a skinned stage at one time.

    Args:
        points: (V, 3) float64 skinned points in the world.
        joints: J paths.
        names: J original names.
        places: (J, 3) float64 joints in the world.
    """

    points: np.ndarray
    joints: list[str]
    names: list[str]
    places: np.ndarray


def skinned(path: Path, time: float | None = None) -> Skinned:
    """Compute the skinned points of a stage with one skeleton and one mesh."""
    stage = opened(path)
    from pxr import Usd, UsdGeom, UsdSkel

    code = Usd.TimeCode.Default() if time is None else Usd.TimeCode(time)
    kinds = {kind: [p for p in stage.Traverse() if p.IsA(kind)] for kind in (UsdGeom.Mesh, UsdSkel.Skeleton)}
    (mesh,), (skeleton,) = kinds.values()
    root = UsdSkel.Root(stage.GetDefaultPrim())
    cache = UsdSkel.Cache()
    assert cache.Populate(root, Usd.PrimDefaultPredicate)
    moved = cache.GetSkelQuery(UsdSkel.Skeleton(skeleton))
    bound = cache.GetSkinningQuery(mesh)
    points = UsdGeom.Mesh(mesh).GetPointsAttr().Get()
    assert bound.ComputeSkinnedPoints(moved.ComputeSkinningTransforms(code), points, code)
    frames = np.array(moved.ComputeJointSkelTransforms(code))
    names = UsdSkel.Skeleton(skeleton).GetJointNamesAttr().Get()
    return Skinned(np.array(points, np.float64), list(moved.GetJointOrder()), list(names), frames[:, 3, :3])
