import json
import struct

import numpy as np
import pytest

from shared.gltf import GlbWriter
from tests.oracles.gltf import validate


def parts(data):
    magic, version, length = struct.unpack("<4sII", data[:12])
    assert (magic, version, length) == (b"glTF", 2, len(data))
    size, kind = struct.unpack("<I4s", data[12:20])
    assert kind == b"JSON" and size % 4 == 0
    document = json.loads(data[20 : 20 + size])
    rest = data[20 + size :]
    return document, rest[8:] if rest else b""


def triangle():
    glb = GlbWriter()
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 2, 0]], np.float32)
    attributes = {"POSITION": glb.accessor(points, kind="VEC3", target="vertex", bounds=True)}
    indices = glb.accessor(np.array([0, 1, 2], np.uint16), kind="SCALAR", target="index")
    part = {"attributes": attributes, "indices": indices, "material": glb.material()}
    node = glb.append("nodes", {"mesh": glb.append("meshes", {"primitives": [part]})})
    glb.document["scene"] = glb.append("scenes", {"nodes": [node]})
    return glb


def test_arrays_come_back_from_their_views():
    glb = triangle()
    matrix = np.arange(32, dtype=np.float32).reshape(2, 4, 4)
    glb.accessor(matrix, kind="MAT4")
    document, binary = parts(glb.to_bytes())
    views = document["bufferViews"]
    assert all(view["byteOffset"] % 4 == 0 for view in views)
    last = views[-1]
    stored = np.frombuffer(binary, np.float32, 32, last["byteOffset"]).reshape(2, 4, 4)
    assert (stored.transpose(0, 2, 1) == matrix).all()  # columns first in the file
    position = document["accessors"][0]
    assert (position["min"], position["max"], position["count"]) == ([0, 0, 0], [1, 2, 0], 3)
    assert document["buffers"][0]["byteLength"] <= len(binary)


@pytest.mark.parametrize(
    ("array", "kind", "target"),
    [
        (np.zeros((3, 3)), "VEC3", None),  # float64 is not in glTF
        (np.zeros((3, 2), np.float32), "VEC3", None),
        (np.zeros((0, 3), np.float32), "VEC3", None),
        (np.zeros((3, 3), np.uint8), "VEC3", "vertex"),  # rows of 3 bytes
    ],
)
def test_what_would_make_an_unreadable_file_is_refused(array, kind, target):
    with pytest.raises(ValueError):
        GlbWriter().accessor(array, kind=kind, target=target)


def test_nan_does_not_get_into_the_json():
    glb = GlbWriter()
    glb.append("nodes", {"translation": [float("nan"), 0, 0]})
    with pytest.raises(ValueError):
        glb.to_bytes()


@pytest.mark.oracle
def test_the_khronos_validator_accepts_a_triangle(tmp_path):
    (tmp_path / "a.glb").write_bytes(triangle().to_bytes())
    (verdict,) = validate(tmp_path / "a.glb")
    assert (verdict.errors, verdict.warnings, verdict.infos) == (0, 0, 0), verdict.lines


@pytest.mark.oracle
def test_the_oracle_does_find_faults(tmp_path):
    glb = triangle()
    glb.document["accessors"][0]["max"] = [9, 9, 9]
    (tmp_path / "a.glb").write_bytes(glb.to_bytes())
    assert validate(tmp_path / "a.glb")[0].errors > 0
