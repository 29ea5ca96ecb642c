"""One model, one posed body and one rendered person for all tests that only look at them."""

import numpy as np
import pytest

from sam_body.building import posed_body
from sam_body.estimate import Estimate, estimate
from sam_body.model import AVERAGE, BodyModel, body_model
from sam_body.observation import default_camera
from sam_body.sampling import Scene, mild_pose, random_scene
from sam_body.skeletons import skeleton
from sam_body.types import Body


@pytest.fixture(scope="session")
def model() -> BodyModel:
    return body_model()


def strong_body(rig: str) -> Body:
    angles = mild_pose(np.random.default_rng(5), strength=0.8)
    shape = AVERAGE + [0.3, 0.05, 0.2, -0.2, 0.1, 0.1]
    return posed_body(body_model(), skeleton(rig), shape, angles, default_camera(768, 1024))


@pytest.fixture(scope="session", params=["game_engine", "mixamo"])
def body(request: pytest.FixtureRequest) -> Body:
    return strong_body(request.param)


@pytest.fixture
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw solids anew on a grid of a thirtieth of the cells, where details are not looked at."""
    monkeypatch.setattr("sam_body.export.solid.MOST_CELLS", 1_000_000)
    monkeypatch.setattr("sam_body.export.solid.FINEST", 0.004)


@pytest.fixture(scope="session")
def scene() -> Scene:
    return random_scene(100)


@pytest.fixture(scope="session")
def estimated(scene: Scene) -> Estimate:
    return estimate(scene.image)
