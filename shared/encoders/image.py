"""What the embedded mask engine computes once a photo: its cells, the things and the people in it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from shared.cut.belief import weights
from shared.cut.canvas import Canvas, canvas
from shared.cut.sight import Sight, sight
from shared.detector import Detection, Look, look
from shared.encoders.cache import EMBEDDINGS
from shared.media import Image
from shared.pose import Person, find_people

ENCODER = "cells-300 nanodet blazepose 3"
SHORT_PX = 300
LONGEST_PX = 2048  # larger photos are worked on at this size; their masks are enlarged again
LEAST_PERSON = 0.3
BYTES_PX = 300  # what an encoding weighs a canvas pixel: cells, and what the net saw at them
LEAST_THING = 0.05  # below it, the detector sees things everywhere


@dataclass(frozen=True, eq=False)
class Encoding:
    """A photo, encoded.

    Args:
        pixels: (h, w, 3) uint8 RGB, the photo, shrunk when it is longer than 2048 px.
        scale: (x, y) pixels here a photo pixel, 1 or less.
        whole: The photo as a canvas.
        look: What the detector's net saw.
    """

    pixels: NDArray[np.uint8]
    scale: tuple[float, float]
    whole: Canvas
    look: Look
    _people: list[tuple[Person, ...]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def things(self) -> tuple[Detection, ...]:
        """What the detector found, the most certain first."""
        return self.look.things

    @cached_property
    def sight(self) -> Sight:
        """What the detector's net saw at each cell; computed when first asked."""
        size = (self.pixels.shape[1], self.pixels.shape[0])
        return sight(self.whole, self.look, size, weights().scaling)

    def people(self) -> tuple[Person, ...]:
        """Return the people that the pose net confirms; looked for when first asked."""
        with self._lock:
            if not self._people:
                boxes = [t.box_xyxy for t in self.things if t.label == "person" and t.score >= LEAST_PERSON]
                found = find_people(self.pixels, boxes_xyxy=np.array(boxes[:8]).reshape(-1, 4))
                self._people.append(found)
            return self._people[0]


def encode(image: Image) -> Encoding:
    """Return the encoding of a photo; the same photo is encoded only once."""
    return EMBEDDINGS.get(ENCODER, image.content_key, lambda: _encode(image))


def _encode(image: Image) -> tuple[Encoding, int]:
    import cv2

    pixels, longest = image.pixels, max(image.width, image.height)
    if longest > LONGEST_PX:
        size = [max(round(n * LONGEST_PX / longest), 1) for n in (image.width, image.height)]
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    scale = (pixels.shape[1] / image.width, pixels.shape[0] / image.height)
    with ThreadPoolExecutor(1) as helper:
        seen = helper.submit(look, pixels, least_score=LEAST_THING)
        whole = canvas(pixels, short_px=SHORT_PX)
        made = Encoding(pixels, scale, whole, seen.result())
    height, width = made.whole.shape
    return made, pixels.nbytes + height * width * BYTES_PX
