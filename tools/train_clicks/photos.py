"""Photos with true masks that the click net may learn from: COCO's, by their own licences.

COCO's outlines are CC BY 4.0; each photo keeps the licence that its author gave it on Flickr. Only photos
under CC BY 2.0, without known restrictions, or of the United States government are taken; `photos.csv`
names each with its author's page.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

FREE = {4: "CC BY 2.0", 7: "No known copyright restrictions", 8: "United States Government Work"}
LIST = Path(__file__).with_name("photos.csv")
LEAST_AREA, MOST_AREA = 0.004, 0.85  # of the picture
CROPS, LEAST_CROP = 3, 0.45


@dataclass(frozen=True, eq=False)
class Photo:
    """A picture and the masks of things in it.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        masks: (H, W) bool each.
    """

    pixels: NDArray[np.uint8]
    masks: tuple[NDArray[np.bool_], ...]


def listed(folders: list[Path]) -> list[dict[str, str]]:
    """Return a row for each free photo under some folders: number, licence, address, shape of the file."""
    rows: dict[str, dict[str, str]] = {}
    for path in sorted(p for folder in folders for p in folder.rglob("instances_*2017.json")):
        for image in json.loads(path.read_text("utf8"))["images"]:
            number = f"{image['id']:012d}"
            if image.get("license") in FREE and "train2017" in image.get("coco_url", ""):
                rows[number] = {
                    "number": number,
                    "licence": FREE[image["license"]],
                    "address": image["flickr_url"],
                }
    return [rows[number] for number in sorted(rows)]


def photos(folders: list[Path], *, seed: int) -> Iterator[Photo]:
    """Yield each listed photo that lies under some folders, and three random crops of it.

    Args:
        folders: Each holds annotations/instances_*2017.json and the pictures, anywhere below it.
        seed: Of the crops.
    """
    random = np.random.default_rng(seed)
    with LIST.open(encoding="utf8", newline="") as stream:
        wanted = {row["number"] for row in csv.DictReader(stream)}
    for folder in folders:
        files = {path.name: path for path in folder.rglob("*.jpg")}
        for path in sorted(folder.rglob("instances_*2017.json")):
            found = json.loads(path.read_text("utf8"))
            for image in found["images"]:
                number = f"{image['id']:012d}"
                if number not in wanted or image["file_name"] not in files:
                    continue
                wanted.discard(number)
                pixels = np.asarray(cv2.imread(str(files[image["file_name"]])))[:, :, ::-1]
                things = [
                    a for a in found["annotations"] if a["image_id"] == image["id"] and not a["iscrowd"]
                ]
                whole = Photo(np.ascontiguousarray(pixels, np.uint8), _masks(things, pixels.shape[:2]))
                yield from (photo for photo in (whole, *_crops(whole, random)) if photo.masks)


def _masks(things: list[dict[str, object]], shape: tuple[int, ...]) -> tuple[NDArray[np.bool_], ...]:
    """Draw the polygons of each thing."""
    masks = []
    for thing in things:
        drawn = np.zeros(shape[:2], np.uint8)
        for polygon in thing["segmentation"]:  # pyright: ignore[reportGeneralTypeIssues]
            corners = np.rint(np.array(polygon).reshape(-1, 2) - 0.5).astype(np.int32)
            cv2.fillPoly(drawn, [corners], 1.0)
        masks.append(drawn > 0)
    return _fitting(masks)


def _fitting(masks: list[NDArray[np.bool_]]) -> tuple[NDArray[np.bool_], ...]:
    return tuple(mask for mask in masks if LEAST_AREA < mask.mean() < MOST_AREA)


def _crops(photo: Photo, random: np.random.Generator) -> Iterator[Photo]:
    height, width = photo.pixels.shape[:2]
    for _ in range(CROPS):
        share = random.uniform(LEAST_CROP, 0.95)
        rows, columns = int(height * share), int(width * share)
        top, left = int(random.integers(height - rows + 1)), int(random.integers(width - columns + 1))
        turn = -1 if random.random() < 0.5 else 1
        place = (slice(top, top + rows), slice(left, left + columns))
        pixels = np.ascontiguousarray(photo.pixels[place][:, ::turn])
        yield Photo(pixels, _fitting([np.ascontiguousarray(m[place][:, ::turn]) for m in photo.masks]))
