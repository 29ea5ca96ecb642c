"""The embedded mask engine: graph cuts on colour and edges, led by two small detectors. CPU only."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from shared.arrays import content_key
from shared.cut.select import Found, by_box, by_first_click, by_thing, corrected
from shared.detector import CLASSES, Detection
from shared.encoders.cache import EMBEDDINGS
from shared.encoders.image import Encoding, encode
from shared.engines.click_head import Target, targets
from shared.errors import PromptError
from shared.masks import Masks
from shared.media import Image
from shared.onnx import net
from shared.progress import Progress
from shared.prompts import Box, MaskHint, Points, Prompts, Text
from shared.registry import EngineSpec
from shared.vocabulary import class_of, nearest_classes

ID, VERSION = "graphcut", "1"
WEIGHTS = ("nanodet_coco80.onnx", "blazepose_detector.onnx", "blazepose_landmark_full.onnx")
REPLAYED = 8  # clicks that are followed one by one; further ones are taken together
LEAST_TEXT, RELATIVE_TEXT = 0.3, 0.45  # detector score, and in parts of the best one's
UNCONFIRMED_PERSON = 0.6  # score that finds a person whom the pose net does not see


class GraphCut:
    """Masks from clicks, boxes, earlier masks and the names of 80 everyday things."""

    def encode(self, image: Image) -> Encoding:
        """Return cells, things and people of a photo; computed once a photo."""
        return encode(image)

    def segment(
        self, image: Image, prompts: Prompts, progress: Progress | None = None
    ) -> tuple[Masks, tuple[str, ...]]:
        """Segment a picture; see `Segmenter`. One mask an object."""
        progress = progress or Progress()
        wanted, warnings = targets(prompts)
        names = [(p.text, _class(p.text)) for p in prompts if isinstance(p, Text)]
        progress.step(0.0, "look at the picture")
        encoding = self.encode(image)
        found: list[tuple[Found, int]] = []
        steps = len(wanted) + len(names)
        for number, target in enumerate(wanted):
            progress.step(0.4 + 0.6 * number / steps, f"segment object {target.object_id}")
            found.append((_select(image, encoding, target), target.object_id))
        free_id = max((target.object_id for target in wanted), default=-1) + 1
        for number, (text, name) in enumerate(names, len(wanted)):
            progress.step(0.4 + 0.6 * number / steps, f"segment {name}")
            for thing in _named(encoding, text, name):
                found.append((by_thing(encoding, thing), free_id))
                free_id += 1
        return _masks(image, found), warnings


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
    return Found(found.mask, found.score, label)


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
        return made, made.mask.nbytes

    return EMBEDDINGS.get(f"{ID} {VERSION} step", content_key(image.content_key, key), weighed)


def _class(text: str) -> str:
    name = class_of(text)
    if name is None:
        near = ", ".join(nearest_classes(text))
        raise PromptError(
            f"The built-in engine cannot find {text!r} by name; it knows 80 everyday things, of which {near} "
            "are nearest in meaning.",
            "Click on the object, draw a box around it, or use an engine that reads any text "
            f"(`segstudio models` lists them). The 80 names: {', '.join(CLASSES)}.",
        )
    return name


def _named(encoding: Encoding, text: str, name: str) -> list[Detection]:
    """Return the detections of a class that are certain enough, the most certain first.

    Raises:
        PromptError: There is none.
    """
    things = [t for t in encoding.things if t.label == name and t.score >= LEAST_TEXT]
    if name == "person" and things:
        seen = [person.box_xyxy() for person in encoding.people()]
        things = [t for t in things if t.score >= UNCONFIRMED_PERSON or any(_inside(s, t) for s in seen)]
    if not things:
        others = dict.fromkeys(t.label for t in encoding.things if t.score >= LEAST_TEXT)
        saw = f" It sees {', '.join(others)}." if others else ""
        raise PromptError(
            f"The built-in engine finds no {text} in this picture.{saw}",
            "Click on the object or draw a box around it.",
        )
    return [t for t in things if t.score >= RELATIVE_TEXT * things[0].score]


def _inside(person: tuple[float, ...], thing: Detection) -> bool:
    """Whether a person's head and shoulders, at the top of its box, lie in a detection."""
    left, top, right, bottom = thing.box_xyxy
    x, y = (person[0] + person[2]) / 2, person[1] + 0.2 * (person[3] - person[1])
    return left <= x <= right and top <= y <= bottom


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
        accepts=frozenset({Text, Points, Box, MaskHint}),
        licence="Apache-2.0",
        version=VERSION,
        load=_load,
        weights=WEIGHTS,
        concepts=CLASSES,
        default=True,
    ),
)
