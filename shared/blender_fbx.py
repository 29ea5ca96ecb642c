"""Runs inside Blender: `blender --background --python blender_fbx.py -- IN.glb OUT.fbx FRAMES_PER_S`.

Nothing of the suite can be imported here, and the suite never imports this file.
"""

import sys

import bpy  # pyright: ignore[reportMissingImports]


def convert(glb: str, fbx: str, frames_per_s: float) -> None:
    """Read a GLB into an empty scene and write all of it as FBX: y up, bones along y, pictures inside."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    render = bpy.context.scene.render
    render.fps = max(1, round(frames_per_s))
    render.fps_base = render.fps / frames_per_s
    wanted = {"bone_heuristic": "BLENDER", "disable_bone_shape": True}
    known = bpy.ops.import_scene.gltf.get_rna_type().properties.keys()
    bpy.ops.import_scene.gltf(filepath=glb, **{k: v for k, v in wanted.items() if k in known})
    bpy.ops.export_scene.fbx(
        filepath=fbx,
        object_types={"EMPTY", "ARMATURE", "MESH"},
        apply_scale_options="FBX_SCALE_ALL",
        add_leaf_bones=False,
        primary_bone_axis="Y",
        secondary_bone_axis="X",
        bake_anim_use_nla_strips=False,
        bake_anim_simplify_factor=0.0,
        path_mode="COPY",
        embed_textures=True,
    )


convert(sys.argv[-3], sys.argv[-2], float(sys.argv[-1]))
