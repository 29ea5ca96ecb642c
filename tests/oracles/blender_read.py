"""Runs inside Blender: `... -- FILE OUT.json FRAMES`: what Blender makes of a file, y up again."""

import json
import sys
from pathlib import Path

import bpy  # pyright: ignore[reportMissingImports]


def opened(path: str) -> None:
    """Import a file into an empty scene, as its kind wants it; lengths become metres."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.render.fps = 30
    readers = {
        ".glb": lambda: bpy.ops.import_scene.gltf(filepath=path, disable_bone_shape=True),
        ".fbx": lambda: bpy.ops.import_scene.fbx(filepath=path),
        ".bvh": lambda: bpy.ops.import_anim.bvh(filepath=path, global_scale=0.01),
        ".stl": lambda: bpy.ops.wm.stl_import(filepath=path, global_scale=0.001),
        ".obj": lambda: bpy.ops.wm.obj_import(filepath=path),
        ".ply": lambda: bpy.ops.wm.ply_import(filepath=path, forward_axis="NEGATIVE_Z", up_axis="Y"),
        ".usdc": lambda: bpy.ops.wm.usd_import(filepath=path),
        ".usdz": lambda: bpy.ops.wm.usd_import(filepath=path),
    }
    readers[Path(path).suffix]()


def y_up(place) -> list[float]:
    """Turn a place of Blender's z-up world."""
    return [place[0], place[2], -place[1]]


def told(frame: int) -> dict:
    """Return all meshes' evaluated vertices and all bones' heads at a frame."""
    bpy.context.scene.frame_set(frame)
    graph = bpy.context.evaluated_depsgraph_get()
    meshes, bones = {}, {}
    for thing in bpy.context.scene.objects:
        if thing.type == "MESH":
            made = thing.evaluated_get(graph)
            meshes[thing.name] = [y_up(made.matrix_world @ v.co) for v in made.to_mesh().vertices]
        elif thing.type == "ARMATURE":
            for bone in thing.pose.bones:
                bones[bone.name] = y_up(thing.matrix_world @ bone.head)
    return {"meshes": meshes, "bones": bones}


def colors() -> dict[str, list[list[int]]]:
    """Return for each vertex of the meshes that have a picture what it shows there, sRGB."""
    found = {}
    for thing in (one for one in bpy.context.scene.objects if one.type == "MESH" and one.data.uv_layers):
        nodes = [node for slot in thing.material_slots for node in slot.material.node_tree.nodes]
        pictures = [node.image for node in nodes if node.type == "TEX_IMAGE" and node.image]
        if not pictures:
            continue
        (width, height), flat = pictures[0].size, list(pictures[0].pixels)
        shown = [[0, 0, 0]] * len(thing.data.vertices)
        for loop, uv in zip(thing.data.loops, thing.data.uv_layers[0].data, strict=True):
            column, row = (
                min(int(at * size), size - 1) for at, size in zip(uv.uv, (width, height), strict=True)
            )
            start = 4 * (row * width + column)
            shown[loop.vertex_index] = [round(255 * value) for value in flat[start : start + 3]]
        found[thing.name] = shown
    return found


opened(sys.argv[-3])
asked = [int(n) for n in sys.argv[-1].split(",")]
answer = {"frames": [told(frame) for frame in asked], "colors": colors()}
Path(sys.argv[-2]).write_text(json.dumps(answer), "utf8")
