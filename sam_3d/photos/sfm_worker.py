"""Run COLMAP in a process of its own: its crash takes nothing along, and it can be ended.

    python -m sam_3d.photos.sfm_worker FOLDER

reads FOLDER/request.json and FOLDER/photos, writes its progress to FOLDER/progress.json and its answer to
FOLDER/reply.npz; `sam_3d.photos.sfm` starts it.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

REQUEST, PHOTOS, MASKS, PROGRESS, REPLY = "request.json", "photos", "masks", "progress.json", "reply.npz"
_FEATURES = 4096
_SEED = 7
_DOUBLED_PX = 1000
_AT_ONCE_PHOTOS, _AT_ONCE_PAIRS = 4, 40
_LEAST_VIEWS = 3  # photos that see a point which counts as structure
_FIRST_PAIR_INLIERS, _POSE_INLIERS = 40, 20

Tell = Callable[[float, str], None]


def main(folder: Path) -> None:
    """Answer the request in a folder."""
    import pycolmap

    # COLMAP writes a log file for each process unless it is told not to.
    pycolmap.logging.minloglevel = pycolmap.logging.Level.ERROR.value
    pycolmap.set_random_seed(_SEED)
    request: dict[str, Any] = json.loads((folder / REQUEST).read_text("utf8"))

    def tell(fraction: float, stage: str) -> None:
        draft = folder / "progress.part"
        draft.write_text(json.dumps([fraction, stage]), "utf8")
        draft.replace(folder / PROGRESS)

    database = folder / "colmap.db"
    _extract(pycolmap, folder, database, request, tell)
    counts = _match(pycolmap, folder, database, request, tell)
    answer = _map(pycolmap, folder, database, request, tell)
    draft = folder / "reply.part.npz"
    answer["features"] = np.array(counts, np.int64)
    np.savez(draft, allow_pickle=False, **answer)
    draft.replace(folder / REPLY)


def _extract(pycolmap: Any, folder: Path, database: Path, request: dict[str, Any], tell: Tell) -> None:
    """Find SIFT features, one camera for all photos of a group (one size and focal length)."""
    names: list[str] = request["names"]
    options = pycolmap.FeatureExtractionOptions()
    options.num_threads, options.use_gpu = request["threads"], False
    options.sift.max_num_features = _FEATURES
    # Doubling small pictures finds more in them; in large ones it takes four times as long for little.
    options.sift.first_octave = -1 if request["longest_px"] <= _DOUBLED_PX else 0
    reader = pycolmap.ImageReaderOptions()
    if request["masked"]:
        reader.mask_path = folder / MASKS
    done = 0
    for group in request["groups"]:
        with pycolmap.Database.open(database) as held:
            camera = pycolmap.Camera.create_from_model_name(
                0, "SIMPLE_RADIAL", group["focal_px"], *group["size_px"]
            )
            camera.has_prior_focal_length = group["told"]
            reader.existing_camera_id = held.write_camera(camera)
        members = [names[i] for i in group["members"]]
        for start in range(0, len(members), _AT_ONCE_PHOTOS):
            tell(0.35 * done / len(names), "finding features")
            part = members[start : start + _AT_ONCE_PHOTOS]
            pycolmap.extract_features(
                database,
                folder / PHOTOS,
                image_names=part,
                camera_mode=pycolmap.CameraMode.SINGLE,
                reader_options=reader,
                extraction_options=options,
                device=pycolmap.Device.cpu,
            )
            done += len(part)


def _match(pycolmap: Any, folder: Path, database: Path, request: dict[str, Any], tell: Tell) -> list[int]:
    """Match the pairs of the request; return how many features each photo has."""
    options = pycolmap.FeatureMatchingOptions()
    options.num_threads, options.use_gpu = request["threads"], False
    checks = pycolmap.TwoViewGeometryOptions()
    checks.ransac.random_seed = _SEED
    pairs, names = request["pairs"], request["names"]
    for start in range(0, len(pairs), _AT_ONCE_PAIRS):
        tell(0.35 + 0.4 * start / len(pairs), "matching photos")
        lines = [f"{names[a]} {names[b]}\n" for a, b in pairs[start : start + _AT_ONCE_PAIRS]]
        listed = folder / "pairs.txt"
        listed.write_text("".join(lines), "utf8")
        pairing = pycolmap.ImportedPairingOptions()
        pairing.match_list_path = listed
        pycolmap.match_image_pairs(
            database,
            matching_options=options,
            pairing_options=pairing,
            verification_options=checks,
            device=pycolmap.Device.cpu,
        )
    with pycolmap.Database.open(database) as held:
        found = {image.name: held.num_keypoints_for_image(image.image_id) for image in held.read_all_images()}
    return [found.get(name, 0) for name in names]


def _map(
    pycolmap: Any, folder: Path, database: Path, request: dict[str, Any], tell: Tell
) -> dict[str, np.ndarray]:
    """Place cameras and points; return the arrays of the largest model."""
    names: list[str] = request["names"]
    options = pycolmap.IncrementalPipelineOptions()
    options.min_model_size, options.random_seed, options.num_threads = 3, _SEED, request["threads"]
    options.extract_colors = False
    options.mapper.init_min_num_inliers = _FIRST_PAIR_INLIERS
    options.mapper.abs_pose_min_num_inliers = _POSE_INLIERS
    placed = 2

    def next_photo() -> None:
        nonlocal placed
        placed += 1
        tell(0.75 + 0.24 * min(placed / len(names), 1), "placing cameras")

    tell(0.75, "placing cameras")
    (folder / "models").mkdir()
    models = pycolmap.incremental_mapping(
        database, folder / PHOTOS, folder / "models", options=options, next_image_callback=next_photo
    )
    sizes = sorted((model.num_reg_images() for model in models.values()), reverse=True)
    if not models:
        return {"sizes": np.zeros(0, np.int64)}
    best = max(models.values(), key=lambda model: (model.num_reg_images(), model.num_points3D()))
    places, poses, lenses = [], [], []
    for image_id in best.reg_image_ids():
        image = best.image(image_id)
        places.append(names.index(image.name))
        poses.append(image.cam_from_world().matrix())
        lenses.append(best.camera(image.camera_id).params)
    points = [p for p in best.points3D.values() if p.track.length() >= _LEAST_VIEWS]
    column = {image_id: i for i, image_id in enumerate(best.reg_image_ids())}
    seen_in = np.zeros((len(points), len(places)), bool)
    for row, point in enumerate(points):
        seen_in[row, [column[element.image_id] for element in point.track.elements]] = True
    order = np.argsort(places)
    return {
        "sizes": np.array(sizes, np.int64),
        "places": np.array(places, np.int64)[order],
        "poses": np.array(poses, np.float64)[order],
        "lenses": np.array(lenses, np.float64)[order],
        "points": np.array([p.xyz for p in points], np.float64).reshape(-1, 3),
        "seen_in": seen_in[:, order],
        "error_px": np.array(best.compute_mean_reprojection_error()),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
