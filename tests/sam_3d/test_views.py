from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from sam_3d import views
from sam_3d.seen import MADE_UP_RGB, SEEN_RGB
from shared import render_process
from shared.mesh import Mesh
from shared.wires import wire_mesh


@pytest.fixture
def quick(monkeypatch):
    """Without OpenGL and small: what is drawn is what counts."""

    def refuse(parts, shots, deadline):
        raise render_process.RenderFailure("no OpenGL here")

    monkeypatch.setattr(render_process, "draw", refuse)
    monkeypatch.setattr("sam_3d.preview.PICTURE_PX", (240, 180))
    monkeypatch.setattr(views, "PICTURE_PX", (240, 180))


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def share_near(picture, color, reach=60):
    return (np.abs(picture - color).sum(-1) < reach).mean()


def test_each_view_shows_what_it_says(lifted, tmp_path, quick):
    grey = lifted.with_mesh(replace(lifted.mesh, uv=None, texture=None))
    drawn = views.draw_views(grey, tmp_path, views.VIEWS)
    assert drawn.renderer == "numpy" and len(drawn.warnings) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(f"{name}.png" for name in views.VIEWS)
    seen = pixels(tmp_path / "seen.png")
    assert seen.shape == (180, 240, 3)
    front, back = seen[:, :120], seen[:, 120:]
    assert share_near(front, SEEN_RGB, 90) > 4 * share_near(front, MADE_UP_RGB, 90)
    assert share_near(back, MADE_UP_RGB, 90) > 4 * share_near(back, SEEN_RGB, 90)
    walls = pixels(tmp_path / "walls.png")
    assert ((walls[..., 2] > walls[..., 0] + 30).mean()) > 0.15  # a thick object is blue
    normals = pixels(tmp_path / "normals.png")
    assert ((normals[..., 2] > normals[..., 0]) & (normals[..., 2] > normals[..., 1])).mean() > 0.1
    wires = pixels(tmp_path / "wireframe.png")
    assert wires[60:120, 90:150].std() > 15  # lines on clay


def test_wires_lie_along_every_edge_once():
    square = Mesh(
        np.array([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)], float), np.array([(0, 1, 2), (0, 2, 3)])
    )
    wires = wire_mesh(square, (0, 0, 0), width=0.01)
    assert len(wires.faces) == 2 * 5
    corners = wires.vertices[wires.faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert np.linalg.norm(across, axis=1).sum() / 2 == pytest.approx(0.01 * (4 + np.sqrt(2)), rel=1e-6)
