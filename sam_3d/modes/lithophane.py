"""A lithophane: a thin plate whose thickness draws the picture when light shines through it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation import cladding, placing, texture
from sam_3d.inflation.outline import FloatGrid, Outline
from sam_3d.inflation.volume import simplified
from sam_3d.types import Shape
from shared.errors import InputError
from shared.masks import box_of
from shared.media import Image
from shared.mesh import Mesh
from shared.params import Choice, Doc, Range, validated
from shared.progress import Progress

_PAD = 2
_LEAST_CELLS = 8
_MOST_SHAPE = 40


@dataclass(frozen=True)
class Lithophane:
    """A thin plate that shows the picture against the light; dark parts are thick."""

    id: ClassVar[str] = "lithophane"
    title: ClassVar[str] = "Lithophane"
    several: ClassVar[bool] = False
    long_side_mm: Annotated[float, Range(20, 400, "mm"), Doc("Longer side, the frame included.")] = 120.0
    min_mm: Annotated[float, Range(0.2, 5, "mm"), Doc("Thickness of white.")] = 0.8
    max_mm: Annotated[float, Range(0.6, 10, "mm"), Doc("Thickness of black, and of the frame.")] = 3.0
    frame_mm: Annotated[float, Range(0, 20, "mm"), Doc("Width of the frame; 0 for none.")] = 3.0
    pixel_mm: Annotated[float, Range(0.2, 2, "mm"), Doc("Size of a point of the picture.")] = 0.4
    area: Annotated[
        str, Choice(("box", "outline")), Doc("The whole box around the mask, or the masked part on white.")
    ] = "box"

    def __post_init__(self) -> None:
        validated(self)
        if self.max_mm <= self.min_mm:
            raise InputError(
                f"lithophane: max_mm wants more than min_mm, but got {self.max_mm:g} and {self.min_mm:g}.",
                "Try 3 and 0.8.",
            )
        if self.frame_mm * 4 > self.long_side_mm:
            raise InputError(
                f"lithophane: a frame of {self.frame_mm:g} mm leaves no picture on {self.long_side_mm:g} mm.",
                "Give a narrower frame or a longer side.",
            )

    def __call__(self, image: Image, masks: NDArray[np.bool_], *, cells: int, progress: Progress) -> Shape:
        """Make a plate of the first mask's box; see `sam_3d.shaping.Mode`."""
        progress.step(0.1, "reading light and dark")
        pixel_mm = self.pixel_mm if not cells else self.long_side_mm / cells
        box = box_of(masks[0])
        light, cell_px = self._light(image, masks[0], box, pixel_mm)
        frame = round(self.frame_mm / pixel_mm)
        # The points lie on both edges of the plate: their distance makes the longer side exact.
        pixel_mm = self.long_side_mm / (max(light.shape) + 2 * frame - 1)
        thick = self.max_mm - (self.max_mm - self.min_mm) * light
        thick = np.pad(thick, frame, constant_values=self.max_mm).astype(np.float64) / pixel_mm
        progress.step(0.4, "meshing")
        points, faces = simplified(*heightfield(thick), 0.02)
        progress.step(0.7, "painting")
        origin = tuple(float(box[i]) + (0.5 - frame - _PAD) * cell_px for i in (0, 1))
        coverage = np.pad(np.ones_like(thick), _PAD).astype(np.float32)
        traced = Outline(coverage, cell_px, (origin[0], origin[1]))
        return self._shape(image, points + (_PAD, _PAD, 0), faces, traced, pixel_mm)

    def _light(
        self, image: Image, mask: NDArray[np.bool_], box: tuple[int, int, int, int], pixel_mm: float
    ) -> tuple[FloatGrid, float]:
        """Return lightness (h, w) 0..1 of the box, its contrast stretched, and a cell's side in pixels."""
        import cv2

        left, top, right, bottom = box
        long_px = max(right - left, bottom - top)
        if long_px > _MOST_SHAPE * min(right - left, bottom - top):
            raise InputError(
                f"A lithophane of {right - left} x {bottom - top} pixels would be a thread.",
                "Mark a part of the picture that is less narrow.",
            )
        count = max(round((self.long_side_mm - 2 * self.frame_mm) / pixel_mm), _LEAST_CELLS)
        cell_px = long_px / count
        size = tuple(max(2, round(n / cell_px)) for n in (right - left, bottom - top))
        gray = cv2.cvtColor(image.pixels[top:bottom, left:right], cv2.COLOR_RGB2GRAY).astype(np.float32)
        inside = mask[top:bottom, left:right]
        low, high = np.percentile(gray[inside], [0.5, 99.5])
        light = np.clip((gray - low) / max(float(high - low), 1.0), 0, 1)
        if self.area == "outline":
            light = np.where(inside, light, 1.0)
        how = cv2.INTER_AREA if cell_px > 1 else cv2.INTER_CUBIC
        scaled = cv2.resize(light.astype(np.float32), size, interpolation=how)
        return np.asarray(np.clip(scaled, 0, 1), np.float32), cell_px

    def _shape(
        self,
        image: Image,
        points: NDArray[np.float64],
        faces: NDArray[np.int64],
        traced: Outline,
        pixel_mm: float,
    ) -> Shape:
        """Paint the plate in greys, and give it its true size, without the camera's perspective."""
        import cv2

        gray = cv2.cvtColor(cv2.cvtColor(image.pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        source, charted, uv, atlas = cladding.charts(
            points, faces, traced, np.asarray(gray, np.uint8), np.ones(gray.shape[:2], bool)
        )
        metres = points * (1, -1, -1) * (pixel_mm / 1000)
        middle = (metres.min(0) + metres.max(0)) / 2
        camera = placing.assumed_camera(image)
        distance = camera.focal_px * pixel_mm / 1000 / traced.cell_px
        x, y = (traced.to_photo(middle[None, :2] * (1, -1) / (pixel_mm / 1000)) - camera.center_px)[0]
        position = np.array([x, -y, -camera.focal_px]) * (distance / camera.focal_px)
        lit = texture.mirrored_back(atlas)
        mesh = Mesh((metres - middle)[source], charted, uv=uv, texture=lit, scale="metric")
        size = " x ".join(f"{n * 1000:.4g}" for n in np.ptp(mesh.vertices, axis=0))
        note = f"The lithophane keeps its own size of {size} mm; print it standing, in white, 100 % filled."
        return Shape(mesh, camera, position, (note,))


def heightfield(thick: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the closed block between depth 0 and −thick: vertices (V, 3) in cells, and faces (F, 3).

    Args:
        thick: (h, w) thickness towards the viewer at each grid point, > 0.
    """
    height, width = thick.shape
    rows, columns = np.indices(thick.shape).reshape(2, -1)
    front = np.stack([columns, rows, -thick.ravel()], axis=1)
    back = np.stack([columns, rows, np.zeros(len(rows))], axis=1)
    index = np.arange(height * width).reshape(height, width)
    a, b, c, d = (index[i : height - 1 + i, j : width - 1 + j].ravel() for i in (0, 1) for j in (0, 1))
    lid = np.concatenate([np.stack([a, b, d], 1), np.stack([a, d, c], 1)])
    # x right, y down, z away: counter-clockwise from the viewer is clockwise on the grid.
    around = np.concatenate([index[0], index[1:, -1], index[-1, -2::-1], index[-2:0:-1, 0]])
    after, under = np.roll(around, -1), height * width
    wall = np.concatenate(
        [
            np.stack([around, around + under, after + under], 1),
            np.stack([around, after + under, after], 1),
        ]
    )
    faces = np.concatenate([lid, lid[:, ::-1] + under, wall])
    points = np.concatenate([front, back]).astype(np.float64)
    return points, _outwards(points, faces)


def _outwards(points: NDArray[np.float64], faces: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the faces (F, 3) turned so that the volume is positive."""
    a, b, c = (points[faces[:, i]] for i in range(3))
    volume = float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum())
    return np.asarray(faces if volume > 0 else faces[:, ::-1], np.int64)


MODES = (Lithophane,)
