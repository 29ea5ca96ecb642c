"""Animals, figures and heads: limbs and bodies that melt into one another, mirrored left to right."""

import numpy as np

from tools.train_lift.fields import Array, Triangles, ellipsoid, melted, rounded_cone, surface

Rng = np.random.Generator
SIDES = (-1, 1)


def figure(rng: Rng) -> Triangles:
    """Make a being on two legs, standing or striding, with its arms anywhere."""
    hip, wide, trunk = rng.uniform(-0.35, 0.0), rng.uniform(0.12, 0.3), rng.uniform(0.3, 0.6)
    shoulder = hip + trunk
    head_radius = rng.uniform(0.12, 0.32)
    head = np.array([0, shoulder + 0.9 * head_radius, rng.uniform(0, 0.08)])
    parts = [
        ellipsoid((0, hip + trunk / 2, 0), (wide, 0.65 * trunk, wide * rng.uniform(0.5, 1.0))),
        ellipsoid(head, head_radius * rng.uniform((0.7, 0.9, 0.75), (1.1, 1.1, 1.1))),
    ]
    stride, apart = rng.normal(0, 0.25), rng.uniform(0, 0.2)
    swing, raised = rng.normal(0, 0.5), rng.uniform(0.1, 2.2)
    radius, length = rng.uniform(0.05, 0.13), hip + 1.0
    reach, arm = rng.uniform(0.35, 0.6), rng.uniform(0.04, 0.1)
    for side in SIDES:
        top = np.array([side * wide * 0.6, hip, 0])
        knee = top + [side * apart * 0.5, -0.5 * length, 0.4 * side * stride + 0.05]
        foot = top + [side * apart, -0.95 * length, side * stride]
        toe = foot + [0.03 * side, 0, rng.uniform(0.08, 0.2)]
        parts += _limb([top, knee, foot, toe], [1.3 * radius, radius, 0.85 * radius, 0.7 * radius])
        joint = np.array([side * wide, shoulder - 0.05, 0])
        elbow = joint + 0.5 * reach * _direction(side, raised, 0.3 * side * swing)
        wrist = elbow + 0.5 * reach * _direction(side, raised + rng.uniform(-0.4, 0.9), side * swing + 0.3)
        parts += _limb([joint, elbow, wrist], [1.2 * arm, arm, 0.8 * arm])
        parts.append(ellipsoid(wrist, [1.3 * arm] * 3))
    parts += _face(rng, head, head_radius)
    return surface(melted(parts, rng.uniform(0.02, 0.1)))


def animal(rng: Rng) -> Triangles:
    """Make a being on no, four or six legs, with neck, head and tail."""
    long, high, wide = rng.uniform(0.4, 0.75), rng.uniform(0.15, 0.35), rng.uniform(0.12, 0.3)
    middle = rng.uniform(-0.15, 0.2)
    pitch = rng.normal(0, 0.12)
    tilt = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    parts = [ellipsoid((0, middle, 0), (wide, high, long), tilt)]
    if rng.random() < 0.5:
        chest = (wide * rng.uniform(0.7, 1.2), high * rng.uniform(0.7, 1.3), 0.4 * long)
        parts.append(ellipsoid((0, middle + rng.uniform(-0.05, 0.1), 0.5 * long), chest))
    neck, lift, head_radius = rng.uniform(0.05, 0.5), rng.uniform(-0.2, 1.4), rng.uniform(0.1, 0.24)
    root = np.array([0, middle + 0.3 * high, 0.8 * long])
    head = root + neck * np.array([0, np.sin(lift), np.cos(lift)])
    head[2] = min(head[2], 0.95)
    parts.append(rounded_cone(root, head, high * rng.uniform(0.4, 0.8), 0.7 * head_radius))
    parts.append(ellipsoid(head, head_radius * rng.uniform((0.6, 0.7, 1.0), (1.0, 1.0, 1.0))))
    parts += _legs(rng, (long, high, wide), middle)
    if rng.random() < 0.7:
        parts += _tail(rng, np.array([0, middle + 0.4 * high, -0.85 * long]))
    if rng.random() < 0.2:
        parts += [ellipsoid((s * (wide + 0.2), middle + 0.1, 0), (0.35, 0.03, 0.2)) for s in SIDES]
    parts += _face(rng, head, head_radius)
    return surface(melted(parts, rng.uniform(0.02, 0.12)))


def bust(rng: Rng) -> Triangles:
    """Make a head on a neck, with hair and shoulders or without."""
    wide, high, deep = rng.uniform(0.3, 0.5), rng.uniform(0.45, 0.65), rng.uniform(0.35, 0.55)
    at = np.array([0, 0.3, 0])
    parts = [
        ellipsoid(at, (wide, high, deep)),
        ellipsoid(at + [0, -0.3 * high, 0.25 * deep], (0.75 * wide, 0.6 * high, 0.7 * deep)),
        rounded_cone(at + [0, -0.3 * high, -0.1 * deep], (0, -0.65, -0.15 * deep), 0.6 * wide, 0.7 * wide),
        rounded_cone(at + [0, 0.12, 0.85 * deep], at + [0, -0.12, deep * rng.uniform(1.0, 1.25)], 0.05, 0.08),
        ellipsoid(at + [0, -0.55 * high, 0.75 * deep], (0.17, 0.06, 0.1)),
    ]
    for side in SIDES:
        parts.append(ellipsoid(at + [0.4 * side * wide, 0.12, 0.75 * deep], (0.12, 0.05, 0.12)))
        parts.append(ellipsoid(at + [0.45 * side * wide, -0.12, 0.6 * deep], (0.16, 0.14, 0.16)))
        parts.append(ellipsoid(at + [side * wide, 0, -0.1 * deep], (0.06, 0.15, 0.1)))
    if rng.random() < 0.7:
        broad = rng.uniform(0.3, 0.8)
        radii = (broad, rng.uniform(0.15, 0.3), broad * rng.uniform(0.4, 0.7))
        parts.append(ellipsoid((0, -0.85, -0.1 * deep), radii))
    if rng.random() < 0.7:
        hair = np.array([wide, high, deep]) * rng.uniform((0.8, 0.5, 0.7), (1.3, 1.1, 1.3))
        parts.append(ellipsoid(at + [0, rng.uniform(0, 0.35), -deep * rng.uniform(0.1, 0.7)], hair))
    body = melted(parts, rng.uniform(0.03, 0.1))
    for side in SIDES:  # sockets of the eyes
        socket = ellipsoid(at + [0.4 * side * wide, 0.03, deep], (0.11, 0.06, 0.1))
        body = -melted([-body, socket], 0.05)
    return surface(body)


def _direction(side: int, raised: float, forward: float) -> np.ndarray:
    """Return where an arm points: 0 down, π/2 sideways."""
    return np.array([side * np.sin(raised), -np.cos(raised), forward])


def _limb(points: list[np.ndarray], radii: list[float]) -> list[Array]:
    joints = zip(points, points[1:], radii, radii[1:], strict=False)
    return [rounded_cone(a, b, r, s) for a, b, r, s in joints]


def _legs(rng: Rng, size: tuple[float, float, float], middle: float) -> list[Array]:
    long, high, wide = size
    pairs = int(rng.choice([0, 1, 2, 2, 2, 2, 3]))
    length, radius = rng.uniform(0.1, max(0.15, middle - 0.5 * high + 1.0)), rng.uniform(0.035, 0.11)
    parts: list[Array] = []
    for place in np.linspace(-0.7, 0.65, max(pairs, 1))[:pairs] * long:
        for side in SIDES:
            top = np.array([side * wide * 0.6, middle - 0.3 * high, place])
            knee = np.array(
                [side * wide * 0.8, middle - 0.5 * high - 0.45 * length, place + rng.normal(0, 0.1)]
            )
            foot = np.array([side * wide * 0.85, middle - 0.5 * high - length, place + rng.normal(0, 0.1)])
            radii = [radius * rng.uniform(1.2, 2.2), radius, 0.8 * radius, 0.9 * radius]
            parts += _limb([top, knee, foot, foot + [0, 0, radius]], radii)
    return parts


def _tail(rng: Rng, root: np.ndarray) -> list[Array]:
    heading, radius = np.array([0, rng.normal(0, 0.6), -1.0]), rng.uniform(0.02, 0.1)
    points = [root]
    for _ in range(3):
        step = points[-1] + heading / np.linalg.norm(heading) * rng.uniform(0.05, 0.2)
        step[2] = max(step[2], -1.05)
        points.append(step)
        heading = heading + rng.normal(0, 0.4, 3) * [0, 1, 1]
    return _limb(points, [radius, 0.8 * radius, 0.6 * radius, 0.5 * radius])


def _face(rng: Rng, head: np.ndarray, radius: float) -> list[Array]:
    parts: list[Array] = []
    if rng.random() < 0.7:
        tip = head + radius * np.array([0, -rng.uniform(0, 0.5), rng.uniform(0.8, 1.8)])
        parts.append(rounded_cone(head, tip, 0.55 * radius, radius * rng.uniform(0.2, 0.5)))
    if rng.random() < 0.7:  # ears or horns
        length, thick, lean = (
            radius * rng.uniform(0.5, 2.2),
            radius * rng.uniform(0.1, 0.45),
            rng.uniform(0.1, 1.2),
        )
        for side in SIDES:
            root = head + radius * np.array([0.6 * side, 0.6, 0])
            tip = root + length * np.array([side * np.sin(lean), np.cos(lean), rng.uniform(-0.3, 0.1)])
            parts.append(rounded_cone(root, tip, thick, thick * rng.uniform(0.3, 1.1)))
    return parts
