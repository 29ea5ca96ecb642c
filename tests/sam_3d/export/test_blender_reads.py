"""Blender, where it is: sees objects and scenes at the size and place that we mean, within 0.01 mm."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from sam_3d.sizing import sized_mm
from shared.exporting import export
from tests.contracts.samples import scene
from tests.oracles.blender import blender_named, needs_blender, read

__all__ = ["blender_named"]
pytestmark = [pytest.mark.oracle, pytest.mark.slow, needs_blender, pytest.mark.usefixtures("blender_named")]


def apart_mm(seen: np.ndarray, wanted: np.ndarray) -> float:
    """Return the largest distance from any vertex of one to the nearest of the other."""
    return 1e3 * max(cKDTree(seen).query(wanted)[0].max(), cKDTree(wanted).query(seen)[0].max())


@pytest.mark.parametrize("suffix", [".glb", ".obj", ".ply", ".stl", ".usdz", ".fbx"])
def test_an_object(lifted, suffix, tmp_path):
    if suffix == ".usdz":
        pytest.importorskip("pxr")
    (seen,) = read(export(lifted, tmp_path / f"a{suffix}", package="sam_3d.export"))
    assert apart_mm(seen.vertices, sized_mm(lifted) / 1000) < 0.01


@pytest.mark.parametrize("suffix", [".glb", ".obj", ".usdz", ".fbx"])
def test_a_scene(suffix, tmp_path):
    if suffix == ".usdz":
        pytest.importorskip("pxr")
    (seen,) = read(export(scene(), tmp_path / f"a{suffix}", package="sam_3d.export"))
    assert len(seen.meshes) == len(scene().nodes)
    assert apart_mm(seen.vertices, np.concatenate([m.vertices for m in scene().in_world()])) < 0.01
