"""Keep texture and clothes in a body's own files, so that one that is read back looks as it did."""

import base64
import io
import zlib
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_body.clothing.drape import widened
from sam_body.export.painted import encoded
from sam_body.texture.atlas import coordinates
from sam_body.texture.paint import Paint
from sam_body.types import Body

STEP_M = 1e-5
"""Clothes are kept to this."""
MOST_PX = 8192
"""Largest texture that is read back."""


def looks_json(body: Body) -> dict[str, Any]:
    """Return what a body's JSON says of its looks: nothing of a bare body of clay, else the entry `looks`.

    `texture` is a JPEG and `clothes` is zlib's of little-endian 16-bit integers, one a vertex, in steps of
    `step_m`; both as base64.

    Args:
        body: Of the shipped body's mesh, or of clay.
    """
    told: dict[str, Any] = {}
    if body.clothes_m is not None:
        steps = np.round(body.clothes_m / STEP_M).astype("<i2")
        told["clothes"] = {"step_m": STEP_M, "zlib_int16": _text(zlib.compress(steps.tobytes(), 9))}
    if body.paint is not None:
        paint = body.paint
        told["texture"] = {
            "seen": round(paint.seen, 4),
            "mirrored": round(paint.mirrored, 4),
            "face_blurred": paint.face_blurred,
            "jpeg": _text(encoded(paint.texture, "jpeg")),
        }
    return {"looks": told} if told else {}


def looks_arrays(body: Body) -> dict[str, Any]:
    """Return a body's looks: `clothes_m` (V,), `texture` (h, w, 3) uint8, `uv` (U, 2), `uv_faces` (F, 3)."""
    found: dict[str, Any] = {} if body.clothes_m is None else {"clothes_m": body.clothes_m}
    if body.paint is not None:
        found |= {"texture": body.paint.texture, "uv": body.paint.uv}
        found["uv_faces"] = body.paint.corners.astype(np.int32)
    return found


def with_kept_looks(body: Body, told: dict[str, Any]) -> Body:
    """Return a body with the looks that its JSON tells.

    Args:
        body: Bare, of clay, with the model's own rest pose.
        told: The entry `looks`; may be empty.

    Raises:
        KeyError: Something is missing in an entry.
        ValueError: Something cannot be read.
    """
    if "clothes" in told:
        kept = told["clothes"]
        body = widened(body, _steps(kept["zlib_int16"], len(body.skin.vertices)) * float(kept["step_m"]))
    if "texture" in told:
        kept = told["texture"]
        uv, corners = coordinates()
        shares = float(kept["seen"]), float(kept["mirrored"])
        body = replace(
            body, paint=Paint(_picture(kept["jpeg"]), uv, corners, *shares, bool(kept["face_blurred"]))
        )
    return body


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _steps(text: str, count: int) -> NDArray[np.float64]:
    try:
        steps = np.frombuffer(zlib.decompress(base64.b64decode(text, validate=True)), "<i2")
    except zlib.error as error:
        raise ValueError(f"the clothes: {error}") from error
    if len(steps) != count:
        raise ValueError(f"the clothes: {len(steps)} numbers for {count} vertices")
    return steps.astype(np.float64)


def _picture(text: str) -> NDArray[np.uint8]:
    from PIL import Image as Picture

    try:
        with Picture.open(io.BytesIO(base64.b64decode(text, validate=True)), formats=("JPEG",)) as picture:
            if max(picture.size) > MOST_PX:
                raise ValueError(f"the texture: {max(picture.size)} pixels wide")
            return np.asarray(picture.convert("RGB"))
    except OSError as error:
        raise ValueError(f"the texture: {error}") from error
