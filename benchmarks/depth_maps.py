"""How true lifts by a depth map are: known meshes, their distances spoilt as a depth network would.

    python -m benchmarks.object_meshes MESHES
    python -m benchmarks.depth_maps MESHES

Prints Chamfer distance, F score at 0.05 of the longest edge and volume IoU, by the protocol of
`benchmarks.objects`, for what a map may say: true distances with the focal length, distances without it,
and nearness of unknown scale. Needs embreex.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.object_meshes import meshes
from benchmarks.object_metrics import placed, score
from benchmarks.object_views import Photo, photograph
from benchmarks.objects import VIEWS, closed
from benchmarks.spoilt_depth import spoilt
from sam_3d.depth.depth_map import AUTO, DISTANCE, NEARNESS, DepthMap
from sam_3d.depth.lifting import lifted_by_depth
from shared.progress import Progress

# A distance beyond everything, in longest edges.
_FAR = 5.0
MAPS: dict[str, Callable[[Photo], DepthMap]] = {
    "distance and focal length": lambda photo: DepthMap(spoilt(photo), DISTANCE, photo.focal_px),
    "auto, from distance": lambda photo: DepthMap(spoilt(photo), AUTO),
    "nearness": lambda photo: DepthMap(_FAR - spoilt(photo), NEARNESS),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("meshes", type=Path)
    photos = [
        photograph(mesh, azimuth, elevation, seed=2 * number + view, paint="shaded")
        for number, mesh in enumerate(meshes(parser.parse_args().meshes).values())
        for view, (azimuth, elevation) in enumerate(VIEWS)
    ]
    print(f"{'map':28s} {'Chamfer':>8s} {'F@0.05':>7s} {'IoU':>6s}  closed  processor seconds")
    for name, told in MAPS.items():
        rows = []
        for photo in photos:
            started = time.process_time()
            shape = lifted_by_depth(photo.image, photo.mask, told(photo), thickness=1.3, progress=Progress())
            seconds = time.process_time() - started
            found = score(placed(shape, photo), photo.truth)
            rows.append((found.chamfer, found.f_score, found.iou, closed(shape), seconds))
        chamfer, f_score, iou, shut, seconds = np.mean(rows, axis=0)
        print(f"{name:28s} {chamfer:8.4f} {f_score:7.3f} {iou:6.3f} {shut:7.0%} {seconds:8.2f}", flush=True)


if __name__ == "__main__":
    main()
