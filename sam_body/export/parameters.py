"""Write a body's parameters as arrays (NPZ) and its joint angles as a table (CSV)."""

import csv
from pathlib import Path
from typing import Any

import numpy as np

from sam_body import skinning
from sam_body.look.kept import looks_arrays
from sam_body.types import Body
from shared.exporting import Exporter
from shared.mesh import Camera

ANGLES = ("joint", "parent", "turn_deg", "bend_x_deg", "twist_y_deg", "side_z_deg")


def write_npz(body: Body, path: Path) -> None:
    """Write names, rest, pose, shape, posed joints and surface, and the camera.

    Arrays: `bones`, `parents`, `rest_heads_m`, `rest_tails_m`, `rest_axes`, `rotation_matrices` and
    `rotation_vectors` (in each bone's own rest frame, radians), `translation_m`, `joints_m`, `vertices_m`,
    `faces`, `shape_names`, `shape`, `focal_px`, `center_px`, `size_px`, `camera_from_world_translation_m`,
    `keypoint_names`, `keypoints_px`, `keypoints_m`, `visibility`; of a body in clothes `clothes_m`, of a
    painted one `texture`, `uv` and `uv_faces`, see `sam_body.look.kept`.

    Args:
        body: The person.
        path: File to write.
    """
    marks = body.landmarks
    with path.open("wb") as stream:
        np.savez_compressed(
            stream,
            **unposed(body, body.camera),
            rotation_matrices=body.pose.rotations,
            rotation_vectors=skinning.rotation_vectors(body.pose.rotations),
            translation_m=body.pose.translation_m,
            joints_m=body.posed_joints(),
            vertices_m=body.posed_vertices().astype(np.float32),
            faces=body.skin.faces.astype(np.int32),
            camera_from_world_translation_m=body.offset_m,
            keypoint_names=np.array(marks.names, dtype=np.str_),
            keypoints_px=marks.seen_px,
            keypoints_m=marks.fitted_m,
            visibility=marks.visibility,
            **looks_arrays(body),
        )


def unposed(body: Body, camera: Camera) -> dict[str, Any]:
    """Return what no pose changes, as arrays: the rig at rest, the shape, and the camera's lens."""
    rig = body.rig
    return {
        "rig": np.array(rig.name),
        "bones": np.array(rig.bones),
        "parents": rig.parents,
        "rest_heads_m": rig.heads,
        "rest_tails_m": rig.tails,
        "rest_axes": rig.axes,
        "shape_names": np.array(list(body.shape)),
        "shape": np.array(list(body.shape.values())),
        "focal_px": np.array(camera.focal_px),
        "center_px": np.array(camera.center_px),
        "size_px": np.array(camera.size_px),
    }


def write_csv(body: Body, path: Path) -> None:
    """Write one row a joint: its whole turn, and the rotation vector's parts, degrees.

    x bends (knee and elbow close), y twists along the bone, z goes sideways, in the bone's own rest frame.

    Args:
        body: The person.
        path: File to write.
    """
    rig, vectors = body.rig, np.degrees(skinning.rotation_vectors(body.pose.rotations))
    with path.open("w", newline="", encoding="utf8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(ANGLES)
        for j, name in enumerate(rig.bones):
            parent = rig.bones[rig.parents[j]] if rig.parents[j] >= 0 else ""
            numbers = (np.linalg.norm(vectors[j]), *vectors[j])
            table.writerow([name, parent, *(f"{value + 0.0:.4f}" for value in numbers)])


EXPORTERS = (
    Exporter(Body, ".npz", write_npz, "Parameters as arrays (NPZ)"),
    Exporter(Body, ".csv", write_csv, "Joint angles (CSV)"),
)
