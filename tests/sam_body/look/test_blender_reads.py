"""Blender, where it is: bodies in clothes and colours are posed as ours are and show the same colours."""

import numpy as np
import pytest

from shared.exporting import export
from tests.oracles.blender import blender_named, needs_blender, read, read_colors

__all__ = ["blender_named"]
pytestmark = [pytest.mark.oracle, pytest.mark.slow, needs_blender, pytest.mark.usefixtures("blender_named")]


@pytest.mark.parametrize(("suffix", "pose"), [(".glb", 30), (".fbx", 31)])
def test_a_painted_body_in_clothes(looks, suffix, pose, tmp_path):
    (body,) = looks.bodies
    assert body.paint is not None and body.clothes_m.max() > 0.005
    path = export(body, tmp_path / f"a{suffix}", package="sam_body.export")
    (seen,) = read(path, pose)
    skin = body.posed_vertices()
    assert np.abs(seen.vertices[: len(skin)] - skin).max() < 1e-5
    (colors,) = read_colors(path).values()
    wanted = body.paint.at_vertices(body.skin.faces, len(skin)).astype(int)
    apart = np.abs(colors[: len(skin)] - wanted).max(axis=1)
    shuffled = np.abs(colors[: len(skin)] - wanted[::-1]).max(axis=1)
    assert np.median(apart) < 8 < np.median(shuffled) / 3
