"""Write a body as a rigged binary glTF: bind pose = rest, nodes in the fitted pose, one clip between."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_body.export.painted import Unfolded, encoded, unfolded
from sam_body.motion import Motion
from sam_body.types import Body
from shared.exporting import Exporter
from shared.gltf import GlbWriter
from shared.normals import vertex_normals

Array = NDArray[np.float64]

CLIP = "rest_to_pose"
CLIP_S = 1.0
CLAY = (0.80, 0.66, 0.56, 1.0)
EYE = (0.93, 0.93, 0.92, 1.0)


def write_glb(body: Body, path: Path) -> None:
    """Write the skinned mesh, its named joints and the clip `rest_to_pose`.

    Metres, y up, the person stands on y = 0. Vertices are those of `Body.skin` in their order; of a painted
    body, copies of those at the texture's seams follow.

    Args:
        body: The person.
        path: File to write.
    """
    writer = GlbWriter()
    _append_body(writer, body)
    rest, pose = _local_turns(body, at_rest=True), _local_turns(body, at_rest=False)
    still, moved = _local_places(body)[body.rig.mover], _moved_place(body)
    clip = _Keys(CLIP, np.array([0, CLIP_S]), np.stack([rest, pose]), np.stack([still, moved]))
    _append_clip(writer, body, clip)
    path.write_bytes(writer.to_bytes())


def write_motion(motion: Motion, path: Path) -> None:
    """Write the skinned mesh at rest and one clip with a key for every frame.

    Args:
        motion: The person and the clip.
        path: File to write.
    """
    writer = GlbWriter()
    frames = [motion.at(frame) for frame in range(len(motion.rotations))]
    _append_body(writer, frames[0])
    turns = np.stack([_local_turns(body, at_rest=False) for body in frames])
    places = np.stack([_moved_place(body) for body in frames])
    _append_clip(writer, motion.body, _Keys(motion.name, motion.times(), turns, places))
    path.write_bytes(writer.to_bytes())


@dataclass(frozen=True)
class _Keys:
    """A clip: (N,) seconds, (N, J, 4) turns of the nodes, (N, 3) places of the mover."""

    name: str
    times: Array
    turns: Array
    places: Array


def _append_body(writer: GlbWriter, body: Body) -> None:
    skin, rig = body.skin, body.rig
    count = len(rig.bones)
    made = unfolded(body)
    rows = slice(None) if made is None else made.vertex
    attributes = {
        "POSITION": writer.accessor(
            skin.vertices[rows].astype(np.float32), kind="VEC3", target="vertex", bounds=True
        ),
        "NORMAL": writer.accessor(_unit_normals(body)[rows], kind="VEC3", target="vertex"),
        "JOINTS_0": writer.accessor(skin.joints[rows], kind="VEC4", target="vertex"),
        "WEIGHTS_0": writer.accessor(skin.weights[rows], kind="VEC4", target="vertex"),
    }
    if made is not None:
        flipped = np.stack([made.uv[:, 0], 1 - made.uv[:, 1]], axis=1)  # glTF's origin is the upper left
        attributes["TEXCOORD_0"] = writer.accessor(flipped.astype(np.float32), kind="VEC2", target="vertex")
    mesh = writer.append(
        "meshes", {"name": "body", "primitives": _primitives(writer, body, attributes, made)}
    )
    for node in _joints(body, _local_places(body), _local_turns(body, at_rest=False)):
        writer.append("nodes", node)
    inverse = writer.accessor(_inverse_binds(body).astype(np.float32), kind="MAT4")
    bound = {"name": rig.name, "inverseBindMatrices": inverse, "joints": list(range(count)), "skeleton": 0}
    held = {"name": "body", "mesh": mesh, "skin": writer.append("skins", bound)}
    surface = writer.append("nodes", held)
    writer.append("scenes", {"nodes": [0, surface]})
    writer.document["scene"] = 0


def _unit_normals(body: Body) -> NDArray[np.float32]:
    normals = vertex_normals(body.skin.vertices, body.skin.faces).astype(np.float32)
    return normals / np.linalg.norm(normals, axis=1, keepdims=True)


def _primitives(
    writer: GlbWriter, body: Body, attributes: dict[str, int], unfolded: Unfolded | None
) -> list[dict[str, Any]]:
    """One primitive for all with a texture; else one for the skin, one for the eyes, on the same vertices."""
    if unfolded is not None and body.paint is not None:
        picture = writer.image(encoded(body.paint.texture, "jpeg"), mime_type="image/jpeg")
        material = writer.material(image=picture, name="photo", roughness=0.9)
        indices = writer.accessor(unfolded.faces.astype(np.uint32).ravel(), kind="SCALAR", target="index")
        return [{"attributes": attributes, "indices": indices, "material": material}]
    eyes = (eye_vertices(body)[body.skin.faces]).all(axis=1)
    made = []
    for name, color, faces in (
        ("skin", CLAY, body.skin.faces[~eyes]),
        ("eyes", EYE, body.skin.faces[eyes]),
    ):
        if not len(faces):
            continue
        material = writer.material(name=name, roughness=0.75)
        writer.document["materials"][material]["pbrMetallicRoughness"]["baseColorFactor"] = list(color)
        indices = writer.accessor(faces.astype(np.uint32).ravel(), kind="SCALAR", target="index")
        made.append({"attributes": attributes, "indices": indices, "material": material})
    return made


def eye_vertices(body: Body) -> NDArray[np.bool_]:
    """Return (V,) bool: the closed parts beside the middle of the face; the one in it is the tongue."""
    eyes = np.zeros(len(body.skin.parts), bool)
    for part in range(1, int(body.skin.parts.max(initial=0)) + 1):
        rows = body.skin.parts == part
        eyes |= rows & (abs(body.skin.vertices[rows, 0].mean()) > 0.01)
    return eyes


def _local_turns(body: Body, *, at_rest: bool) -> Array:
    """(J, 4) quaternions x, y, z, w of the nodes, relative to their parents."""
    from scipy.spatial.transform import Rotation

    rig = body.rig
    above = np.where((rig.parents < 0)[:, None, None], np.eye(3), rig.axes[rig.parents])
    turned = rig.axes if at_rest else rig.axes @ body.pose.rotations
    return Rotation.from_matrix(above.transpose(0, 2, 1) @ turned).as_quat()


def _local_places(body: Body) -> Array:
    """(J, 3) places of the nodes at rest, relative to their parents."""
    rig = body.rig
    places = rig.heads.copy()
    for j, parent in enumerate(rig.parents):
        if parent >= 0:
            places[j] = rig.axes[parent].T @ (rig.heads[j] - rig.heads[parent])
    return places


def _moved_place(body: Body) -> Array:
    """(3,) place of the mover in the fitted pose, relative to its parent."""
    parent = body.rig.parents[body.rig.mover]
    turn = np.eye(3) if parent < 0 else (body.turns()[parent] @ body.rig.axes[parent])
    return _local_places(body)[body.rig.mover] + turn.T @ body.pose.translation_m


def _joints(body: Body, places: Array, turns: Array) -> list[dict[str, Any]]:
    rig = body.rig
    nodes: list[dict[str, Any]] = []
    for j, name in enumerate(rig.bones):
        place = _moved_place(body) if j == rig.mover else places[j]
        node = {"name": name, "translation": place.tolist(), "rotation": turns[j].tolist()}
        children = np.flatnonzero(rig.parents == j)
        if len(children):
            node["children"] = children.tolist()
        nodes.append(node)
    return nodes


def _inverse_binds(body: Body) -> Array:
    """(J, 4, 4) from the mesh's frame to each bone's frame at rest."""
    rig = body.rig
    inverse = np.tile(np.eye(4), (len(rig.bones), 1, 1))
    inverse[:, :3, :3] = rig.axes.transpose(0, 2, 1)
    inverse[:, :3, 3] = -np.einsum("jba,jb->ja", rig.axes, rig.heads)
    return inverse


def _append_clip(writer: GlbWriter, body: Body, keys: _Keys) -> None:
    times = writer.accessor(keys.times.astype(np.float32), kind="SCALAR", bounds=True)
    samplers, channels = [], []

    def add(values: Array, node: int, path: str) -> None:
        kind = "VEC4" if path == "rotation" else "VEC3"
        output = writer.accessor(values.astype(np.float32), kind=kind)
        samplers.append({"input": times, "output": output, "interpolation": "LINEAR"})
        channels.append({"sampler": len(samplers) - 1, "target": {"node": node, "path": path}})

    turns = _the_short_way(keys.turns)
    rest = _local_turns(body, at_rest=True)
    for j in range(len(rest)):
        apart = np.minimum(np.abs(turns[:, j] - rest[j]), np.abs(turns[:, j] + rest[j]))
        if apart.max() > 1e-6 or len(turns) != 2:
            add(turns[:, j], j, "rotation")
    add(keys.places, body.rig.mover, "translation")
    writer.append("animations", {"name": keys.name, "samplers": samplers, "channels": channels})


def _the_short_way(turns: Array) -> Array:
    """Give neighbouring quaternions (N, J, 4) the sign that lets them turn the short way round."""
    flips = np.where((turns[1:] * turns[:-1]).sum(-1, keepdims=True) < 0, -1.0, 1.0)
    return np.concatenate([turns[:1], turns[1:] * np.cumprod(flips, axis=0)])


EXPORTERS = (
    Exporter(Body, ".glb", write_glb, "Rigged glTF (GLB)"),
    Exporter(Motion, ".glb", write_motion, "Animated glTF (GLB)"),
)
