"""The embedded mask engine: graph cuts on colour and edges, led by two small detectors. CPU only."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from shared.arrays import content_key
from shared.cut.correct import corrected
from shared.cut.everything import all_objects
from shared.cut.naming import things_named, wanted
from shared.cut.select import Found, by_box, by_first_click, by_thing
from shared.detector import CLASSES
from shared.encoders.cache import EMBEDDINGS
from shared.encoders.image import Encoding, encode
from shared.engines.click_head import Target, targets
from shared.errors import PromptError
from shared.masks import Masks
from shared.media import Image
from shared.onnx import net
from shared.progress import Progress
from shared.prompts import Box, Everything, MaskHint, Points, Prompts, Text, of_kind
from shared.registry import EngineSpec

ID, VERSION = "graphcut", "2"
WEIGHTS = ("nanodet_coco80.onnx", "blazepose_detector.onnx", "blazepose_landmark_full.onnx")
REPLAYED = 8  # clicks that are followed one by one; further ones are taken together


class GraphCut:
    """Masks from clicks, boxes, earlier masks and the names of 80 everyday things."""

    def encode(self, image: Image) -> Encoding:
        """Return cells, things and people of a photo; computed once a photo."""
        return encode(image)

    def segment(
        self,
        image: Image,
        prompts: Prompts,
        progress: Progress | None = None,
        *,
        threshold: float | None = None,
    ) -> tuple[Masks, tuple[str, ...]]:
        """Segment a picture; see `Segmenter`."""
        progress = progress or Progress()
        marked, warnings = targets(prompts)
        phrases, unknown = wanted([text.text for text in of_kind(prompts, Text)])
        progress.step(0.0, "look at the picture")
        encoding = self.encode(image)
        found: list[tuple[Found, int]] = []
        for number, target in enumerate(marked):
            progress.step(0.3 + 0.2 * number / len(marked), f"segment object {target.object_id}")
            chosen = _select(image, encoding, target)
            found += [(item, target.object_id) for item in (chosen, *chosen.others)]
        more, absent = _named(encoding, phrases, threshold, progress.within(0.5, 0.6))
        if of_kind(prompts, Everything):
            more += all_objects(encoding, progress.within(0.6, 1.0), threshold=threshold)
        free_id = max((target.object_id for target in marked), default=-1) + 1
        found += [(item, number) for number, item in enumerate(more, free_id)]
        if absent and not found:
            raise PromptError(" ".join(absent + unknown), "Click on the object or draw a box around it.")
        return _masks(image, found), warnings + unknown + absent


def _named(
    encoding: Encoding, phrases: dict[str, tuple[str, ...]], threshold: float | None, progress: Progress
) -> tuple[list[Found], tuple[str, ...]]:
    """Cut out what phrases name; also say which of them are not in the picture."""
    if not phrases:
        return [], ()
    things, absent = things_named(encoding, phrases, threshold=threshold)
    found = []
    for number, thing in enumerate(things):
        progress.step(number / len(things), f"cut out {thing.label}")
        found.append(by_thing(encoding, thing))
    return found, absent


def _select(image: Image, encoding: Encoding, target: Target) -> Found:
    """Follow the clicks on one object in their order; each step is kept for the next call."""
    scale = np.array(encoding.scale)
    xy = (np.array(target.points, np.float64).reshape(-1, 2) + 0.5) * scale - 0.5
    keep = np.array(target.keep, np.bool_)
    key: tuple[object, ...] = ("areas", *target.boxes)
    if target.boxes or target.hint is not None:
        key += () if target.hint is None else (target.hint.tobytes(),)
        found, done = _kept(image, key, lambda: _areas(encoding, target)), 0
    else:
        first = int(np.argmax(keep))
        order = [first, *(i for i in range(len(keep)) if i != first)]
        xy, keep, done = xy[order], keep[order], 1
        start = (float(xy[0, 0]), float(xy[0, 1]))
        found = _kept(image, ("click", *start), lambda: by_first_click(encoding, start))
    label = found.label
    counts = list(range(done + 1, min(len(keep), REPLAYED) + 1))
    if len(keep) > REPLAYED or (target.hint is not None and not len(keep)):
        counts.append(len(keep))
    for count in counts:
        step = ("clicks", *key, *xy[:count].ravel().tolist(), *keep[:count].tolist())
        earlier, spots, on = found, xy[:count], keep[:count]
        found = _kept(image, step, lambda f=earlier, s=spots, o=on: corrected(encoding, f, s, o))
    others = found.others if target.ambiguous else ()
    return Found(found.mask, found.score, label, others=others)


def _areas(encoding: Encoding, target: Target) -> Found:
    """Start from boxes and an earlier mask of an object."""
    sx, sy = encoding.scale
    boxes = [(left * sx, top * sy, right * sx, bottom * sy) for left, top, right, bottom in target.boxes]
    parts = [by_box(encoding, box) for box in boxes]
    masks = [part.mask for part in parts]
    if target.hint is not None:
        masks.append(_resized(target.hint, encoding.pixels.shape[:2]))
    return Found(np.logical_or.reduce(masks), min((part.score for part in parts), default=1.0))


def _kept(image: Image, key: tuple[object, ...], make: Callable[[], Found]) -> Found:
    """Return a step's result from the store, or compute it."""

    def weighed() -> tuple[Found, int]:
        made = make()
        return made, made.mask.nbytes * (1 + len(made.others))

    return EMBEDDINGS.get(f"{ID} {VERSION} step", content_key(image.content_key, key), weighed)


def _masks(image: Image, found: list[tuple[Found, int]]) -> Masks:
    shape = (image.height, image.width)
    sized = [(_resized(f.mask, shape), f, number) for f, number in found]
    filled = [item for item in sized if item[0].any()]
    if not filled:
        raise PromptError(
            "Nothing can be told apart from its surroundings at these prompts.",
            "Click on the middle of the object, or draw a box around it.",
        )
    return Masks(
        np.stack([mask for mask, _, _ in filled]),
        tuple(min(max(f.score, 0.0), 1.0) for _, f, _ in filled),
        tuple(f.label for _, f, _ in filled),
        tuple(number for _, _, number in filled),
    )


def _resized(mask: NDArray[np.bool_], shape: tuple[int, int]) -> NDArray[np.bool_]:
    import cv2

    if mask.shape == shape:
        return mask
    resized = cv2.resize(mask.astype(np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(resized) > 0.5


def _load(device: str) -> GraphCut:
    """Import and open what the first click needs, so that it does not wait for it."""
    import cv2
    import onnxruntime
    import scipy.ndimage
    import scipy.sparse.csgraph
    import skimage.segmentation

    del cv2, onnxruntime, scipy, skimage, device
    for file in WEIGHTS:
        net(file)
    return GraphCut()


SPECS = (
    EngineSpec(
        id=ID,
        task="segment",
        tier="embedded",
        title="Graph cut",
        summary="Cuts along colour edges from clicks, boxes or the names of 80 everyday things; no download.",
        accepts=frozenset({Text, Points, Box, MaskHint, Everything}),
        licence="Apache-2.0",
        version=VERSION,
        load=_load,
        weights=WEIGHTS,
        concepts=CLASSES,
        default=True,
    ),
)
