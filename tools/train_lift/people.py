"""People of the suite's own body model (CC0), of all shapes, in poses from standing to striding."""

import numpy as np

from tools.train_lift.fields import Triangles


def person(rng: np.random.Generator) -> Triangles:
    """Pose and dress a random body."""
    from sam_body.building import posed_body
    from sam_body.mannequin import dress
    from sam_body.model import body_model
    from sam_body.sampling import mild_pose, random_outfit, random_shape
    from sam_body.skeletons import skeleton
    from shared.mesh import Camera

    pose = mild_pose(rng, strength=rng.uniform(0.1, 0.7))
    camera = Camera(1000.0, (384.0, 512.0), (768, 1024))
    body = posed_body(body_model(), skeleton("game_engine"), random_shape(rng), pose, camera)
    meshes = dress(body, random_outfit(rng))
    starts = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes)])
    faces = [mesh.faces + start for mesh, start in zip(meshes, starts, strict=False)]
    vertices = np.concatenate([mesh.vertices for mesh in meshes])
    return vertices.astype(np.float32), np.concatenate(faces).astype(np.int32)
