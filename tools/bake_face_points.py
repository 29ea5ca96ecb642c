"""Find the face net's 468 points on the body's mesh: `shared/weights/face_points.npz`.

The average body, painted as a mannequin, is drawn from the front, a little from each side and from below; the
net is asked where its points are, and the mesh is looked up behind them. Run from the repository root:

    PYTHONPATH=. python tools/bake_face_points.py
"""

import numpy as np
from onnx_files import WEIGHTS, publish

from sam_body.building import posed_body
from sam_body.details.head import raw_gaze
from sam_body.mannequin import Outfit, dress
from sam_body.model import AVERAGE, body_model
from sam_body.observation import default_camera
from sam_body.skeletons import skeleton
from sam_body.start import procrustes
from shared.face import Face, face_at
from shared.mesh import Camera
from shared.raster import rasterise
from shared.region import Region
from shared.render import View, render

SIDE_PX = 768
YAWS_DEG = (-18.0, -9.0, 0.0, 9.0, 18.0)


def main() -> None:
    """Draw, ask, look up, write."""
    model = body_model()
    body = posed_body(
        model, skeleton("game_engine"), AVERAGE, np.zeros((len(model.bones), 3)), default_camera(768, 1024)
    )
    surface = body.posed_vertices()
    eyes = [surface[model.parts == part].mean(0) for part in (2, 3)]
    right, left = sorted(eyes, key=lambda eye: eye[0])
    middle = (right + left) / 2 + [0, -0.02, 0]
    meshes = list(dress(body, Outfit(shirt=(90, 90, 96))))
    camera = Camera(3.0 * SIDE_PX, (SIDE_PX / 2, SIDE_PX / 2), (SIDE_PX, SIDE_PX))
    total, count = np.zeros((468, len(surface))), np.zeros(468)
    shapes, found = [], []
    for yaw in YAWS_DEG:
        view = _view(middle, np.radians(yaw), camera)
        frame = render(meshes, [view]).frames[0]
        alpha = frame[..., 3:] / 255
        photo = (frame[..., :3] * alpha + 200 * (1 - alpha)).astype(np.uint8)
        seen = surface @ view.camera_from_world[:3, :3].T + view.camera_from_world[:3, 3]
        region = Region(SIDE_PX / 2, SIDE_PX / 2, 0.3 * camera.focal_px)
        face = face_at(photo, region)
        if face is None:
            raise SystemExit(f"No face is seen from {yaw} degrees.")
        turned = (face.points * [1.0, -1.0, -1.0]) @ view.camera_from_world[:3, :3]
        shapes.append((turned - turned.mean(0)) / np.sqrt(((turned - turned.mean(0)) ** 2).sum(1).mean()))
        found.append(face)
        hits = rasterise(seen, model.faces[(model.parts[model.faces] == 0).all(1)], camera)
        faces = model.faces[(model.parts[model.faces] == 0).all(1)]
        columns, rows = face.points[:, :2].astype(int).T
        owner, inner = hits.face[rows, columns], hits.weights[rows, columns]
        for point in np.flatnonzero(owner >= 0):
            np.add.at(total[point], faces[owner[point]], inner[point])
            count[point] += 1
    if not count.all():
        raise SystemExit(f"Points {np.flatnonzero(count == 0)} lie beside the body.")
    # One place on the mesh: the face that is nearest to the mean of the views.
    means = total / count[:, None] @ model.vertices.astype(np.float64)
    vertices, weights = nearest_faces(means)
    file = WEIGHTS / "face_points.npz"
    on_mesh = (body.skin.vertices[vertices] * weights[..., None]).sum(1)
    size = np.sqrt(((on_mesh - on_mesh.mean(0)) ** 2).sum(1).mean())
    shape = np.mean(shapes, axis=0) * size + on_mesh.mean(0)
    looks = [straight_look(face, body.skin.vertices, on_mesh, shape) for face in found]
    straight = np.mean(looks, axis=0) * [0, 1, 1]  # both eyes together look straight ahead
    print("straight eyes seem to look along", straight)
    np.savez_compressed(
        file,
        vertices=vertices.astype(np.uint16),
        weights=np.round(weights * 65535).astype(np.uint16),
        shape=shape.astype(np.float32),
        straight=straight / np.linalg.norm(straight),
    )
    publish(
        file,
        title="Where the 468 points of the face net lie on the body's mesh: three vertices and weights each",
        source="shared/face.py on renders of the shipped body (tools/bake_face_points.py)",
        licence="Apache-2.0 (this project)",
        made_by="tools/bake_face_points.py",
    )
    left_over = np.linalg.norm((model.vertices[vertices] * weights[..., None]).sum(1) - means, axis=1)
    print(f"{file}: {file.stat().st_size} bytes; furthest from its mean {left_over.max() * 1000:.1f} mm")


def straight_look(face: Face, rest: np.ndarray, points: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Return the direction, in the head's frame, in which painted eyes that look ahead seem to look."""
    seen = face.points * [1.0, -1.0, -1.0]
    turn = procrustes(shape, seen)
    size = lambda points: np.sqrt(((points - points.mean(0)) ** 2).sum())  # noqa: E731
    look = raw_gaze(face, rest, points, turn, float(size(seen) / size(shape)))
    if look is None:
        raise SystemExit("The eyes are not seen.")
    return turn.T @ look


def nearest_faces(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (N, 3) vertices and weights of the skin's points nearest to (N, 3) places."""
    import trimesh

    model = body_model()
    faces = model.faces[(model.parts[model.faces] == 0).all(1)]
    mesh = trimesh.Trimesh(model.vertices.astype(np.float64), faces, process=False)
    on_mesh, _, face = trimesh.proximity.closest_point(mesh, points)
    weights = trimesh.triangles.points_to_barycentric(mesh.triangles[face], on_mesh)
    return faces[face], np.clip(weights, 0, 1) / np.clip(weights, 0, 1).sum(1, keepdims=True)


def _view(middle: np.ndarray, yaw: float, camera: Camera) -> View:
    back = np.array([np.sin(yaw), 0.0, np.cos(yaw)])
    pose = np.eye(4)
    pose[:3, :3] = np.cross([0.0, 1.0, 0.0], back), [0.0, 1.0, 0.0], back
    pose[:3, 3] = pose[:3, :3] @ -(middle + 1.0 * back)
    return View(camera, pose)


if __name__ == "__main__":
    main()
