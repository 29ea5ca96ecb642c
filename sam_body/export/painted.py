"""The surface of a painted body as files want it: one texture coordinate a vertex, and an encoded picture."""

import io
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sam_body.types import Body


@dataclass(frozen=True, eq=False)
class Unfolded:
    """Vertices copied at the seams of the texture.

    Args:
        vertex: (V',) the skin's vertex behind each; the first V are the skin's own in their order.
        uv: (V', 2) float64, origin at the lower left.
        faces: (F, 3) in the order of the skin's.
    """

    vertex: NDArray[np.int64]
    uv: NDArray[np.float64]
    faces: NDArray[np.int64]


def unfolded(body: Body) -> Unfolded | None:
    """Return the surface with one texture coordinate a vertex; None for a body of clay."""
    if body.paint is None:
        return None
    pairs, faces = body.paint.unfolded(body.skin.faces, len(body.skin.vertices))
    return Unfolded(pairs[:, 0], body.paint.uv[pairs[:, 1]], faces)


def encoded(texture: NDArray[np.uint8], kind: Literal["png", "jpeg"]) -> bytes:
    """Return a texture as the bytes of a picture file.

    Args:
        texture: (h, w, 3) uint8 sRGB.
        kind: PNG keeps every colour, JPEG (quality 92) is a quarter of its size.
    """
    from PIL import Image as Picture

    stream = io.BytesIO()
    options = {"quality": 92, "subsampling": 0} if kind == "jpeg" else {"optimize": True}
    Picture.fromarray(texture).save(stream, format=kind.upper(), **options)
    return stream.getvalue()
