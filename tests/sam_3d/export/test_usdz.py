import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from sam_3d.export.usdz import write, write_scene
from tests.contracts.samples import scene
from tests.oracles.usd import complaints, opened

pytest.importorskip("pxr")


def test_metres_y_up_standing_on_the_floor(lifted, tmp_path):
    from pxr import Usd, UsdGeom

    write(lifted, tmp_path / "a.usdz", height_mm=80)
    stage = opened(tmp_path / "a.usdz")
    assert UsdGeom.GetStageMetersPerUnit(stage) == 1 and UsdGeom.GetStageUpAxis(stage) == "Y"
    room = UsdGeom.BBoxCache(Usd.TimeCode.Default(), ["default"]).ComputeWorldBound(stage.GetDefaultPrim())
    low, high = np.array(room.ComputeAlignedRange().GetMin()), np.array(room.ComputeAlignedRange().GetMax())
    assert high[1] - low[1] == pytest.approx(0.08, rel=1e-5) and low[1] == pytest.approx(0, abs=1e-7)


def test_the_texture_is_inside_and_found_from_the_material(lifted, tmp_path):
    from pxr import UsdGeom, UsdShade

    write(lifted, tmp_path / "a.usdz")
    stage = opened(tmp_path / "a.usdz")
    mesh = UsdGeom.Mesh(stage.GetPrimAtPath("/object/surface"))
    assert (np.array(mesh.GetFaceVertexIndicesAttr().Get()).reshape(-1, 3) == lifted.mesh.faces).all()
    st = np.array(UsdGeom.PrimvarsAPI(mesh).GetPrimvar("st").Get())
    assert np.allclose(st, lifted.mesh.uv, atol=1e-6)
    material, _ = UsdShade.MaterialBindingAPI(mesh).ComputeBoundMaterial()
    surface, *_ = material.ComputeSurfaceSource()
    (source,), _ = surface.GetInput("diffuseColor").GetConnectedSources()
    texture = UsdShade.Shader(source.source).GetInput("file").Get()
    assert texture.resolvedPath.endswith("a.usdz[texture.png]")
    with zipfile.ZipFile(tmp_path / "a.usdz") as archive:
        assert archive.namelist() == ["scene.usdc", "texture.png"]
        assert all(item.compress_type == zipfile.ZIP_STORED for item in archive.infolist())
        picture = np.asarray(Image.open(io.BytesIO(archive.read("texture.png"))))
    assert (picture == lifted.mesh.texture).all()


def test_colours_are_linear_light(lifted, tmp_path):
    from pxr import UsdGeom

    colors = np.full((len(lifted.mesh.vertices), 3), (188, 0, 255), np.uint8)
    colored = replace(lifted.mesh, uv=None, texture=None, colors=colors)
    write(lifted.with_mesh(colored), tmp_path / "a.usdz")
    stage = opened(tmp_path / "a.usdz")
    mesh = stage.GetPrimAtPath("/object/surface")
    found = np.array(UsdGeom.PrimvarsAPI(mesh).GetPrimvar("displayColor").Get())
    assert found[0] == pytest.approx([0.503, 0, 1], abs=1e-3)
    assert complaints(tmp_path / "a.usdz") == []


def test_things_of_a_scene_stand_where_they_belong(tmp_path):
    from pxr import UsdGeom

    placed = scene()
    write_scene(placed, tmp_path / "s.usdz")
    stage = opened(tmp_path / "s.usdz")
    things = stage.GetDefaultPrim().GetChildren()
    assert [thing.GetDisplayName() for thing in things] == [node.name for node in placed.nodes]
    for thing, mesh in zip(things, placed.in_world(), strict=True):
        surface = UsdGeom.Mesh(thing.GetChild("surface"))
        frame = np.array(UsdGeom.Xformable(surface).ComputeLocalToWorldTransform(0))
        points = np.array(surface.GetPointsAttr().Get(), np.float64) @ frame[:3, :3] + frame[3, :3]
        assert np.abs(points - mesh.vertices).max() < 1e-6
    assert complaints(tmp_path / "s.usdz") == []


def test_validators_have_nothing_to_say_but_would(lifted, tmp_path):
    write(lifted, tmp_path / "a.usdz")
    assert complaints(tmp_path / "a.usdz") == []
    stage = opened(tmp_path / "a.usdz")
    stage.GetRootLayer().Export(str(tmp_path / "loose.usdc"))  # whose texture is now missing
    assert any("texture" in words for words in complaints(tmp_path / "loose.usdc"))
