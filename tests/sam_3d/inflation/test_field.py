import numpy as np
import pytest

from sam_3d.inflation.field import normal_z, squared_height


def soft(distance):
    """Coverage whose 0.5 contour lies where a signed distance (cells, positive inside) is 0."""
    c = np.clip(0.5 + distance / 3, 0, 1).astype(np.float32)
    c[[0, -1]] = 0
    c[:, [0, -1]] = 0
    return c


def grid(n=120):
    rows, columns = np.mgrid[:n, :n] - (n - 1) / 2 + 0.17
    return columns, rows


@pytest.mark.parametrize("radius", [3.3, 20.0, 47.6])
def test_a_disc_inflates_to_a_half_ball(radius):
    x, y = grid()
    r = np.hypot(x, y)
    u = squared_height(soft(radius - r))
    inside = r < radius - 0.5
    assert np.abs(u - (radius**2 - r**2))[inside].max() < 0.02 * radius**2 + 0.1


def test_an_ellipse_follows_the_exact_solution():
    x, y = grid()
    a, b = 50.0, 24.0
    level = 1 - (x / a) ** 2 - (y / b) ** 2
    slope = 2 * np.hypot(x / a**2, y / b**2) + 1e-9
    u = squared_height(soft(level / slope))
    exact = 2 / (1 / a**2 + 1 / b**2) * level
    assert np.abs(u - exact)[level > 0.05].max() < 0.02 * exact.max()


def test_the_field_crosses_zero_where_the_contour_is():
    x, y = grid()
    r = np.hypot(x, y)
    u = squared_height(soft(30.4 - r))
    rows, columns = np.nonzero((u[:, :-1] > 0) & (u[:, 1:] <= 0))
    u0, u1 = u[rows, columns], u[rows, columns + 1]
    edge_x = x[rows, columns] + u0 / (u0 - u1)
    central = np.abs(y[rows, columns]) < 15
    assert np.abs(np.hypot(edge_x, y[rows, columns]) - 30.4)[central].max() < 0.2


def test_a_hole_is_an_edge_too():
    x, y = grid()
    r = np.hypot(x, y)
    u = squared_height(soft(np.minimum(45 - r, r - 15)))
    assert (u[r < 13] < 0).all()
    # Exact for a ring: u = R² − r² + (R² − ρ²)·ln(r/R)/ln(R/ρ).
    exact = 45**2 - r**2 + (45**2 - 15**2) * np.log(np.maximum(r, 1) / 45) / np.log(45 / 15)
    ring = (r > 17) & (r < 43)
    assert np.abs(u - exact)[ring].max() < 0.03 * exact[ring].max()


@pytest.mark.parametrize("thickness", [0.5, 1.0, 1.3])
def test_the_normal_of_a_ball_is_its_height(thickness):
    x, y = grid()
    r = np.hypot(x, y)
    n_z = normal_z(squared_height(soft(40 - r)), thickness)
    h = np.sqrt(np.maximum(40**2 - r**2, 0))
    exact = h / np.hypot(h, thickness * r)
    inside = r < 37
    assert np.abs(n_z - exact)[inside].max() < 0.03
    assert n_z[r > 43].max() == 0
