"""Things that are made: turned, machined, put together from boxes; and stones that were not."""

import numpy as np

from tools.train_lift.fields import CELLS, Triangles, ellipsoid, melted, surface, turned

Rng = np.random.Generator


def lathe(rng: Rng) -> Triangles:
    """Turn a profile: vases, bottles, bowls, lamps; hollow, with handles or a spout, or plain."""
    import trimesh

    knots = np.sort(rng.uniform(0, 1, rng.integers(4, 9)))
    radii = rng.uniform(0.06, 0.5, len(knots))
    level = np.linspace(0, 1, 60)
    radius = _profile(rng, level, knots, radii)
    outline = np.c_[np.r_[0, radius, 0], np.r_[0, level, 1]]
    if rng.random() < 0.35:
        wall, floor = rng.uniform(0.02, 0.06), rng.uniform(0.05, 0.4)
        inner = level > floor
        inside = np.c_[np.maximum(radius[inner] - wall, 0.005)[::-1], level[inner][::-1]]
        outline = np.concatenate([[[0, 0]], np.c_[radius, level], inside, [[0, floor]]])
    body = trimesh.creation.revolve(outline, sections=int(rng.choice([6, 8, 12, 48, 64, 64])))
    stretch = rng.uniform(0.5, 2.2)
    body.vertices = np.c_[body.vertices[:, 0], body.vertices[:, 2] * stretch, -body.vertices[:, 1]]
    parts = [body]
    if rng.random() < 0.35:
        parts += _handles(rng, radius, level * stretch)
    if rng.random() < 0.2:
        place = rng.integers(10, 40)
        start = [-0.5 * radius[place], level[place] * stretch, 0]
        tip = [-radius[place] - 0.3 * stretch, (level[place] + rng.uniform(0, 0.4)) * stretch, 0]
        parts.append(
            trimesh.creation.cylinder(rng.uniform(0.03, 0.07) * stretch, segment=[start, tip], sections=20)
        )
    return _triangles(trimesh.util.concatenate(parts))


def blob(rng: Rng) -> Triangles:
    """Make a stone, a fruit, a cloud, sometimes alike left and right."""
    from scipy import ndimage

    count = rng.integers(2, 8)
    parts = [
        ellipsoid(rng.uniform(-0.55, 0.55, 3), rng.uniform(0.12, 0.5, 3), turned(rng)) for _ in range(count)
    ]
    body = melted(parts, rng.uniform(0.02, 0.25))
    bumps = ndimage.gaussian_filter(rng.normal(size=(CELLS,) * 3), rng.uniform(2, 7))
    body = body + (bumps / bumps.std() * rng.uniform(0, 0.05)).astype(np.float32)
    return surface(np.minimum(body, body[::-1]) if rng.random() < 0.5 else body)


def superquadric(rng: Rng) -> Triangles:
    """Make a shape between ball, box, cylinder and octahedron, perhaps tapered (Barr 1981)."""
    import trimesh

    ball = trimesh.creation.icosphere(4)
    unit = np.asarray(ball.vertices)
    north, east = np.arcsin(np.clip(unit[:, 1], -1, 1)), np.arctan2(unit[:, 0], unit[:, 2])
    first, second = rng.uniform(0.15, 1.8, 2)

    def power(value: np.ndarray, exponent: float) -> np.ndarray:
        return np.sign(value) * np.abs(value) ** exponent

    ring = power(np.cos(north), first)
    shape = np.c_[
        ring * power(np.sin(east), second), power(np.sin(north), first), ring * power(np.cos(east), second)
    ]
    shape = shape * rng.uniform(0.3, 1.0, 3)
    taper = np.clip(1 + rng.normal(0, 0.4) * shape[:, 1:2], 0.2, None)
    shape[:, [0, 2]] *= taper
    return (shape @ turned(rng).T).astype(np.float32), np.asarray(ball.faces, np.int32)


def machined(rng: Rng) -> Triangles:
    """Mill and drill: plates, bosses, holes, ribs, gears; exact booleans by manifold3d."""
    import manifold3d

    def turns() -> list[float]:
        return [float(angle) for angle in 90.0 * rng.integers(0, 4, 3)]

    solid = _stock(rng).rotate(turns())
    for _ in range(rng.integers(0, 5)):
        solid = solid + _stock(rng).rotate(turns()).translate(
            (rng.uniform(-0.5, 0.5, 3) * rng.choice([0, 1], 3)).tolist()
        )
    for _ in range(rng.integers(0, 6)):
        radius = rng.uniform(0.04, 0.3)
        drill = manifold3d.Manifold.cylinder(3.0, radius, radius, 32, True)
        tool = _stock(rng) if rng.random() < 0.4 else drill
        place = rng.uniform(-0.6, 0.6, 3) * rng.choice([0, 1, 1], 3)
        solid = solid - tool.rotate(turns()).translate(place.tolist())
    mesh = solid.to_mesh()
    vertices = np.asarray(mesh.vert_properties)[:, :3]
    if rng.random() < 0.3:
        vertices = vertices @ turned(rng).T
    return vertices.astype(np.float32), np.asarray(mesh.tri_verts, np.int32)


def assembly(rng: Rng) -> Triangles:
    """Put boxes and cylinders together, mostly mirrored: furniture, machines, houses."""
    import trimesh

    parts = []
    for _ in range(rng.integers(3, 10)):
        size, place = rng.uniform(0.04, 0.7, 3), rng.uniform(-0.5, 0.5, 3)
        if rng.random() < 0.5:
            place[0] = 0
        box = rng.random() < 0.7
        part = (
            trimesh.creation.box(size)
            if box
            else trimesh.creation.cylinder(size[0] / 2, size[1], sections=24)
        )
        if rng.random() < 0.3:
            quarter = np.pi / 2 * rng.integers(0, 2, 3)
            part.apply_transform(trimesh.transformations.euler_matrix(*quarter))
        part.apply_translation(place)
        parts.append(part)
        if abs(place[0]) > 0.05:
            twin = part.copy()
            twin.apply_translation([-2 * place[0], 0, 0])
            parts.append(twin)
    return _triangles(trimesh.util.concatenate(parts))


def brick(rng: Rng) -> Triangles:
    """Make a box with sharp or rounded edges, a wedge, a book, a crate: slants that only edges show."""
    import trimesh

    size = rng.uniform(0.15, 1.0, 3)
    body = trimesh.creation.box(size)
    if rng.random() < 0.35:  # a wedge or a frustum
        top = body.vertices[:, 1] > 0
        body.vertices[top] *= np.r_[rng.uniform(0.1, 1), 1, rng.uniform(0.1, 1)]
        body.vertices[top] += np.r_[rng.normal(0, 0.1), 0, rng.normal(0, 0.1)]
    parts = [body]
    for _ in range(rng.integers(0, 4)):  # what stands on it or sticks out
        small = trimesh.creation.box(size * rng.uniform(0.1, 0.6, 3))
        small.apply_translation(size * rng.uniform(-0.5, 0.5, 3))
        parts.append(small)
    return _triangles(trimesh.util.concatenate(parts))


def _profile(rng: Rng, level: np.ndarray, knots: np.ndarray, radii: np.ndarray) -> np.ndarray:
    from scipy.interpolate import PchipInterpolator

    if rng.random() < 0.3:
        return np.interp(level, np.r_[0, knots, 1], np.r_[radii[0], radii, radii[-1]])
    ends = np.r_[-0.01, knots, 1.01], np.r_[radii[0], radii, radii[-1]]
    return PchipInterpolator(*ends)(level)


def _handles(rng: Rng, radius: np.ndarray, level: np.ndarray) -> list:
    import trimesh

    handles = []
    for side in [1] if rng.random() < 0.6 else [1, -1]:
        high = float(level[-1])
        ring = trimesh.creation.torus(rng.uniform(0.12, 0.3) * high, rng.uniform(0.02, 0.05) * high, 32, 12)
        place = rng.integers(15, 45)
        ring.apply_translation([side * radius[place], level[place], 0])
        handles.append(ring)
    return handles


def _stock(rng: Rng):
    """Return a piece to add or to take away."""
    import manifold3d

    solid, outline = manifold3d.Manifold, manifold3d.CrossSection
    kind = rng.integers(0, 5)
    if kind == 0:
        return solid.cube(rng.uniform(0.2, 1.2, 3).tolist(), True)
    if kind == 1:
        radius = rng.uniform(0.1, 0.6)
        top = radius * rng.choice([1, 1, 1, rng.uniform(0.3, 1)])
        return solid.cylinder(rng.uniform(0.1, 1.2), radius, top, int(rng.choice([6, 32, 48])), True)
    if kind == 2:
        angle = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 9)))
        reach = rng.uniform(0.3, 0.8, len(angle))
        return outline([np.c_[np.cos(angle) * reach, np.sin(angle) * reach]]).extrude(rng.uniform(0.1, 0.8))
    if kind == 3:
        angle, teeth = np.linspace(0, 2 * np.pi, 96, endpoint=False), rng.integers(2, 14)
        wave = np.sin(teeth * angle)
        reach = 0.5 * (1 + rng.uniform(0.03, 0.25) * (np.sign(wave) if rng.random() < 0.5 else wave))
        return outline([np.c_[np.cos(angle) * reach, np.sin(angle) * reach]]).extrude(rng.uniform(0.1, 0.5))
    high, first, second = rng.uniform(0.1, 0.4), rng.uniform(0.15, 0.4), rng.uniform(0.1, 0.35)
    far = solid.cylinder(high, second, second, 40, True).translate([float(rng.uniform(0.4, 1.0)), 0.0, 0.0])
    return solid.batch_hull([solid.cylinder(high, first, first, 40, True), far])


def _triangles(mesh) -> Triangles:
    return np.asarray(mesh.vertices, np.float32), np.asarray(mesh.faces, np.int32)
