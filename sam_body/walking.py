"""Walks with an exact truth: gaits made by formula, and clips of them; for benchmarks, tests and examples.

A planted foot stands still: first flat, then on its ball while the heel rises. Ankles follow that plan, and
the legs are solved to reach them (two bones and a hinge: the law of cosines).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.building import posed_body
from sam_body.mannequin import Outfit, dress
from sam_body.model import AVERAGE, body_model
from sam_body.sampling import random_outfit
from sam_body.skeletons import skeleton
from sam_body.start import swing
from sam_body.types import Body, Pose
from sam_body.video.drawing import draw_surface
from shared.mesh import Camera

Array = NDArray[np.float64]

STRIDE_S, STANCE = 1.1, 0.62
"""Seconds from one heel strike to the next of the same foot, and the share of it that the foot stands."""
FLAT, AHEAD = 0.6, 0.42
"""Share of the stance until the heel rises, and share of it that the foot is before the hips."""
LIFT_M, RISE_RAD, BOB_M, SWAY_M = 0.07, 0.75, 0.012, 0.02
_SHAPES = np.array([0.3, 0.04, 0.15, 0.2, 0.08, 0.12])
"""Spread of the shapes of who walks: about 1.65 to 2 m tall."""
_UP, _SIDE = np.array([0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0])


@dataclass(frozen=True, eq=False)
class Walk:
    """One person on a straight path over level ground, y = 0.

    Args:
        body: The person.
        start_m: (2,) x and z where the walk begins.
        heading_rad: 0 walks towards +z, π/2 towards +x.
        speed_m_s: 0 stands.
        arms: Strength of the arms' swing, radians.
        outfit: Clothes.
    """

    body: Body
    start_m: tuple[float, float] = (0.0, 0.0)
    heading_rad: float = 0.0
    speed_m_s: float = 1.2
    arms: float = 0.45
    outfit: Outfit = Outfit()

    @cached_property
    def _ahead(self) -> Array:
        return np.array([np.sin(self.heading_rad), 0.0, np.cos(self.heading_rad)], np.float64)

    @cached_property
    def _leg(self) -> Array:
        """(2,) lengths of thigh and calf."""
        heads = np.stack([self._head(f"{bone}_l") for bone in ("thigh", "calf", "foot")])
        return np.sqrt((np.diff(heads, axis=0) ** 2).sum(1))

    def _head(self, bone: str) -> Array:
        return self.body.rig.heads[self.body.rig.bones.index(bone)]

    def phase(self, time_s: float, side: str) -> float:
        """Return where a foot is in its stride, 0..1: it stands below `STANCE`, then swings."""
        return (time_s / STRIDE_S + (0.5 if side == "r" else 0.0)) % 1.0

    def planted(self, time_s: float) -> tuple[bool, bool]:
        """Tell whether the left and the right foot stand."""
        if not self.speed_m_s:
            return True, True
        return self.phase(time_s, "l") < STANCE, self.phase(time_s, "r") < STANCE

    def at(self, time_s: float) -> Body:
        """Return the person at a time, in the world of the walk."""
        names, count = self.body.rig.bones, len(self.body.rig.bones)
        world = np.tile(_turn(self.heading_rad, _UP), (count, 1, 1))
        facing = world[0]
        beat = 2 * np.pi * (time_s / STRIDE_S - STANCE / 2)
        going = 1.0 if self.speed_m_s else 0.0
        hips = self._hips(time_s, going * np.cos(2 * beat) * BOB_M, going * np.sin(beat) * SWAY_M)
        pelvis = facing @ _turn(-0.06 * going * np.cos(beat), _UP)
        chest = facing @ _turn(0.09 * going * np.cos(beat), _UP)
        above = {"pelvis": pelvis, "spine_01": pelvis, "spine_02": chest, "spine_03": chest}
        for name, turn in above.items():
            world[names.index(name)] = turn
        for side, sign in (("l", 1.0), ("r", -1.0)):
            swung = self.arms * going * np.cos(beat) * sign
            self._arm(world, chest, side, swung)
            self._leg_turns(world, pelvis, hips, side, time_s)
        rig = self.body.rig
        over = np.where((rig.parents < 0)[:, None, None], np.eye(3), world[rig.parents])
        local = rig.axes.transpose(0, 2, 1) @ over.transpose(0, 2, 1) @ world @ rig.axes
        local = skinning.orthonormal(local)
        total = skinning.turns(rig.axes, local, rig.parents)
        still = skinning.moved_heads(rig.heads, total, rig.parents, rig.mover, np.zeros(3))
        return replace(self.body, pose=Pose(local, hips - still[rig.mover]))

    def _hips(self, time_s: float, bob_m: float, sway_m: float) -> Array:
        aside = np.cross(_UP, self._ahead)
        place = self._ahead * self.speed_m_s * time_s + aside * sway_m
        return self._start + place + _UP * (self._height_m - bob_m)

    @cached_property
    def _start(self) -> Array:
        return np.array([self.start_m[0], 0.0, self.start_m[1]])

    @cached_property
    def _height_m(self) -> float:
        """Height of the hips: what the stretched legs allow at every time of a stride, less the bob."""
        pelvis, thigh = self._head("pelvis"), self._head("thigh_l")
        lowest = pelvis[1] - 0.01
        for time_s in np.linspace(0, STRIDE_S, 45) if self.speed_m_s else ():
            top = self._start + self._ahead * self.speed_m_s * time_s
            ankle, _ = self._ankle("l", float(time_s))
            apart = (ankle - top) @ self._ahead
            reach = np.sqrt((0.995 * self._leg.sum()) ** 2 - apart**2 - 0.02**2)
            lowest = min(lowest, float(ankle[1] + reach + pelvis[1] - thigh[1]) - BOB_M)
        return float(lowest)

    def _ankle(self, side: str, time_s: float) -> tuple[Array, float]:
        """Return where an ankle is, and the pitch of its foot in radians (toes down is positive)."""
        facing = _turn(self.heading_rad, _UP)
        ankle, ball = self._head(f"foot_{side}"), self._head(f"ball_{side}")
        place = self._start + facing @ (ankle * [1.0, 1.0, 0.0])
        if not self.speed_m_s:
            return place, 0.0
        phase = self.phase(time_s, side)
        struck_s = time_s - phase * STRIDE_S
        here = place + self._ahead * self.speed_m_s * (struck_s + AHEAD * STANCE * STRIDE_S)

        def risen(pitch: float) -> Array:
            pivot = facing @ (ball - ankle)
            return here + pivot - facing @ _turn(pitch, _SIDE) @ (ball - ankle)

        if phase < STANCE:
            pitch = RISE_RAD * max(phase / STANCE - FLAT, 0.0) ** 2 / (1 - FLAT) ** 2
            return risen(pitch), pitch
        share = (phase - STANCE) / (1 - STANCE)
        smooth = share**3 * (10 - 15 * share + 6 * share**2)
        left = risen(RISE_RAD)
        landing = here + self._ahead * self.speed_m_s * STRIDE_S
        up = LIFT_M * np.sin(np.pi * share) ** 2
        return left + (landing - left) * smooth + _UP * up, RISE_RAD * (1 - smooth)

    def _leg_turns(self, world: Array, pelvis: Array, hips: Array, side: str, time_s: float) -> None:
        names = self.body.rig.bones
        toes = names.index(f"ball_{side}")
        thigh, calf, foot = (names.index(f"{bone}_{side}") for bone in ("thigh", "calf", "foot"))
        heads = self.body.rig.heads
        top = hips + pelvis @ (heads[thigh] - heads[self.body.rig.mover])
        ankle, pitch = self._ankle(side, time_s)
        upper, lower = self._leg
        reach = ankle - top
        far = min(float(np.linalg.norm(reach)), float(upper + lower) * 0.9999)
        along = reach / np.linalg.norm(reach)
        share = (upper**2 + far**2 - lower**2) / (2 * far)
        ahead = pelvis[:, 2] - along * (pelvis[:, 2] @ along)
        knee = top + along * share + ahead / np.linalg.norm(ahead) * np.sqrt(max(upper**2 - share**2, 0.0))
        for bone, start, end, child in ((thigh, top, knee, calf), (calf, knee, ankle, foot)):
            rest = pelvis @ (heads[child] - heads[bone])
            world[bone] = swing(rest, end - start) @ pelvis
        facing = _turn(self.heading_rad, _UP)
        world[foot] = facing @ _turn(pitch, _SIDE)
        world[toes] = facing

    def _arm(self, world: Array, chest: Array, side: str, swung: float) -> None:
        names, heads = self.body.rig.bones, self.body.rig.heads
        rows = [names.index(f"{bone}_{side}") for bone in ("upperarm", "lowerarm", "hand")]
        out = 1.0 if side == "l" else -1.0
        down = np.array([0.13 * out, -np.cos(swung), -np.sin(swung)])
        bent = swung - 0.35
        fore = np.array([0.05 * out, -np.cos(bent), -np.sin(bent)])
        for row, end, way in ((rows[0], rows[1], down), (rows[1], rows[2], fore)):
            world[row] = chest @ swing(heads[end] - heads[row], way)
        hung = skinning.descendants(self.body.rig.parents)[rows[2]]
        world[hung] = world[rows[1]]
        world[names.index(f"clavicle_{side}")] = chest


def _turn(angle_rad: float, axis: Array) -> Array:
    return skinning.rotation_matrices(axis * angle_rad)


def random_walk(seed: int, *, heading_rad: float | None = None, speed_m_s: float | None = None) -> Walk:
    """Return some person's walk across the middle of the ground; same seed, same walk.

    Args:
        seed: Of shape, clothes, speed and heading.
        heading_rad: The heading, where it is wanted.
        speed_m_s: The speed, where it is wanted.
    """
    rng = np.random.default_rng(seed)
    camera = walk_camera((640, 640))
    model = body_model()
    shape = np.clip(AVERAGE + rng.normal(0, _SHAPES), 0, 1)
    body = posed_body(model, skeleton("game_engine"), shape, np.zeros((len(model.bones), 3)), camera)
    heading = rng.uniform(-np.pi, np.pi) if heading_rad is None else heading_rad
    speed = rng.uniform(0.9, 1.4) if speed_m_s is None else speed_m_s
    return Walk(body, heading_rad=heading, speed_m_s=speed, outfit=random_outfit(rng))


def walk_camera(size_px: tuple[int, int]) -> Camera:
    """Return the camera of rendered walks: 45 degrees along the longer side."""
    return Camera(1.2 * max(size_px), (size_px[0] / 2, size_px[1] / 2), size_px)


@dataclass(frozen=True, eq=False)
class Stage:
    """A camera that stands still, and who walks before it.

    Args:
        walks: The people.
        size_px: Width and height of the pictures.
        fps: Frames a second.
        distance_m: From the camera to the middle of the ground.
        height_m: Of the camera.
        pitch_rad: Negative looks down.
    """

    walks: tuple[Walk, ...]
    size_px: tuple[int, int] = (640, 480)
    fps: float = 30.0
    distance_m: float = 5.0
    height_m: float = 1.3
    pitch_rad: float = -0.06

    @cached_property
    def camera(self) -> Camera:
        """The camera."""
        return walk_camera(self.size_px)

    @cached_property
    def camera_from_world(self) -> Array:
        """(4, 4) rigid."""
        pitch = self.pitch_rad
        turn = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
        place = np.array([0.0, self.height_m, self.distance_m])
        rigid = np.eye(4)
        rigid[:3, :3], rigid[:3, 3] = turn.T, -turn.T @ place
        return rigid

    def joints_m(self, person: int, time_s: float) -> Array:
        """(J, 3) true joints in the camera's frame."""
        joints = self.walks[person].at(time_s).posed_joints()
        return joints @ self.camera_from_world[:3, :3].T + self.camera_from_world[:3, 3]

    def pictures(
        self, times_s: Array, *, seed: int = 0, shown: NDArray[np.bool_] | None = None
    ) -> Iterator[NDArray[np.uint8]]:
        """Yield (H, W, 3) uint8 pictures over a still, cloudy background.

        Args:
            times_s: (N,) seconds.
            seed: Of the background.
            shown: (N, P) who is there at all; everybody when not given.
        """
        ground = _clouds(np.random.default_rng(seed), self.size_px)
        dressed = [_Dressed.of(walk) for walk in self.walks]
        for n, time_s in enumerate(times_s):
            there = [p for p in range(len(self.walks)) if shown is None or shown[n, p]]
            picture = np.round(ground).astype(np.uint8)
            if there:
                posed = [dressed[p].posed(self.walks[p].at(float(time_s))) for p in there]
                points = np.concatenate(posed) @ self.camera_from_world[:3, :3].T
                points += self.camera_from_world[:3, 3]
                starts = np.cumsum([0, *map(len, posed[:-1])])
                faces = np.concatenate([dressed[p].faces + s for p, s in zip(there, starts, strict=True)])
                colors = np.concatenate([dressed[p].colors for p in there])
                drawn, hit = draw_surface(points, faces, colors, self.camera)
                picture[hit] = drawn[hit]
            yield picture


def _clouds(rng: np.random.Generator, size_px: tuple[int, int]) -> Array:
    import cv2

    clouds = [(8, 16.0), (24, 8.0), (96, 5.0)]
    layers = [
        cv2.resize(rng.normal(0, strength, (cells, cells, 1)), size_px, interpolation=cv2.INTER_CUBIC)
        for cells, strength in clouds
    ]
    return np.clip(rng.uniform(100, 190, 3) + np.sum(layers, axis=0)[..., None], 0, 255)


@dataclass(frozen=True, eq=False)
class _Dressed:
    """Skin and clothes made once, in one piece, and bound to the bones of the skin below them.

    Args:
        vertices: (V, 3) at rest.
        faces: (F, 3).
        colors: (F, 3).
        nearest: (V,) the vertex of the skin whose bones move each.
    """

    vertices: Array
    faces: NDArray[np.int64]
    colors: NDArray[np.uint8]
    nearest: NDArray[np.int64]

    @classmethod
    def of(cls, walk: Walk) -> "_Dressed":
        from scipy.spatial import KDTree

        still = Pose(np.tile(np.eye(3), (len(walk.body.rig.bones), 1, 1)), np.zeros(3))
        meshes = dress(replace(walk.body, pose=still), walk.outfit)
        starts = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes[:-1])])
        vertices = np.concatenate([mesh.vertices for mesh in meshes])
        colors = [np.asarray(mesh.colors)[mesh.faces[:, 0]] for mesh in meshes]
        faces = [mesh.faces + start for mesh, start in zip(meshes, starts, strict=True)]
        nearest = np.asarray(KDTree(walk.body.skin.vertices).query(vertices)[1])
        return cls(vertices, np.concatenate(faces), np.concatenate(colors), nearest)

    def posed(self, body: Body) -> Array:
        total, skin = body.turns(), body.skin
        shift = body.posed_joints() - np.einsum("jab,jb->ja", total, body.rig.heads)
        return skinning.skin(
            self.vertices, skin.joints[self.nearest], skin.weights[self.nearest], total, shift
        )
