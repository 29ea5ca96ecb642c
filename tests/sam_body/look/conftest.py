"""The example person, estimated once, and a painted body on which all can be looked up."""

from pathlib import Path

import numpy as np
import pytest

from sam_body.building import posed_body
from sam_body.estimate import estimate
from sam_body.look.looks import Looks, LookSettings, with_looks
from sam_body.model import AVERAGE, body_model
from sam_body.skeletons import skeleton
from sam_body.texture.painting import paint
from sam_body.types import Body
from shared.loading import load_image
from shared.media import Image
from shared.mesh import Camera
from shared.raster import rasterise

PERSON = Path(__file__).parents[3] / "examples/body/person.jpg"


@pytest.fixture(scope="session")
def standing() -> Body:
    """An average person in the model's own pose, 4 m before a camera."""
    angles = np.zeros((len(body_model().bones), 3))
    camera = Camera(640.0, (240.0, 240.0), (480, 480))
    return posed_body(body_model(), skeleton("game_engine"), AVERAGE, angles, camera)


def silhouette(body: Body) -> np.ndarray:
    """(H, W) bool."""
    return rasterise(body.posed_vertices() + body.offset_m, body.skin.faces, body.camera).face >= 0


@pytest.fixture(scope="session")
def places() -> np.ndarray:
    """(480, 480, 3) a picture whose red and green say where a pixel is."""
    rows, columns = np.indices((480, 480))
    return np.stack([columns * 0.5, rows * 0.5, rows * 0 + 90], axis=-1).round().astype(np.uint8)


@pytest.fixture(scope="session")
def painted(standing: Body, places: np.ndarray) -> Body:
    from dataclasses import replace

    surface = standing.posed_vertices() + standing.offset_m
    return replace(standing, paint=paint(places, silhouette(standing), surface, standing.camera))


@pytest.fixture(scope="session")
def photo() -> Image:
    return load_image(PERSON)


@pytest.fixture(scope="session")
def looks(photo: Image) -> Looks:
    """The example person, dressed, painted, with a face that nobody knows."""
    return with_looks(photo, estimate(photo).bodies, (), LookSettings(surface="clothes", blur_face=True))
