"""Folders of pictures and masks for `benchmarks.masks --pairs`, out of parts of COCO 2017.

python -m benchmarks.coco_pairs OUT FOLDER...

Each folder holds a part of COCO's validation photos: an instances_*.json and the pictures, anywhere below it.
Writes OUT/large (one object that covers 6 to 75 % of a photo with fewer than ten, at least twice as large
as the next) and OUT/crowded (one object of 0.3 to 6 % out of each photo with eight or more). Only photos of
even number: the odd ones were looked at while the engine was made. The nets learned from no validation photo.
"""

import argparse
import json
import shutil
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

LARGE, SMALL, APART, FEW, MANY = (0.06, 0.75), (0.003, 0.06), 0.5, 10, 8


def chosen(things: list[dict[str, Any]], size_px: int, *, seed: int) -> tuple[str, list[dict[str, Any]]]:
    """Return which kind of photo this is ("large", "crowded" or "") and the objects to be clicked on."""
    areas = np.array([thing["area"] / size_px for thing in things])
    order = np.argsort(-areas)
    alone = len(areas) < 2 or areas[order[1]] < APART * areas[order[0]]
    if len(things) < FEW and LARGE[0] < areas[order[0]] < LARGE[1] and alone:
        return "large", [things[order[0]]]
    if len(things) < MANY:
        return "", []
    fitting = [n for n, area in enumerate(areas) if SMALL[0] < area < SMALL[1]]
    np.random.default_rng(seed).shuffle(fitting)
    return "crowded", [things[n] for n in fitting[:1]]


def drawn(thing: dict[str, Any], height: int, width: int) -> NDArray[np.bool_]:
    """(H, W) mask of an object given by polygons."""
    mask = np.zeros((height, width), np.uint8)
    for polygon in thing["segmentation"]:
        corners = np.rint(np.array(polygon).reshape(-1, 2) - 0.5).astype(np.int32)
        cv2.fillPoly(mask, [corners], (1.0,))
    return mask > 0


def make(out: Path, folders: list[Path]) -> dict[str, int]:
    """Write the pairs; return how many objects each kind has."""
    counts = {"large": 0, "crowded": 0}
    for kind in counts:
        for part in ("images", "masks"):
            (out / kind / part).mkdir(parents=True, exist_ok=True)
    seen: set[int] = set()
    for folder in folders:
        files = {path.name: path for path in folder.rglob("*.jpg")}
        for path in sorted(folder.rglob("instances_*.json")):
            found = json.loads(path.read_text("utf8"))
            things = defaultdict(list)
            for thing in found["annotations"]:
                if not thing["iscrowd"]:
                    things[thing["image_id"]].append(thing)
            for image in found["images"]:
                number, file = int(image["id"]), files.get(image["file_name"])
                fresh = "val2017" in image["coco_url"] and number % 2 == 0 and number not in seen
                if not fresh or file is None or not things[number]:
                    continue
                seen.add(number)
                height, width = image["height"], image["width"]
                kind, asked = chosen(things[number], height * width, seed=number)
                labels = np.zeros((height, width), np.uint8)
                for value, thing in enumerate(asked, 1):
                    labels[drawn(thing, height, width)] = value
                values = [int(v) for v in np.unique(labels) if v]
                if not values:
                    continue
                if len(values) == 1:
                    labels = np.where(labels > 0, 255, 0).astype(np.uint8)
                shutil.copyfile(file, out / kind / "images" / f"{number:012d}.jpg")
                cv2.imwrite(str(out / kind / "masks" / f"{number:012d}.png"), labels)
                counts[kind] += len(values)
    return counts


def main() -> int:
    """Write the folders and say how many objects they hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    asked = parser.parse_args()
    for kind, count in make(asked.out, asked.folders).items():
        print(f"{asked.out / kind}: {count} objects")
    return 0


if __name__ == "__main__":
    sys.exit(main())
