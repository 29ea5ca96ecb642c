"""Dress a body as a mannequin: coloured meshes of skin, hair, shirt, trousers and shoes.

Clothes are shells over the posed skin: a region of it is cut along a smooth line, smoothed, and kept
at least some millimetres outside. Good enough for example pictures and for test people that a pose
net takes for people; it is not garment simulation.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_body.model import body_model
from sam_body.skeletons import FINGERS
from sam_body.types import Body
from shared.mesh import Mesh
from shared.normals import vertex_normals

Array = NDArray[np.float64]
Color = tuple[int, int, int]


@dataclass(frozen=True)
class Outfit:
    """Colours (sRGB 0..255) and cut.

    Args:
        sleeve: How much of the arm is covered: 0 none, 1 to the elbow, 2 to the wrist.
        leg: How much of the leg the trousers cover: 1 to the knee, 2 to the ankle.
        ease: How far shirt and trousers lie off the skin, as a share of the usual 17 and 9 mm.
    """

    skin: Color = (224, 172, 140)
    hair: Color = (58, 40, 30)
    shirt: Color = (196, 78, 62)
    trousers: Color = (52, 66, 96)
    shoes: Color = (74, 62, 56)
    soles: Color = (232, 230, 224)
    eyes: Color = (70, 96, 110)
    sleeve: float = 0.62
    leg: float = 1.8
    ease: float = 1.0


def dress(body: Body, outfit: Outfit) -> tuple[Mesh, ...]:
    """Return coloured meshes of the posed, dressed person in the body's world.

    Args:
        body: A person under any rig of the suite.
        outfit: Colours and cut.
    """
    place = _Places(body)
    skin = body.posed_vertices()
    normals = vertex_normals(skin, body.skin.faces)
    parts: list[Mesh] = [_painted(place, skin, outfit)]
    shells = (
        (place.shirt(outfit.sleeve), outfit.shirt, 0.017 * outfit.ease, 30),
        (place.trousers(outfit.leg), outfit.trousers, 0.009 * outfit.ease, 16),
        (place.hair(), outfit.hair, 0.018, 8),
    )
    faces = body.skin.faces[(body.skin.parts[body.skin.faces] == 0).all(1)]
    for field, color, gap_m, smoothing in shells:
        shell = _shell(skin, normals, faces, field, gap_m, smoothing)
        vertices, kept = cut(shell, faces, field)
        parts.append(_plain(vertices, kept, color))
    for side in "lr":
        parts += _shoe(place, skin, normals, side, outfit)
    return tuple(parts)


def paint(body: Body, outfit: Outfit) -> Mesh:
    """Return the posed skin with its clothes painted on, in the body's world: cheaper than `dress`.

    Args:
        body: A person under any rig of the suite.
        outfit: Colours and cut; ease counts for nothing.
    """
    place = _Places(body)
    mesh = _painted(place, body.posed_vertices(), outfit)
    colors, skin = np.array(mesh.colors), body.skin.parts == 0
    shoes = place.share("foot_l", "ball_l", "foot_r", "ball_r") - 0.5
    cloth = (
        (place.trousers(outfit.leg), outfit.trousers),
        (place.shirt(outfit.sleeve), outfit.shirt),
        (place.hair(), outfit.hair),
        (shoes, outfit.shoes),
    )
    for field, color in cloth:
        colors[(field > 0) & skin, :3] = color
    return replace(mesh, colors=colors)


def cut(vertices: Array, faces: NDArray[np.int64], field: Array) -> tuple[Array, NDArray[np.int64]]:
    """Keep the surface where a field on its vertices is positive, cutting triangles at zero.

    Args:
        vertices: (V, 3).
        faces: (F, 3).
        field: (V,).

    Returns:
        New vertices (used ones, then cut points) and faces.
    """
    inside = field[faces] > 0
    whole = faces[inside.all(1)]
    points = [vertices]
    made, count = [whole], len(vertices)
    for kept in (1, 2):
        rows = inside.sum(1) == kept
        odd = np.argmax(inside[rows] == (kept == 1), axis=1)
        turned = np.stack(
            [np.take_along_axis(faces[rows], (odd[:, None] + i) % 3, 1)[:, 0] for i in range(3)], 1
        )
        apex, left, right = turned.T
        ends = []
        for other in (left, right):
            share = (field[apex] / (field[apex] - field[other] + 1e-15))[:, None]
            points.append(vertices[apex] + share * (vertices[other] - vertices[apex]))
            ends.append(np.arange(len(apex)) + count)
            count += len(apex)
        if kept == 1:
            made.append(np.stack([apex, ends[0], ends[1]], 1))
        else:
            made += [np.stack([ends[0], left, right], 1), np.stack([ends[0], right, ends[1]], 1)]
    return _compact(np.concatenate(points), np.concatenate(made))


def _compact(vertices: Array, faces: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64]]:
    used, inverse = np.unique(faces, return_inverse=True)
    return _welded(vertices[used], inverse.reshape(-1, 3))


def _welded(vertices: Array, faces: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64]]:
    _, first, inverse = np.unique(np.round(vertices, 7), axis=0, return_index=True, return_inverse=True)
    return vertices[first], inverse.ravel()[faces]


def _shell(
    skin: Array, normals: Array, faces: NDArray[np.int64], field: Array, gap_m: float, smoothing: int
) -> Array:
    """Move a region outwards and smooth it, never closer to the skin than the gap."""
    region = faces[(field[faces] > -0.2).all(1)]
    edges = np.concatenate([region[:, [0, 1]], region[:, [1, 2]], region[:, [2, 0]]])
    degree = np.bincount(edges[:, 0], minlength=len(skin)).astype(np.float64)
    moving = degree > 0
    shell = skin + normals * gap_m
    for i in range(2 * smoothing):
        mean = np.zeros_like(shell)
        for axis in range(3):
            mean[:, axis] = np.bincount(edges[:, 0], shell[edges[:, 1], axis], minlength=len(skin))
        pull = 0.6 if i % 2 == 0 else -0.61  # Taubin's pair: smooths without shrinking
        shell[moving] += pull * (mean[moving] / degree[moving, None] - shell[moving])
    height = ((shell - skin) * normals).sum(1)
    return skin + normals * np.maximum(height, 0.25 * gap_m)[:, None]  # along normals: hems stay straight


def _shoe(place: "_Places", skin: Array, normals: Array, side: str, outfit: Outfit) -> list[Mesh]:
    """Return upper and sole: the rounded hulls of the foot and of its underside."""
    foot = place.share(f"foot_{side}", f"ball_{side}") > 0.6
    top = place.joint[f"foot_{side}"][1] + 0.015
    low = place.rest[:, 1] < place.rest[foot, 1].min() + 0.022
    upper = foot & (place.rest[:, 1] < top)
    made = []
    for rows, gap_m, drop_m, color in (
        (upper, 0.009, 0.0, outfit.shoes),
        (foot & low, 0.014, 0.005, outfit.soles),
    ):
        points = skin[rows] + normals[rows] * gap_m - [0.0, drop_m, 0.0]
        made.append(_rounded_hull(points, color))
    return made


def _rounded_hull(points: Array, color: Color) -> Mesh:
    import trimesh

    hull = trimesh.convex.convex_hull(points)
    for _ in range(3):
        hull = hull.subdivide()
    trimesh.smoothing.filter_laplacian(hull, lamb=0.5, iterations=12)
    return _plain(np.asarray(hull.vertices), np.asarray(hull.faces, np.int64), color)


class _Places:
    """Fields on the skin at rest, in metres: positive inside the garment."""

    def __init__(self, body: Body) -> None:
        self.body, self.rest = body, body.skin.vertices
        self.bones = body_model().bones[1:]  # all rigs have these, last and in this order
        count = len(self.bones)
        self.joint = dict(zip(self.bones, body.rig.heads[-count:], strict=True))
        self.end = dict(zip(self.bones, body.rig.tails[-count:], strict=True))
        self.offset = len(body.rig.bones) - count

    def share(self, *bones: str) -> Array:
        """(V,) sum of the skin weights of these bones."""
        ids = [self.bones.index(bone) + self.offset for bone in bones]
        return np.where(np.isin(self.body.skin.joints, ids), self.body.skin.weights, 0).sum(1)

    def along(self, bone: str) -> Array:
        """(V,) metres along a bone from its head."""
        axis = self.end[bone] - self.joint[bone]
        return (self.rest - self.joint[bone]) @ (axis / np.linalg.norm(axis))

    def length(self, bone: str) -> float:
        """Length of a bone."""
        return float(np.linalg.norm(self.end[bone] - self.joint[bone]))

    def limb(self, upper: str, lower: str, share: float) -> Array:
        """(V,) positive up to a share of a two-bone limb (1 is the middle joint)."""
        if share <= 1:
            return share * self.length(upper) - self.along(upper)
        return (share - 1) * self.length(lower) - self.along(lower)

    def shirt(self, sleeve: float) -> Array:
        hem = self.rest[:, 1] - (self.joint["thigh_l"][1] - 0.02)
        middle = self.rest[:, 1] * 0 + self.joint["neck_01"][1] - 0.005 - self.rest[:, 1]
        collar = middle + 0.35 * (self.joint["neck_01"][2] - self.rest[:, 2])
        field = np.minimum(hem, collar)
        for side in "lr":
            arm = self.share(f"upperarm_{side}", f"lowerarm_{side}", *_hand(side)) > 0.5
            sleeve_field = self.limb(f"upperarm_{side}", f"lowerarm_{side}", sleeve)
            field = np.where(arm, sleeve_field, field)
        return field

    def trousers(self, leg: float) -> Array:
        waist = self.joint["thigh_l"][1] + 0.02 - self.rest[:, 1]
        field = waist
        for side in "lr":
            part = self.share(f"calf_{side}", f"foot_{side}", f"ball_{side}") > 0.2
            field = np.where(part, self.limb(f"thigh_{side}", f"calf_{side}", leg), field)
            arm = self.share(f"lowerarm_{side}", *_hand(side)) > 0.1
            field = np.where(arm, -1.0, field)
        return field

    def hair(self) -> Array:
        head, top = self.joint["head"], self.rest[:, 1].max()
        height = (self.rest[:, 1] - head[1]) / (top - head[1])
        depth = (self.rest[:, 2] - head[2]) / (top - head[1])
        field = 0.2 * (height - 0.34 - 0.40 * np.clip(depth / 0.45, -0.9, 1))
        return np.where(self.share("head") > 0.5, field, -1.0)


def _hand(side: str) -> tuple[str, ...]:
    return f"hand_{side}", *(f"{finger}_0{n}_{side}" for finger in FINGERS for n in (1, 2, 3))


_BROW = (0.021, 0.006, 0.04)
_LIPS = (np.array([0.0, 0.660, 0.152]), np.array([0.024, 0.0105, 0.020]))
"""Middle and half axes of the ellipsoid around the lips in the template."""


def _painted(place: _Places, skin: Array, outfit: Outfit) -> Mesh:
    body = place.body
    base = np.array(outfit.skin, np.float64)
    colors = np.tile(base.astype(np.uint8), (len(skin), 1))
    rest, parts = place.rest, body.skin.parts
    template = body_model().vertices
    lips = (((template - _LIPS[0]) / _LIPS[1]) ** 2).sum(1) < 1
    colors[lips & (parts == 0)] = (base * [0.84, 0.66, 0.66]).astype(np.uint8)
    for part in range(1, int(parts.max()) + 1):
        rows = np.flatnonzero(parts == part)
        middle = rest[rows].mean(0)
        if abs(middle[0]) < 0.01:
            colors[rows] = (150, 70, 66)
            continue
        brow = (rest - [middle[0] * 1.03, middle[1] + 0.0225, rest[rows, 2].max() + 0.01]) / _BROW
        colors[((brow**2).sum(1) < 1) & (parts == 0)] = (base * 0.45 + np.array(outfit.hair) * 0.3).astype(
            int
        )
        ahead = rest[rows, 2].max()
        away = np.hypot(rest[rows, 0] - middle[0], rest[rows, 1] - middle[1])
        front = rest[rows, 2] > ahead - 0.008
        colors[rows] = (240, 238, 234)
        colors[rows[front & (away < 0.0075)]] = outfit.eyes
        colors[rows[front & (away < 0.003)]] = (16, 14, 14)
    return Mesh(skin, body.skin.faces, colors=colors, scale="metric")


def _plain(vertices: Array, faces: NDArray[np.int64], color: Color) -> Mesh:
    colors = np.tile(np.array(color, np.uint8), (len(vertices), 1))
    return Mesh(vertices, faces, colors=colors, scale="metric")
