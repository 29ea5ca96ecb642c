"""Masks by simulated clicks, and time beside SAM 3's click model at its real size with random weights.

python -m benchmarks.masks [--scenes N] [--pairs FOLDER...] [--without-sam3]

The first click is at the inner-most pixel of the object, each next one in the middle of the largest error
(`image_composites.next_click`). Scenes of `TEST_SEED` are for this table alone: tune on other seeds.
"""

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.image_bars import LONG_PX, masks_after_clicks, seconds
from benchmarks.image_composites import Composite, composites
from benchmarks.mask_scenes import crowded, large
from benchmarks.record import Row, record
from shared.encoders.cache import EMBEDDINGS
from shared.loading_image import load_image

TEST_SEED, CLICKS, SHOWN = 7, 5, (1, 3, 5)
LARGE_BAR, CROWDED_BAR = (0.70, 0.83, 0.87), (0.46, 0.55, 0.64)
BARS = {"grabcut": LARGE_BAR, "large": LARGE_BAR, "crowded": CROWDED_BAR}
PHOTOS = "photos: "  # before the name of a folder of pairs
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
SAM3_PX = 1008  # side of the picture that its encoder takes
LEAST_S = 0.01  # of processor time; a click that agrees with the mask takes less
UNKNOWN = {0, 128, 255}  # values of a truth that leaves the outline open where it is 128
LEAST_PX = 16  # an object of fewer pixels cannot be clicked on


def pairs(folder: Path) -> list[Composite]:
    """Read pictures and their masks: `images/NAME.*` with `masks/NAME.*`, or `NAME.*` with `NAME_mask.*`.

    A mask of two values is one object where it is not 0; of 0, 128 and 255 one object whose outline is not
    known where it is 128; one of other values is a map of objects, one a value, 0 being none of them.

    Raises:
        InputError: A picture cannot be read.
    """
    nested = (folder / "images").is_dir()
    shown, truths = (folder / "images", folder / "masks") if nested else (folder, folder)
    found: list[Composite] = []
    for path in sorted(p for p in shown.iterdir() if p.suffix.lower() in PICTURES):
        stem = path.stem if nested else f"{path.stem}_mask"
        masks = [p for p in truths.glob(f"{stem}.*") if p.suffix.lower() in PICTURES]
        if not masks:
            continue
        values = load_image(masks[0]).pixels[:, :, 0]
        pixels = load_image(path).pixels
        truths_here, known = _truths(values)
        fitting = [t for t in truths_here if t.shape == pixels.shape[:2] and t.sum() >= LEAST_PX]
        found += [Composite(pixels, truth, known) for truth in fitting]
    return found


def _truths(values: NDArray[np.uint8]) -> tuple[list[NDArray[np.bool_]], NDArray[np.bool_] | None]:
    """Return the objects of a mask's values, and where their outlines are known (None: everywhere)."""
    labels = [int(v) for v in np.unique(values) if v]
    if {0, *labels} == UNKNOWN:
        return [values == 255], values != 128
    if len(np.unique(values)) > 2:
        return [values == label for label in labels], None
    return [values > 0], None


def clicked(scenes: Iterable[Composite]) -> NDArray[np.float64]:
    """(N, 5) overlap with the truth after each click on each scene."""
    rows = []
    for scene in scenes:
        rows.append(masks_after_clicks(scene, CLICKS))
        EMBEDDINGS.clear()
    return np.array(rows)


def sam3_seconds() -> tuple[float, float, float]:
    """Return processor seconds of `Sam3TrackerModel` a picture and a click, and its million parameters.

    Weights are random: they change the answer, not the time.
    """
    import torch
    from transformers import Sam3TrackerConfig, Sam3TrackerModel

    config = Sam3TrackerConfig()
    with torch.device("meta"):
        model = Sam3TrackerModel(config)
    model = model.to_empty(device="cpu").eval()
    with torch.inference_mode():
        for tensor in (*model.parameters(), *model.buffers()):
            if tensor.is_floating_point():
                tensor.normal_(0, 0.02)
        pixels = torch.zeros(1, 3, SAM3_PX, SAM3_PX)
        encode, features = _timed(lambda: model.get_image_embeddings(pixels))
        points = torch.full((1, 1, 1, 2), SAM3_PX / 2)
        labels = torch.ones(1, 1, 1, dtype=torch.int)

        def click() -> Any:
            return model(input_points=points, input_labels=labels, image_embeddings=features)

        click()
        answer = min(_timed(click)[0] for _ in range(3))
    return encode, answer, sum(p.numel() for p in model.parameters()) / 1e6


def _timed(run: Any) -> tuple[float, Any]:
    start = time.process_time()
    result = run()
    return time.process_time() - start, result


def time_rows(*, with_sam3: bool) -> list[Row]:
    """Time clicks, by the clock and by the processor, which hardly sees what else the machine does."""
    firsts, laters, busy_firsts, busy_laters = (np.array(taken) for taken in seconds())
    changing = busy_laters > LEAST_S
    first, busy = float(np.median(firsts)), float(np.median(busy_firsts))
    later, busy_later = float(np.median(laters[changing])), float(np.median(busy_laters[changing]))
    some = f"median of the {int(changing.sum())} of {len(changing)} that change the mask"
    four = f"median of four {LONG_PX} px photos"
    rows = [
        Row("first click, encoding included", first, "s", at_most=1.5, how=four),
        Row("later click that changes the mask", later, "s", at_most=0.3, how=some),
        Row("first click, processor time", busy, "s", how=f"{four}, all threads"),
        Row("later click that changes the mask, processor time", busy_later, "s", at_most=0.3, how=some),
    ]
    if with_sam3:
        encode, answer, millions = sam3_seconds()
        how = f"Sam3TrackerModel of transformers, {millions:.0f} M random parameters, 1008 px, processor time"
        rows.append(Row("SAM 3: encode", encode, "s", how=how))
        rows.append(Row("SAM 3: click", answer, "s", how=how))
        rows.append(
            Row("SAM 3's first click beside ours", (encode + answer) / busy, "x", how="processor time")
        )
        rows.append(Row("SAM 3's later click beside ours", answer / busy_later, "x", how="processor time"))
    return rows


def _rows(name: str, overlaps: NDArray[np.float64], how: str) -> list[Row]:
    kind = name.removeprefix(PHOTOS)
    bars: Sequence[float | None] = BARS.get(kind, (None,) * len(SHOWN))
    found = []
    for clicks, bar in zip(SHOWN, bars, strict=True):
        what = f"{name}, {clicks} click{'s' if clicks > 1 else ''}"
        found.append(Row(what, float(overlaps[:, clicks - 1].mean()), "IoU", at_least=bar, how=how))
    return found


def main() -> int:
    """Measure, write the rows, and return how many bars are missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scenes", type=int, default=24, help="how many of each kind")
    parser.add_argument("--pairs", type=Path, nargs="+", default=[], help="folders of pictures and masks")
    parser.add_argument("--without-sam3", action="store_true", help="leave out the comparison of times")
    asked = parser.parse_args()
    rows: list[Row] = []
    kinds = {"large": large, "crowded": crowded, "pieces of photos": composites} if asked.scenes else {}
    for name, make in kinds.items():
        how = f"mean of {asked.scenes} scenes, seed {TEST_SEED} ({make.__module__}.{make.__name__})"
        rows += _rows(name, clicked(make(asked.scenes, seed=TEST_SEED)), how)
    for folder in asked.pairs:
        given = pairs(folder)
        if not given:
            parser.error(f"{folder} holds no picture with a mask (images/ and masks/, or NAME_mask.png)")
        rows += _rows(PHOTOS + folder.name, clicked(given), f"mean of {len(given)} objects in {folder.name}")
    rows += time_rows(with_sam3=not asked.without_sam3)
    return record("masks", rows, packages=("numpy", "scipy", "opencv-python-headless", "onnxruntime"))


if __name__ == "__main__":
    sys.exit(main())
