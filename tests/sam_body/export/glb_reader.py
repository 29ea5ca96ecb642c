"""A second, independent reading of skinned GLB files, straight from the glTF 2.0 text: for tests only."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

_TYPES = {5121: np.uint8, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


class Glb:
    """One file: its JSON, and methods that follow the specification's section 3.7 (skins, animation)."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        magic, version, length = struct.unpack_from("<4sII", data)
        if magic != b"glTF" or version != 2 or length != len(data):
            raise AssertionError("not a GLB 2 file of its stated length")
        size, kind = struct.unpack_from("<I4s", data, 12)
        self.json: dict[str, Any] = json.loads(data[20 : 20 + size])
        self.binary = data[20 + size + 8 :]

    def read(self, index: int) -> np.ndarray:
        accessor = self.json["accessors"][index]
        view = self.json["bufferViews"][accessor["bufferView"]]
        start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
        width = _WIDTHS[accessor["type"]]
        dtype = np.dtype(_TYPES[accessor["componentType"]])
        values = np.frombuffer(self.binary, dtype, accessor["count"] * width, start)
        return values.reshape(accessor["count"], width)

    def matrices(self, *, clip_end: int | None = None) -> dict[int, np.ndarray]:
        """World matrix of every node; with `clip_end` (0 or −1) that key frame of the clip is applied."""
        nodes = [dict(node) for node in self.json["nodes"]]
        if clip_end is not None:
            clip = self.json["animations"][0]
            for channel in clip["channels"]:
                values = self.read(clip["samplers"][channel["sampler"]]["output"])
                nodes[channel["target"]["node"]][channel["target"]["path"]] = values[clip_end].tolist()
        found: dict[int, np.ndarray] = {}

        def visit(index: int, above: np.ndarray) -> None:
            found[index] = above @ _local(nodes[index])
            for child in nodes[index].get("children", ()):
                visit(child, found[index])

        for root in self.json["scenes"][0]["nodes"]:
            visit(root, np.eye(4))
        return found

    def skinned(self, *, clip_end: int | None = None) -> np.ndarray:
        """(V, 3) vertices of the first mesh as the specification skins them."""
        world = self.matrices(clip_end=clip_end)
        skin = self.json["skins"][0]
        inverse = self.read(skin["inverseBindMatrices"]).reshape(-1, 4, 4).transpose(0, 2, 1)
        motion = np.stack([world[j] for j in skin["joints"]]) @ inverse
        attributes = self.json["meshes"][0]["primitives"][0]["attributes"]
        points = self.read(attributes["POSITION"]).astype(np.float64)
        points = np.concatenate([points, np.ones((len(points), 1))], axis=1)
        joints = self.read(attributes["JOINTS_0"]).astype(int)
        weights = self.read(attributes["WEIGHTS_0"]).astype(np.float64)
        return np.einsum("vk,vkab,vb->va", weights, motion[joints], points)[:, :3]

    def bones(self, *, clip_end: int | None = None) -> dict[str, np.ndarray]:
        """Name to world matrix of each joint."""
        world = self.matrices(clip_end=clip_end)
        return {self.json["nodes"][j]["name"]: world[j] for j in self.json["skins"][0]["joints"]}


def _local(node: dict[str, Any]) -> np.ndarray:
    x, y, z, w = node.get("rotation", (0.0, 0.0, 0.0, 1.0))
    matrix = np.eye(4)
    matrix[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    matrix[:3, :3] *= np.array(node.get("scale", (1.0, 1.0, 1.0)))
    matrix[:3, 3] = node.get("translation", (0.0, 0.0, 0.0))
    return matrix
