"""Pack arrays and JSON into one binary glTF 2.0 file (GLB): the low level under every GLB exporter."""

from __future__ import annotations

import json
import struct
from typing import Any, Literal

import numpy as np

__all__ = ["GlbWriter"]

_COMPONENT = {"int8": 5120, "uint8": 5121, "int16": 5122, "uint16": 5123, "uint32": 5125, "float32": 5126}
_WIDTH = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_TARGET = {"vertex": 34962, "index": 34963}
_MAGIC, _JSON_CHUNK, _BIN_CHUNK = 0x46546C67, 0x4E4F534A, 0x004E4942

Kind = Literal["SCALAR", "VEC2", "VEC3", "VEC4", "MAT4"]


class GlbWriter:
    """Collect the parts of one glTF asset, then give its bytes.

    Every part is appended to a section of the glTF JSON ("nodes", "meshes", "skins", …) and named by its
    index there, as glTF does. Arrays go through `accessor`, pictures through `image`. Only what would make an
    unreadable file is refused; the exporters' tests run the Khronos validator.
    """

    def __init__(self, *, generator: str = "Segment Studio") -> None:
        self.document: dict[str, Any] = {"asset": {"version": "2.0", "generator": generator}}
        self._buffer = bytearray()

    def append(self, section: str, item: dict[str, Any]) -> int:
        """Append ``item`` to a section of the document and return its index there."""
        items = self.document.setdefault(section, [])
        items.append(item)
        return len(items) - 1

    def accessor(
        self,
        array: np.ndarray,
        *,
        kind: Kind,
        target: Literal["vertex", "index"] | None = None,
        normalized: bool = False,
        bounds: bool = False,
    ) -> int:
        """Store an array and return the index of its accessor.

        Args:
            array: (N,) or (N, width) of float32 or an integer type that glTF knows; MAT4 as (N, 4, 4) in the
                usual row-by-column reading (glTF stores columns first; they are turned here).
            kind: glTF's element type; its width must fit the array.
            target: "vertex" for attributes, "index" for triangle indices, None otherwise (skins, clips).
            normalized: integers stand for [0, 1] or [-1, 1].
            bounds: write min and max, which glTF asks for on POSITION and on animation times.

        Raises:
            ValueError: Unsupported dtype, a shape that does not fit, or vertex rows not of 4·n bytes.
        """
        values = np.asarray(array)
        if kind == "MAT4" and values.ndim == 3:
            values = values.transpose(0, 2, 1)
        width = _WIDTH[kind]
        values = np.ascontiguousarray(values).reshape(len(values), -1)
        if values.dtype.name not in _COMPONENT or values.shape[1] != width or not len(values):
            raise ValueError(
                f"A {kind} accessor needs (N, {width}) values, N > 0, got {array.shape} {array.dtype}."
            )
        if target == "vertex" and (values.itemsize * width) % 4:
            raise ValueError(
                f"Vertex attributes need rows of 4·n bytes, got {values.itemsize * width}: pad the row."
            )
        item: dict[str, Any] = {
            "bufferView": self._view(values.tobytes(), target),
            "componentType": _COMPONENT[values.dtype.name],
            "count": len(values),
            "type": kind,
        }
        if normalized:
            item["normalized"] = True
        if bounds:
            item["min"], item["max"] = values.min(0).tolist(), values.max(0).tolist()
        return self.append("accessors", item)

    def image(self, data: bytes, *, mime_type: Literal["image/png", "image/jpeg"] = "image/png") -> int:
        """Embed an encoded picture and return the index of its glTF image."""
        return self.append("images", {"bufferView": self._view(data, None), "mimeType": mime_type})

    def material(
        self,
        *,
        image: int | None = None,
        roughness: float = 0.9,
        metallic: float = 0.0,
        name: str = "surface",
    ) -> int:
        """Append a metallic-roughness material, textured when ``image`` is given, and return its index."""
        pbr: dict[str, Any] = {"metallicFactor": metallic, "roughnessFactor": roughness}
        if image is not None:
            # 9729 linear, 9987 linear with mipmaps, 33071 clamp to edge (glTF 2.0, sampler enumerations).
            sampler = self.append(
                "samplers", {"magFilter": 9729, "minFilter": 9987, "wrapS": 33071, "wrapT": 33071}
            )
            pbr["baseColorTexture"] = {
                "index": self.append("textures", {"source": image, "sampler": sampler})
            }
        return self.append("materials", {"name": name, "pbrMetallicRoughness": pbr})

    def to_bytes(self) -> bytes:
        """Return the finished file: 12-byte header, JSON chunk, binary chunk, each padded to 4 bytes."""
        document = dict(self.document)
        if self._buffer:
            document["buffers"] = [{"byteLength": len(self._buffer)}]
        text = json.dumps(document, separators=(",", ":"), allow_nan=False).encode()
        chunks = [(_JSON_CHUNK, text + b" " * (-len(text) % 4))]
        if self._buffer:
            chunks.append((_BIN_CHUNK, bytes(self._buffer) + bytes(-len(self._buffer) % 4)))
        body = b"".join(struct.pack("<II", len(data), kind) + data for kind, data in chunks)
        return struct.pack("<III", _MAGIC, 2, 12 + len(body)) + body

    def _view(self, data: bytes, target: Literal["vertex", "index"] | None) -> int:
        self._buffer.extend(bytes(-len(self._buffer) % 4))
        view: dict[str, Any] = {"buffer": 0, "byteOffset": len(self._buffer), "byteLength": len(data)}
        if target is not None:
            view["target"] = _TARGET[target]
        self._buffer.extend(data)
        return self.append("bufferViews", view)
