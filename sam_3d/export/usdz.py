"""USDZ: metres, y up, the texture inside; what Quick Look on iPhones and Vision Pro shows in the room."""

import math
from pathlib import Path

from sam_3d.export.glb import png
from sam_3d.sizing import sized_mm
from sam_3d.types import Reconstruction
from shared import usd
from shared.exporting import Exporter
from shared.scene import Scene


def write(result: Reconstruction, path: Path, *, height_mm: float | None = None) -> None:
    """Write one textured (or vertex-coloured) mesh, standing on y = 0.

    Args:
        result: A lifted object.
        path: Where to write.
        height_mm: Height for meshes without true size; 100 when None.
    """
    (UsdGeom,) = usd.modules("UsdGeom")

    stage, mesh = usd.new_stage(), result.mesh
    root = UsdGeom.Xform.Define(stage, "/object")
    stage.SetDefaultPrim(root.GetPrim())
    surface = usd.add_mesh(stage, "/object/surface", mesh, sized_mm(result, height_mm) / 1000)
    usd.bind(surface.GetPrim(), usd.surface_material(stage, "/object/material", mesh, "texture.png"))
    textures = {} if mesh.texture is None else {"texture.png": png(mesh.texture)}
    usd.write_package(stage, path, textures)


def write_scene(scene: Scene, path: Path) -> None:
    """Write one prim a thing, with its name, place and turn; the ground at y = 0."""
    Gf, UsdGeom = usd.modules("Gf", "UsdGeom")

    stage = usd.new_stage()
    root = UsdGeom.Xform.Define(stage, "/scene")
    stage.SetDefaultPrim(root.GetPrim())
    textures: dict[str, bytes] = {}
    words = usd.identifiers(tuple(node.name for node in scene.nodes))
    for node, word in zip(scene.nodes, words, strict=True):
        thing = UsdGeom.Xform.Define(stage, f"/scene/{word}")
        thing.GetPrim().SetDisplayName(node.name)
        turn = Gf.Rotation(Gf.Vec3d.YAxis(), math.degrees(node.turn_rad))
        thing.AddTransformOp().Set(Gf.Matrix4d(turn, Gf.Vec3d(*node.position)))
        mesh, picture = node.mesh, f"{word}.png"
        surface = usd.add_mesh(stage, f"/scene/{word}/surface", mesh, mesh.vertices)
        material = usd.surface_material(stage, f"/scene/{word}/material", mesh, picture)
        usd.bind(surface.GetPrim(), material)
        if mesh.texture is not None:
            textures[picture] = png(mesh.texture)
    usd.write_package(stage, path, textures)


EXPORTERS = (
    Exporter(Reconstruction, ".usdz", write, "USDZ (Quick Look, AR)", missing=usd.missing_usd),
    Exporter(Scene, ".usdz", write_scene, "USDZ (Quick Look, AR)", missing=usd.missing_usd),
)
