"""Build Universal Scene Description (USD) stages: the low level under every USD exporter.

Through the optional package usd-core (extra `usd`). Stages are in metres with y up; surfaces carry
UsdPreviewSurface materials, the one material model that all readers of USD share.
"""

import importlib
import importlib.util
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import ExportError
from shared.mesh import Mesh
from shared.normals import vertex_normals
from shared.registry import Missing
from shared.srgb import linear

PACKAGE = "pxr"
"""The name under which usd-core is imported."""

# 2 January 1980, the first day that ZIP can tell everywhere: the same stage gives the same bytes.
_UNDATED = 315_619_200


def missing_usd() -> Missing | None:
    """Say what is missing to write USD; None when it can be written."""
    if importlib.util.find_spec(PACKAGE) is None:
        return Missing("It needs the package usd-core.", "Run `pip install usd-core`.")
    return None


def modules(*names: str) -> tuple[Any, ...]:
    """Import modules of usd-core, which declares no types: ("UsdGeom", "Vt")."""
    return tuple(importlib.import_module(f"pxr.{name}") for name in names)


def new_stage(*, frames_per_s: float | None = None) -> Any:
    """Return an empty `Usd.Stage` in memory: metres, y up.

    Args:
        frames_per_s: What one time code stands for, for stages that move.
    """
    Usd, UsdGeom = modules("Usd", "UsdGeom")

    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    if frames_per_s is not None:
        stage.SetTimeCodesPerSecond(frames_per_s)
        stage.SetFramesPerSecond(frames_per_s)
    return stage


def identifiers(names: tuple[str, ...]) -> list[str]:
    """Return distinct names that USD accepts for prims: ASCII letters, digits, underscores."""
    made: list[str] = []
    for name in names:
        plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in name) or "_"
        plain = f"_{plain}" if plain[0].isdigit() else plain
        number, free = 2, plain
        while free in made:
            number, free = number + 1, f"{plain}_{number}"
        made.append(free)
    return made


def add_mesh(stage: Any, path: str, mesh: Mesh, points: NDArray[np.float64]) -> Any:
    """Define a triangle mesh (`UsdGeom.Mesh`) with normals and, where the mesh has them, st and colours.

    Args:
        stage: A stage.
        path: Of the new prim: "/object/surface".
        mesh: Faces, texture coordinates, colours.
        points: (V, 3) where its vertices stand.
    """
    Sdf, UsdGeom, Vt = modules("Sdf", "UsdGeom", "Vt")

    made = UsdGeom.Mesh.Define(stage, path)
    made.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    placed = Vt.Vec3fArray.FromNumpy(points.astype(np.float32))
    made.CreatePointsAttr(placed)
    made.CreateExtentAttr(UsdGeom.PointBased.ComputeExtent(placed))
    made.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(np.full(len(mesh.faces), 3, np.int32)))
    made.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(mesh.faces.astype(np.int32).ravel()))
    normals = vertex_normals(points, mesh.faces).astype(np.float32)
    made.CreateNormalsAttr(Vt.Vec3fArray.FromNumpy(normals))
    made.SetNormalsInterpolation(UsdGeom.Tokens.vertex)
    values = UsdGeom.PrimvarsAPI(made)
    if mesh.texture is not None and mesh.uv is not None:
        corners = values.CreatePrimvar("st", Sdf.ValueTypeNames.TexCoord2fArray, UsdGeom.Tokens.vertex)
        corners.Set(Vt.Vec2fArray.FromNumpy(mesh.uv.astype(np.float32)))
    elif mesh.colors is not None:
        colors = values.CreatePrimvar("displayColor", Sdf.ValueTypeNames.Color3fArray, UsdGeom.Tokens.vertex)
        light = linear(np.asarray(mesh.colors) / 255)  # as all colours in USD are
        colors.Set(Vt.Vec3fArray.FromNumpy(light.astype(np.float32)))
    return made


def add_material(
    stage: Any,
    path: str,
    *,
    color: tuple[float, ...] | None = None,
    texture: str | None = None,
    vertex_colors: bool = False,
    roughness: float = 0.9,
) -> Any:
    """Define a UsdPreviewSurface material.

    Args:
        stage: A stage.
        path: Of the new prim: "/object/material".
        color: Linear RGB in 0..1 (further numbers are left out), where there is nothing else.
        texture: File name of an sRGB picture that is packed with the stage; the mesh has `st`.
        vertex_colors: Take the mesh's `displayColor`.
        roughness: 0..1.
    """
    Gf, Sdf, UsdShade = modules("Gf", "Sdf", "UsdShade")

    kinds = Sdf.ValueTypeNames
    material = UsdShade.Material.Define(stage, path)
    surface = UsdShade.Shader.Define(stage, f"{path}/surface")
    surface.CreateIdAttr("UsdPreviewSurface")
    surface.CreateInput("roughness", kinds.Float).Set(roughness)
    surface.CreateInput("metallic", kinds.Float).Set(0.0)
    diffuse = surface.CreateInput("diffuseColor", kinds.Color3f)
    material.CreateSurfaceOutput().ConnectToSource(surface.ConnectableAPI(), "surface")
    if texture is not None:
        reader = _reader(stage, f"{path}/st", "UsdPrimvarReader_float2", "st")
        picture = UsdShade.Shader.Define(stage, f"{path}/texture")
        picture.CreateIdAttr("UsdUVTexture")
        picture.CreateInput("file", kinds.Asset).Set(Sdf.AssetPath(f"./{texture}"))
        picture.CreateInput("sourceColorSpace", kinds.Token).Set("sRGB")
        for side in ("wrapS", "wrapT"):
            picture.CreateInput(side, kinds.Token).Set("clamp")
        placed = reader.CreateOutput("result", kinds.Float2)
        picture.CreateInput("st", kinds.Float2).ConnectToSource(placed)
        diffuse.ConnectToSource(picture.CreateOutput("rgb", kinds.Float3))
    elif vertex_colors:
        reader = _reader(stage, f"{path}/color", "UsdPrimvarReader_float3", "displayColor")
        diffuse.ConnectToSource(reader.CreateOutput("result", kinds.Float3))
    elif color is not None:
        diffuse.Set(Gf.Vec3f(*color[:3]))
    return material


def _reader(stage: Any, path: str, kind: str, name: str) -> Any:
    Sdf, UsdShade = modules("Sdf", "UsdShade")

    reader = UsdShade.Shader.Define(stage, path)
    reader.CreateIdAttr(kind)
    reader.CreateInput("varname", Sdf.ValueTypeNames.String).Set(name)
    return reader


def bind(prim: Any, material: Any) -> None:
    """Give a mesh, or a subset of its faces, its material."""
    (UsdShade,) = modules("UsdShade")

    UsdShade.MaterialBindingAPI.Apply(prim).Bind(material)


def surface_material(stage: Any, path: str, mesh: Mesh, texture: str) -> Any:
    """Define the material that a mesh asks for: its texture (under this file name), its colours, or grey."""
    if mesh.texture is not None and mesh.uv is not None:
        return add_material(stage, path, texture=texture)
    if mesh.colors is not None:
        return add_material(stage, path, vertex_colors=True)
    return add_material(stage, path, color=(0.6, 0.6, 0.6))


def write_layer(stage: Any, path: Path) -> None:
    """Write a stage as one binary layer (.usdc).

    Raises:
        ExportError: USD refuses.
    """
    if not stage.GetRootLayer().Export(str(path)):
        raise ExportError(f"USD could not write {path.name}.", "Choose another folder or format.")


def write_package(stage: Any, path: Path, textures: Mapping[str, bytes] | None = None) -> None:
    """Write a stage and its pictures as one package (.usdz), as Quick Look wants it: one layer, first.

    Args:
        stage: A stage.
        path: File to write.
        textures: File name to encoded PNG, as materials name them.

    Raises:
        ExportError: USD refuses.
    """
    (UsdUtils,) = modules("UsdUtils")

    with tempfile.TemporaryDirectory() as folder:
        layer, packed = Path(folder) / "scene.usdc", Path(folder) / "packed.usdz"
        for name, data in (textures or {}).items():
            (Path(folder) / name).write_bytes(data)
        write_layer(stage, layer)
        for part in Path(folder).iterdir():
            os.utime(part, (_UNDATED, _UNDATED))
        if not UsdUtils.CreateNewUsdzPackage(str(layer), str(packed)):
            raise ExportError(f"USD could not pack {path.name}.", "Choose another format.")
        path.write_bytes(packed.read_bytes())
