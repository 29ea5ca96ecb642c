"""Draw the takes over their video: body, skeleton, planted feet and a mark on filled frames, as an MP4."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sam_body.look.privacy import cover_face
from sam_body.skeletons import FINGERS, skeleton
from sam_body.types import Body
from sam_body.video.drawing import draw_surface
from sam_body.video.footage import Footage
from sam_body.video.types import Take
from sam_body.video.writing import write_frames
from shared.mesh import Camera
from shared.progress import Progress

Array = NDArray[np.float64]

STYLES = ("both", "mesh", "skeleton")
LARGEST_PX = 960
_COLORS = ((216, 150, 108), (84, 150, 214), (126, 184, 92), (196, 110, 190), (214, 186, 72))
_SHARE, _FILLED_SHARE = 0.72, 0.35
_FOOT, _BONE = (255, 214, 64), (250, 250, 246)


def write_overlay(
    footage: Footage,
    takes: Sequence[Take],
    path: Path,
    *,
    style: str = "both",
    blur_faces: bool = False,
    progress: Progress | None = None,
) -> None:
    """Write the video with the takes drawn over it; long side at most 960 pixels.

    Args:
        footage: The part of the video that the takes are of.
        takes: At least one.
        path: An MP4 to write.
        style: One of `STYLES`.
        blur_faces: Whether the takes' faces are made unrecognisable, from their first frame to their last.
        progress: Told of each frame.

    Raises:
        ExportError: This installation of PyAV can encode no MP4.
    """
    progress = progress or Progress()
    scale = min(1.0, LARGEST_PX / max(footage.size_px))
    width, height = (max(2, round(side * scale) // 2 * 2) for side in footage.size_px)
    drawers = [_Drawer(take, (width, height)) for take in takes]

    def drawn() -> Iterator[tuple[float, NDArray[np.uint8]]]:
        for n, frame in enumerate(footage.read(progress)):
            progress.step(n / footage.frames, f"drawing frame {n + 1} of {footage.frames}")
            picture = _fitted(frame.pixels, width, height)
            for drawer in drawers if blur_faces else ():
                drawer.blur(picture, n)
            for drawer in drawers:
                drawer.draw(picture, n, style)
            yield frame.time_s - footage.start_s, picture

    write_frames(drawn(), path, footage.fps)


def _fitted(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    import cv2

    if pixels.shape[1::-1] == (width, height):
        return pixels.copy()
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


class _Drawer:
    """Draws one take into frames of one size."""

    def __init__(self, take: Take, size_px: tuple[int, int]) -> None:
        self.take, body = take, take.motion.body
        self.first = int(take.frames[0])
        scale = (size_px[0] / take.camera.size_px[0], size_px[1] / take.camera.size_px[1])
        x, y = take.camera.center_px
        self.camera = Camera(take.camera.focal_px * scale[0], (x * scale[0], y * scale[1]), size_px)
        self.color = _COLORS[take.object_id % len(_COLORS)]
        kept = (body.skin.parts[body.skin.faces] == 0).all(axis=1)
        self.faces = body.skin.faces[kept]
        self.colors = np.tile(np.array(self.color, np.uint8), (len(self.faces), 1))
        self.bones = _limbs(body)

    def draw(self, picture: NDArray[np.uint8], number: int, style: str) -> None:
        """Draw the frame of a number, if the take has it, into a (H, W, 3) picture."""
        import cv2

        place = number - self.first
        if not 0 <= place < len(self.take.frames):
            return
        body, seen = self.take.motion.at(place), bool(self.take.seen[place])
        if style != "skeleton":
            self._surface(picture, body, _SHARE if seen else _FILLED_SHARE)
        joints = self.take.in_camera(body.posed_joints())
        if (joints[:, 2] > -0.1).any():
            return
        spots = np.round(self.camera.project(joints) * 8).astype(int)
        if style != "mesh":
            color = _BONE if seen else (160, 160, 160)
            for start, end in self.bones:
                a, b = (tuple(int(v) for v in spots[i]) for i in (start, end))
                cv2.line(picture, a, b, color, 2, cv2.LINE_AA, 3)
        for point, stands in enumerate(self.take.contacts[place]):
            if stands:
                cv2.circle(picture, self._foot(spots, point), 40, _FOOT, -1, cv2.LINE_AA, 3)
        self._label(picture, joints, seen)

    def blur(self, picture: NDArray[np.uint8], number: int) -> None:
        """Cover the face in the frame of a number, if the take has it."""
        place = number - self.first
        if 0 <= place < len(self.take.frames):
            surface = self.take.in_camera(self.take.motion.at(place).posed_vertices())
            cover_face(picture, surface, self.camera)

    def _surface(self, picture: NDArray[np.uint8], body: Body, share: float) -> None:
        points = self.take.in_camera(body.posed_vertices())
        drawn, hit = draw_surface(points, self.faces, self.colors, self.camera)
        picture[hit] = np.round(drawn[hit] * share + picture[hit] * (1 - share)).astype(np.uint8)

    def _foot(self, spots: NDArray[np.int64], point: int) -> tuple[int, int]:
        names = skeleton(self.take.motion.body.rig.name).names
        bone = f"{'ball' if point % 2 else 'foot'}_{'lr'[point // 2]}"
        row = self.take.motion.body.rig.bones.index(names.get(bone, names[f"foot_{bone[-1]}"]))
        return int(spots[row][0]), int(spots[row][1])

    def _label(self, picture: NDArray[np.uint8], joints: Array, seen: bool) -> None:
        import cv2

        top = self.camera.project(joints[np.argmax(joints[:, 1])][None] + [0.0, 0.22, 0.0])[0]
        text = f"{self.take.object_id + 1}" + ("" if seen else " filled")
        place = (int(top[0]) - 6, max(int(top[1]), 16))
        for color, width in (((20, 20, 20), 4), (self.color, 2)):
            cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.6, color, width, cv2.LINE_AA)


def _limbs(body: Body) -> list[tuple[int, int]]:
    """Return pairs of joints that a skeleton's lines run between; fingers and the root are left out."""
    names = {name: bone for bone, name in skeleton(body.rig.name).names.items()}
    skip = tuple(FINGERS)
    return [
        (int(parent), j)
        for j, parent in enumerate(body.rig.parents)
        if parent >= 0
        and not names[body.rig.bones[j]].startswith(skip)
        and (parent > 0 or body.rig.mover == 0)
    ]
