"""Write a body as USD: a skinned mesh, its skeleton and its pose or clip in the UsdSkel schema.

Metres, y up, the person stands on y = 0. Vertices are those of `Body.skin` in their order, four bones a
vertex. Names of joints that USD does not accept in paths (Mixamo's colon) get underscores there; the
skeleton's `jointNames` keep them as they are.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_body.export.glb import CLAY, EYE, eye_vertices
from sam_body.export.painted import encoded
from sam_body.motion import Motion
from sam_body.texture.paint import Paint
from sam_body.types import Body, Rig
from sam_body.video.types import Take
from shared import usd
from shared.exporting import Exporter
from shared.mesh import Mesh

Array = NDArray[np.float64]

_ROOT = "/body"
_PACKED = "texture.jpg"


def write_layer(body: Body, path: Path) -> None:
    """Write one binary layer (.usdc) in which the body stands in the fitted pose.

    The pose is the animation's value and also its only time sample, for readers that take samples only. A
    painted body's texture is written beside, as JPEG of the same name.

    Args:
        body: The person.
        path: File to write.
    """
    _write_layer(_still(body, f"{path.stem}.jpg"), body, path)


def write_package(body: Body, path: Path) -> None:
    """Write the layer of `write_layer` as a package (.usdz) for Quick Look.

    Args:
        body: The person.
        path: File to write.
    """
    usd.write_package(_still(body, _PACKED), path, _textures(body))


def write_motion_layer(motion: Motion, path: Path) -> None:
    """Write one binary layer (.usdc) with a time code for every frame of a clip, from 0.

    Args:
        motion: The person and the clip.
        path: File to write.
    """
    _write_layer(_moving(motion, f"{path.stem}.jpg"), motion.body, path)


def write_motion_package(motion: Motion, path: Path) -> None:
    """Write the layer of `write_motion_layer` as a package (.usdz) for Quick Look.

    Args:
        motion: The person and the clip.
        path: File to write.
    """
    usd.write_package(_moving(motion, _PACKED), path, _textures(motion.body))


def _write_layer(stage: Any, body: Body, path: Path) -> None:
    usd.write_layer(stage, path)
    for data in _textures(body).values():
        path.with_suffix(".jpg").write_bytes(data)


def _textures(body: Body) -> dict[str, bytes]:
    return {} if body.paint is None else {_PACKED: encoded(body.paint.texture, "jpeg")}


def _still(body: Body, picture: str) -> Any:
    stage = usd.new_stage()
    stage.SetStartTimeCode(0)
    stage.SetEndTimeCode(0)
    root, clip = _add_body(stage, body, "pose", picture)
    for time in (None, 0):
        _key(clip, body, time)
        _bound(root, time)
    return stage


def _moving(motion: Motion, picture: str) -> Any:
    motion = motion.evenly()
    stage = usd.new_stage(frames_per_s=1 / motion.frame_s)
    count = len(motion.rotations)
    stage.SetStartTimeCode(0)
    stage.SetEndTimeCode(count - 1)
    root, clip = _add_body(stage, motion.body, usd.identifiers((motion.name,))[0], picture)
    for frame in range(count):
        _key(clip, motion.at(frame), frame)
        _bound(root, frame)
    return stage


def _add_body(stage: Any, body: Body, clip_name: str, picture: str) -> tuple[Any, Any]:
    """Define SkelRoot, Skeleton, mesh and an empty SkelAnimation; return root and animation."""
    UsdSkel, Vt = usd.modules("UsdSkel", "Vt")

    root = UsdSkel.Root.Define(stage, _ROOT)
    stage.SetDefaultPrim(root.GetPrim())
    joints = Vt.TokenArray(_joint_paths(body.rig))
    skeleton = UsdSkel.Skeleton.Define(stage, f"{_ROOT}/skeleton")
    skeleton.CreateJointsAttr(joints)
    skeleton.CreateJointNamesAttr(Vt.TokenArray(list(body.rig.bones)))
    rest = _frames(body.rig.axes, body.rig.heads)
    skeleton.CreateBindTransformsAttr(Vt.Matrix4dArray.FromNumpy(_by_rows(rest)))
    skeleton.CreateRestTransformsAttr(Vt.Matrix4dArray.FromNumpy(_by_rows(_local(rest, body.rig))))
    clip = UsdSkel.Animation.Define(stage, f"{_ROOT}/skeleton/{clip_name}")
    clip.CreateJointsAttr(joints)
    held = UsdSkel.BindingAPI.Apply(skeleton.GetPrim())
    held.CreateAnimationSourceRel().SetTargets([clip.GetPath()])
    mesh = _add_skin(stage, body, skeleton)
    if body.paint is None:
        _color(stage, body, mesh)
    else:
        _paint(stage, body.paint, mesh, picture)
    return root, clip


def _add_skin(stage: Any, body: Body, skeleton: Any) -> Any:
    Gf, UsdSkel, Vt = usd.modules("Gf", "UsdSkel", "Vt")

    skin = body.skin
    mesh = usd.add_mesh(stage, f"{_ROOT}/surface", Mesh(skin.vertices, skin.faces), skin.vertices)
    bound = UsdSkel.BindingAPI.Apply(mesh.GetPrim())
    bound.CreateSkeletonRel().SetTargets([skeleton.GetPath()])
    bound.CreateGeomBindTransformAttr(Gf.Matrix4d(1))
    bones = bound.CreateJointIndicesPrimvar(constant=False, elementSize=skin.joints.shape[1])
    bones.Set(Vt.IntArray.FromNumpy(skin.joints.astype(np.int32).ravel()))
    shares = bound.CreateJointWeightsPrimvar(constant=False, elementSize=skin.joints.shape[1])
    shares.Set(Vt.FloatArray.FromNumpy(skin.weights.ravel()))
    return mesh


def _paint(stage: Any, paint: Paint, mesh: Any, picture: str) -> None:
    """Give the mesh texture coordinates by corner, and the material that looks them up."""
    Sdf, UsdGeom, Vt = usd.modules("Sdf", "UsdGeom", "Vt")
    kind = Sdf.ValueTypeNames.TexCoord2fArray
    corners = UsdGeom.PrimvarsAPI(mesh).CreatePrimvar("st", kind, UsdGeom.Tokens.faceVarying)
    corners.Set(Vt.Vec2fArray.FromNumpy(paint.uv.astype(np.float32)))
    corners.SetIndices(Vt.IntArray.FromNumpy(paint.corners.astype(np.int32).ravel()))
    usd.bind(mesh.GetPrim(), usd.add_material(stage, f"{_ROOT}/materials/photo", texture=picture))
    UsdGeom.Scope.Define(stage, f"{_ROOT}/materials")


def _color(stage: Any, body: Body, mesh: Any) -> None:
    """Give skin and eyes a plain colour each."""
    UsdGeom, UsdShade, Vt = usd.modules("UsdGeom", "UsdShade", "Vt")
    skin = body.skin
    eyes = eye_vertices(body)[skin.faces].all(axis=1)
    for name, color, chosen in (("skin", CLAY, ~eyes), ("eyes", EYE, eyes)):
        if chosen.any():
            rows = Vt.IntArray.FromNumpy(np.flatnonzero(chosen).astype(np.int32))
            material = usd.add_material(stage, f"{_ROOT}/materials/{name}", color=color, roughness=0.75)
            subset = UsdShade.MaterialBindingAPI(mesh).CreateMaterialBindSubset(name, rows)
            usd.bind(subset.GetPrim(), material)
    UsdGeom.Scope.Define(stage, f"{_ROOT}/materials")


def _joint_paths(rig: Rig) -> list[str]:
    """Return J paths from the root down: "root/pelvis/spine_01"."""
    words, paths = usd.identifiers(rig.bones), []
    for word, parent in zip(words, rig.parents, strict=True):
        paths.append(word if parent < 0 else f"{paths[parent]}/{word}")
    return paths


def _frames(turns: Array, places: Array) -> Array:
    """(J, 4, 4) from turns (J, 3, 3) and places (J, 3)."""
    frames = np.tile(np.eye(4), (len(turns), 1, 1))
    frames[:, :3, :3], frames[:, :3, 3] = turns, places
    return frames


def _local(frames: Array, rig: Rig) -> Array:
    """(J, 4, 4) frames relative to those of their parents."""
    above = np.where((rig.parents < 0)[:, None, None], np.eye(4), frames[rig.parents])
    return np.linalg.inv(above) @ frames


def _by_rows(frames: Array) -> Array:
    """USD multiplies points from the left, as rows."""
    return np.ascontiguousarray(frames.transpose(0, 2, 1))


def _key(clip: Any, body: Body, time: int | None) -> None:
    """Set the animation's values at a time code; None: at all times."""
    (Vt,) = usd.modules("Vt")
    from scipy.spatial.transform import Rotation

    code = _code(time)
    local = _local(_frames(body.turns() @ body.rig.axes, body.posed_joints()), body.rig)
    turns = Rotation.from_matrix(local[:, :3, :3]).as_quat().astype(np.float32)
    clip.CreateTranslationsAttr().Set(
        Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(local[:, :3, 3], np.float32)), code
    )
    clip.CreateRotationsAttr().Set(Vt.QuatfArray.FromNumpy(turns), code)
    clip.CreateScalesAttr().Set(Vt.Vec3hArray.FromNumpy(np.ones((len(turns), 3), np.float16)), code)


def _bound(root: Any, time: int | None) -> None:
    """Say how much room the skinned body takes, which readers cannot know from the rest pose."""
    (UsdGeom,) = usd.modules("UsdGeom")

    code = _code(time)
    root.CreateExtentAttr().Set(UsdGeom.Boundable.ComputeExtentFromPlugins(root, code), code)


def _code(time: int | None) -> Any:
    (Usd,) = usd.modules("Usd")

    return Usd.TimeCode.Default() if time is None else Usd.TimeCode(time)


def write_take_layer(take: Take, path: Path) -> None:
    """Write one person of a video as `write_motion_layer` does.

    Args:
        take: The person.
        path: File to write.
    """
    write_motion_layer(take.motion, path)


def write_take_package(take: Take, path: Path) -> None:
    """Write one person of a video as `write_motion_package` does.

    Args:
        take: The person.
        path: File to write.
    """
    write_motion_package(take.motion, path)


def _layer(kind: type, write: Callable[..., None], title: str) -> Exporter:
    return Exporter(kind, ".usdc", write, title, companions=True, missing=usd.missing_usd)


def _package(kind: type, write: Callable[..., None], title: str) -> Exporter:
    return Exporter(kind, ".usdz", write, title, missing=usd.missing_usd)


EXPORTERS = (
    _layer(Body, write_layer, "USD with UsdSkel"),
    _layer(Motion, write_motion_layer, "Animated USD"),
    _layer(Take, write_take_layer, "Animated USD"),
    _package(Body, write_package, "USDZ with UsdSkel (Quick Look)"),
    _package(Motion, write_motion_package, "Animated USDZ (Quick Look)"),
    _package(Take, write_take_package, "Animated USDZ (Quick Look)"),
)
