import io
import json
import struct
from dataclasses import replace

import numpy as np
import pytest
import trimesh
from PIL import Image

from sam_3d.export.glb import png, write
from sam_3d.ops.stand import BasePlate
from tests.oracles.gltf import validate
from tests.oracles.three_js import meshes
from tests.sam_3d.export.readers import is_solid, read


def test_metres_y_up_standing_on_the_floor(lifted, tmp_path):
    write(lifted, tmp_path / "a.glb", height_mm=80)
    mesh = read(tmp_path / "a.glb")
    assert is_solid(mesh)
    assert mesh.extents[1] == pytest.approx(0.08, rel=1e-5)
    assert mesh.bounds[0, 1] == pytest.approx(0, abs=1e-7)


def test_another_reader_sees_the_same_texture_at_the_same_corners(lifted, tmp_path):
    write(lifted, tmp_path / "a.glb")
    mesh = trimesh.load(tmp_path / "a.glb", force="mesh", process=False)
    assert np.allclose(mesh.visual.uv, lifted.mesh.uv, atol=1e-6)
    assert (np.asarray(mesh.visual.material.baseColorTexture.convert("RGB")) == lifted.mesh.texture).all()
    assert (mesh.faces == lifted.mesh.faces).all()


def test_a_mesh_with_colours_keeps_them_in_linear_light(lifted, tmp_path):
    colors = np.full((len(lifted.mesh.vertices), 3), (188, 0, 255), np.uint8)
    plain = lifted.with_mesh(replace(lifted.mesh, uv=None, texture=None, colors=colors))
    write(plain, tmp_path / "a.glb")
    data = (tmp_path / "a.glb").read_bytes()
    size = struct.unpack("<I", data[12:16])[0]
    document = json.loads(data[20 : 20 + size])
    accessor = document["accessors"][document["meshes"][0]["primitives"][0]["attributes"]["COLOR_0"]]
    start = 28 + size + document["bufferViews"][accessor["bufferView"]]["byteOffset"]
    found = np.frombuffer(data, "<u2", 4, start) / 65535
    assert found == pytest.approx([0.503, 0, 1, 1], abs=1e-3)  # sRGB 188 is half of the light
    assert (
        accessor["normalized"] and "baseColorTexture" not in document["materials"][0]["pbrMetallicRoughness"]
    )


def test_png_is_lossless(lifted):
    assert (np.asarray(Image.open(io.BytesIO(png(lifted.mesh.texture)))) == lifted.mesh.texture).all()


@pytest.mark.oracle
def test_three_js_reads_the_same_surface(lifted, tmp_path):
    write(lifted, tmp_path / "a.glb", height_mm=80)
    (found,) = meshes(tmp_path / "a.glb")
    ours = read(tmp_path / "a.glb")
    points = np.array(found["vertices"])
    assert found["faces"] == len(lifted.mesh.faces) and len(points) == len(lifted.mesh.vertices)
    assert np.array([points.min(0), points.max(0)]) == pytest.approx(ours.bounds, abs=1e-6)
    assert found["uv"] and found["map"]


@pytest.mark.oracle
def test_the_khronos_validator_finds_nothing_wrong(lifted, tmp_path):
    mesh = lifted.mesh
    bare = replace(mesh, uv=None, texture=None)
    colored = replace(bare, colors=np.full((len(mesh.vertices), 3), 90, np.uint8))
    objects = [lifted, BasePlate()(lifted), lifted.with_mesh(bare), lifted.with_mesh(colored)]
    paths = [tmp_path / f"{i}.glb" for i in range(len(objects))]
    for result, path in zip(objects, paths, strict=True):
        write(result, path)
    for verdict in validate(*paths):
        assert (verdict.errors, verdict.warnings) == (0, 0), verdict.lines
