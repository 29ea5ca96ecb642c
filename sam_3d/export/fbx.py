"""FBX, where the user has Blender: metres, y up, the texture inside."""

from pathlib import Path

from sam_3d.export import glb, scene
from sam_3d.types import Reconstruction
from shared.blender import missing_blender, write_fbx
from shared.exporting import Exporter
from shared.scene import Scene


def write(result: Reconstruction, path: Path, *, height_mm: float | None = None) -> None:
    """Let Blender turn the object's GLB into FBX.

    Args:
        result: A lifted object.
        path: Where to write.
        height_mm: Height for meshes without true size; 100 when None.
    """
    write_fbx(lambda draft: glb.write(result, draft, height_mm=height_mm), path)


def write_scene(things: Scene, path: Path) -> None:
    """Let Blender turn the scene's GLB into FBX."""
    write_fbx(lambda draft: scene.write_glb(things, draft), path)


EXPORTERS = (
    Exporter(Reconstruction, ".fbx", write, "FBX (by Blender)", missing=missing_blender),
    Exporter(Scene, ".fbx", write_scene, "FBX (by Blender)", missing=missing_blender),
)
