"""What is found in a turned picture lies where it is in the picture itself."""

import numpy as np
import pytest

from shared.pose import Person
from shared.pose_turned import quality, turned, turned_back
from shared.region import Region

WIDE, HIGH = 40, 24


def found_at(x: float, y: float) -> Person:
    marks = np.tile([x, y], (39, 1))
    seen = np.ones(33)
    world = np.tile([0.0, -1.0, 0.5], (33, 1))  # up in the picture, and away
    region = Region(x, y, 8.0)
    return Person(marks, np.zeros(33), seen, seen, world, 0.9, region, np.zeros((4, 4), np.float32))


@pytest.mark.parametrize(("quarters", "up"), [(0, (0, -1)), (1, (1, 0)), (2, (0, 1)), (3, (-1, 0))])
def test_places_and_directions_come_back(quarters, up):
    marked = np.zeros((HIGH, WIDE, 3), np.uint8)
    marked[9, 24] = 255
    row, column = np.argwhere(turned(marked, quarters)[..., 0])[0]
    found = found_at(column + 0.5, row + 0.5)
    person = turned_back(found, quarters, WIDE, HIGH)
    assert person.landmarks_px[0] == pytest.approx([24.5, 9.5])
    assert person.world_m[0] == pytest.approx([*up, 0.5])
    region = person.region
    assert (region.x_px, region.y_px, region.side_px) == pytest.approx((24.5, 9.5, 8))
    assert (np.sin(region.angle_rad), -np.cos(region.angle_rad)) == pytest.approx(up, abs=1e-12)


def test_quality_falls_with_what_is_hidden():
    person = found_at(3, 3)
    assert quality(person) == pytest.approx(0.9)
