"""A loop to hang the object up by."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_3d.sizing import sized
from sam_3d.solid import painted, riders_near, to_mesh, to_solid
from sam_3d.types import Reconstruction
from shared.errors import InputError
from shared.params import Doc, Range, validated

_SEGMENTS = 64
_TOP_SHARE = 0.02
_SINKING_STEPS = 12


@dataclass(frozen=True)
class KeyringLoop:
    """Join a flat ring to the highest point, for a key ring or a thread."""

    id: ClassVar[str] = "keyring_loop"
    title: ClassVar[str] = "Key ring loop"
    in_mm: ClassVar[bool] = True
    hole_mm: Annotated[float, Range(1.5, 20, "mm"), Doc("Diameter of the hole.")] = 5.0
    ring_mm: Annotated[float, Range(1, 10, "mm"), Doc("Width of the ring around the hole.")] = 2.5
    thick_mm: Annotated[float, Range(1, 20, "mm"), Doc("Thickness of the ring, front to back.")] = 3.0

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, value: Reconstruction) -> Reconstruction:
        """Return the object with the loop, one closed body; the hole stays open.

        Raises:
            InputError: The loop finds no hold.
        """
        value = sized(value)
        mesh = value.mesh
        solid = to_solid(mesh)
        top = _top(mesh.vertices)
        hole, wide, thick = self.hole_mm / 2000, self.ring_mm / 1000, self.thick_mm / 1000
        ring = painted(_ring(hole, hole + wide, thick), riders_near(mesh, top))
        bolt = painted(_disc(hole, thick * 1.01), riders_near(mesh, top))
        for step in range(_SINKING_STEPS):
            # Deeper and deeper until a good part of the ring's foot lies inside the object.
            place = tuple(top + (0, hole + wide * (0.5 - 0.25 * step), 0))
            moved = ring.translate(place)
            if float((moved ^ solid).volume()) > 0.15 * wide * wide * thick:
                return value.with_mesh(to_mesh((solid + moved) - bolt.translate(place), mesh))
        raise InputError("The loop finds no hold on the object.", "Make the ring wider or thicker.")


def _top(vertices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the middle of the highest part."""
    high, extent = float(vertices[:, 1].max()), float(np.ptp(vertices[:, 1]))
    near = vertices[vertices[:, 1] >= high - _TOP_SHARE * extent]
    peak = vertices[int(vertices[:, 1].argmax())]
    # Of two equal ears, one: the middle between them is air.
    near = near[np.linalg.norm(near - peak, axis=1) < 0.15 * extent]
    middle = near.mean(0)
    middle[1] = high
    return middle


def _disc(radius: float, thick: float) -> Any:
    import manifold3d

    return manifold3d.Manifold.cylinder(thick, radius, circular_segments=_SEGMENTS, center=True)


def _ring(inner: float, outer: float, thick: float) -> Any:
    return _disc(outer, thick) - _disc(inner, thick * 1.1)


OPS = (KeyringLoop,)
