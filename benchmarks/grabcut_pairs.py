"""A folder of pictures and masks for `benchmarks.masks --pairs`: the GrabCut database's photos of BSDS500.

python -m benchmarks.grabcut_pairs OUT TRUTHS PHOTOS

TRUTHS holds the GrabCut database's true masks as PNG files (a public copy: the "dataset for supervised
evaluation of seed-based interactive image segmentation algorithms" of Andrade and Carrera), PHOTOS those of
BSDS500, anywhere below it. Twenty photos are in both; their names are numbers. One object each, mostly a
large one in the middle. Both are for research: measure with them, but train and choose nothing on them.
"""

import argparse
import shutil
import sys
from pathlib import Path


def make(out: Path, truths: Path, photos: Path) -> int:
    """Write OUT/images and OUT/masks; return how many pairs there are."""
    pictures = {path.stem: path for path in photos.rglob("*.jpg")}
    both = [path for path in sorted(truths.rglob("*.png")) if path.stem.isdigit() and path.stem in pictures]
    for part in ("images", "masks"):
        (out / part).mkdir(parents=True, exist_ok=True)
    for path in both:
        shutil.copyfile(path, out / "masks" / path.name)
        shutil.copyfile(pictures[path.stem], out / "images" / pictures[path.stem].name)
    return len(both)


def main() -> int:
    """Write the pairs and say how many there are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("truths", type=Path)
    parser.add_argument("photos", type=Path)
    asked = parser.parse_args()
    count = make(asked.out, asked.truths, asked.photos)
    if not count:
        parser.error("no photo of a number has a true mask of the same number")
    print(f"{count} photos with their true masks in {asked.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
