"""One lifted object for all tests that only look at it."""

import pytest

from sam_3d.lift import lift
from sam_3d.types import Reconstruction
from tests.sam_3d.shapes import bear, picture


@pytest.fixture(scope="session")
def lifted() -> Reconstruction:
    return lift(picture(bear()), bear())
