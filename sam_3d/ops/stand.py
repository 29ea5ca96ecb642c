"""Make the object stand: a flat cut at its foot, and a base plate."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_3d.solid import painted, riders_near, to_mesh, to_solid
from sam_3d.types import Reconstruction
from shared.mesh import Mesh
from shared.params import Choice, Doc, Range, validated

_SEGMENTS = 96
# The axis of a side, and whether it is the lower end of it.
_SIDES = {
    "foot": (1, True),
    "top": (1, False),
    "back": (2, True),
    "front": (2, False),
    "left": (0, True),
    "right": (0, False),
}
_OVERLAP = 0.002


@dataclass(frozen=True)
class FlatCut:
    """Cut a side flat, as a rule the foot, so that the object stands and sticks to a print bed."""

    id: ClassVar[str] = "flat_cut"
    title: ClassVar[str] = "Flat cut"
    cut_percent: Annotated[float, Range(0.1, 40, "%"), Doc("Part of the extent that is cut off.")] = 2.0
    side: Annotated[str, Choice(tuple(_SIDES)), Doc("Side that becomes flat.")] = "foot"

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, value: Reconstruction) -> Reconstruction:
        """Return the object without the outermost part of that side."""
        solid, _ = _cut(value.mesh, self.cut_percent, *_SIDES[self.side])
        return value.with_mesh(to_mesh(solid, value.mesh))


@dataclass(frozen=True)
class BasePlate:
    """Cut the foot flat and set the object on a round plate below its centre of mass."""

    id: ClassVar[str] = "base_plate"
    title: ClassVar[str] = "Base plate"
    cut_percent: Annotated[float, Range(0.1, 40, "%"), Doc("Part of the height cut off first.")] = 2.0
    plate_percent: Annotated[float, Range(0.5, 20, "%"), Doc("Plate thickness, of the height.")] = 3.0
    diameter_percent: Annotated[
        float, Range(20, 200, "%"), Doc("Plate diameter, of the object's greater horizontal extent.")
    ] = 70.0

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, value: Reconstruction) -> Reconstruction:
        """Return the object on its plate, one closed body."""
        solid, floor = _cut(value.mesh, self.cut_percent)
        extent = np.ptp(value.mesh.vertices, axis=0)
        thick = float(extent[1]) * self.plate_percent / 100
        contact, mass = _contact_middle(solid, floor, float(extent[1])), _centre_of_mass(value.mesh)
        reach = float(np.linalg.norm(mass - contact)) * 1.1
        radius = max(float(max(extent[0], extent[2])) * self.diameter_percent / 200, reach)
        plate = _plate(contact, floor, radius, thick, _OVERLAP * float(extent[1]))
        plate = painted(plate, _foot_riders(value.mesh, contact, floor))
        return value.with_mesh(to_mesh(solid + plate, value.mesh))


def _cut(mesh: Mesh, percent: float, axis: int = 1, low_end: bool = True) -> tuple[Any, float]:
    """Subtract everything beyond a plane across an axis; return the rest and where the plane is."""
    import manifold3d

    low, high = mesh.vertices.min(0), mesh.vertices.max(0)
    extent = high - low
    share = percent / 100 if low_end else 1 - percent / 100
    plane = float(low[axis] + extent[axis] * share)
    size, corner, middle = extent * 3, low - extent, (low + high) / 2
    size[axis], middle[axis] = extent[axis], plane
    corner[axis] = plane - extent[axis] if low_end else plane
    box = manifold3d.Manifold.cube(tuple(size)).translate(tuple(corner))
    return to_solid(mesh) - painted(box, riders_near(mesh, middle)), plane


def _foot_riders(mesh: Mesh, middle: NDArray[np.float64], floor: float) -> NDArray[np.float64]:
    """Return texture coordinates or colour of the surface nearest to the middle of the foot."""
    return riders_near(mesh, np.array([middle[0], floor, middle[1]]))


def _contact_middle(solid: Any, floor: float, height: float) -> NDArray[np.float64]:
    points = np.asarray(solid.to_mesh64().vert_properties)[:, :3]
    foot = points[points[:, 1] <= floor + 1e-6 * height]
    if not len(foot):
        foot = points[[int(points[:, 1].argmin())]]
    return (foot[:, [0, 2]].min(0) + foot[:, [0, 2]].max(0)) / 2


def _centre_of_mass(mesh: Mesh) -> NDArray[np.float64]:
    """Return (x, z) of the centre of mass, from signed tetrahedra to the origin."""
    a, b, c = (mesh.vertices[mesh.faces[:, i]] for i in range(3))
    volumes = np.einsum("ij,ij->i", a, np.cross(b, c))
    middle = ((a + b + c) * volumes[:, None]).sum(0) / (4 * volumes.sum())
    return middle[[0, 2]]


def _plate(middle: NDArray[np.float64], floor: float, radius: float, thick: float, overlap: float) -> Any:
    import manifold3d

    disc = manifold3d.Manifold.cylinder(thick + overlap, radius, circular_segments=_SEGMENTS)
    # A cylinder stands along z from 0: lay it along y, its top a little above the cut.
    return disc.rotate((-90, 0, 0)).translate((float(middle[0]), floor - thick, float(middle[1])))


OPS = (FlatCut, BasePlate)
