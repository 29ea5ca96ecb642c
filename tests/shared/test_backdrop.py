import numpy as np
import pytest

from shared.backdrop import TOP_RGB, compose
from shared.mesh import Mesh
from shared.render import orbit

BLOCK = Mesh(
    np.array([[x, y, z] for x in (-1, 1) for y in (0, 2) for z in (-1, 1.0)]),
    np.array([[0, 1, 3], [0, 3, 2]]),
)
VIEW = orbit([BLOCK], 0, size_px=(120, 100))


def frames(alpha):
    found = np.zeros((1, 100, 120, 4), np.uint8)
    found[..., 0], found[..., 3] = 200, alpha
    return found


def test_the_object_covers_the_backdrop():
    assert (compose(frames(255), [VIEW], [BLOCK])[0] == (200, 0, 0)).all()


def test_the_plain_backdrop_is_one_colour_but_for_the_shadow_below():
    picture = compose(frames(0), [VIEW], [BLOCK], gradient=False)[0].astype(int)
    assert (picture[:30] == TOP_RGB).all()
    darkness = TOP_RGB[0] - picture[..., 0]
    rows, columns = np.nonzero(darkness > 20)
    assert rows.mean() > 55 and columns.mean() == pytest.approx(59.5, abs=1.5)
    assert darkness.max() > 60


def test_the_gradient_darkens_downwards():
    picture = compose(frames(0), [VIEW], [BLOCK])[0].astype(int)
    assert picture[0, 60].sum() > picture[-1, 60].sum() + 60


def test_half_transparent_edges_mix():
    found = compose(frames(128), [VIEW], [BLOCK], gradient=False)[0, 0, 0]
    assert found == pytest.approx([223, 123, 125], abs=2)
