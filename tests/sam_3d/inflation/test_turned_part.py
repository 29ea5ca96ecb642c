import numpy as np
import pytest

from sam_3d.inflation.turned_part import turned_form
from tests.sam_3d.cups import FOOT_PX, HEIGHT_PX, MIDDLE_PX, RIM_PX, WIDTH_PX, cup
from tests.sam_3d.shapes import disc

TILT, RADIUS, HALF_WIDTH = np.radians(30), 70.0, 6.0


def form_of(mask):
    form = turned_form(mask, mask)
    assert form is not None
    return form


def handle(azimuth_deg):
    """An upright bow in a plane through the axis, turned to the viewer, at a cup seen from above.

    The cup's middle is where (MIDDLE_PX, 150) is; points go right, down and away from the viewer.
    """
    azimuth, turn = np.radians(azimuth_deg), np.linspace(-np.pi / 2, np.pi / 2, 400)
    out, along = RADIUS + 50 * np.cos(turn), 40 * np.sin(turn)
    across, near = out * np.cos(azimuth), out * np.sin(azimuth)
    down = along * np.cos(TILT) + near * np.sin(TILT)
    rows, columns = np.mgrid[:HEIGHT_PX, :WIDTH_PX] + 0.5
    mask = np.zeros(rows.shape, bool)
    for x, y in zip(MIDDLE_PX + across, 150 + down, strict=True):
        mask |= np.hypot(columns - x, rows - y) < HALF_WIDTH
    depth = along * np.sin(TILT) - near * np.cos(TILT)
    return mask, np.column_stack([MIDDLE_PX + across, 150 + down]), depth


def straight_cup():
    """The outline of a cylinder of that radius, 140 pixels high, seen from 30 degrees above."""
    rows, columns = np.mgrid[:HEIGHT_PX, :WIDTH_PX] + 0.5
    half = 70 * np.cos(TILT)
    mask = (np.abs(columns - MIDDLE_PX) < RADIUS) & (np.abs(rows - 150) < half)
    for middle in (150 - half, 150 + half):
        ellipse = ((columns - MIDDLE_PX) / RADIUS) ** 2 + ((rows - middle) / (RADIUS * np.sin(TILT))) ** 2
        mask |= ellipse < 1
    return mask, 150 - half


def test_the_axis_of_a_cup_leans_as_it_is_seen():
    form = form_of(cup(30)[0])
    assert np.degrees(form.lathe.tilt_rad) == pytest.approx(30, abs=3)
    a, b, c = form.plane_px()
    assert a + b * MIDDLE_PX + c * RIM_PX[0] == pytest.approx(0, abs=3)  # the rim's middle is at the depth 0
    deep = (FOOT_PX[0] - RIM_PX[0]) * np.tan(np.radians(30))
    assert a + b * MIDDLE_PX + c * FOOT_PX[0] == pytest.approx(deep, rel=0.12)


@pytest.mark.parametrize("azimuth_deg", [0, 30, 50])
def test_a_handle_comes_as_far_forward_as_its_foot_shows(azimuth_deg):
    body, rim_row = straight_cup()
    mask, places, depth = handle(azimuth_deg)
    plane = form_of(body).leaning_px(mask)
    found = plane[0] + places @ plane[1:]
    # The form counts depths from the middle of the rim, the handle from that of the cup.
    truth = depth + (150 - rim_row) * np.tan(TILT)
    assert np.abs(found - truth).mean() < 22
    if azimuth_deg:
        level = form_of(body).plane_px()
        assert np.abs(found - truth).mean() < 0.5 * np.abs(level[0] + places @ level[1:] - truth).mean()


def test_what_spans_the_axis_keeps_its_plane():
    body, _ = straight_cup()
    arch = np.zeros_like(body)
    arch[40:90, 80:220] = True
    form = form_of(body)
    assert form.leaning_px(arch) == pytest.approx(form.plane_px())


def test_a_handle_does_not_reach_below_the_foot():
    """Of a cup seen from 30 degrees above, with a handle that stands far before it."""
    body, rim_row = straight_cup()
    form = form_of(body)
    mask = np.zeros_like(body)
    mask[190:270, 200:250] = True
    plane = form.leaning_px(mask)
    rows, columns = np.nonzero(mask)
    depth = plane[0] + plane[1] * columns + plane[2] * rows
    along = (rows - rim_row) * np.cos(TILT) + depth * np.sin(TILT)
    assert np.quantile(along, 0.9) < 140 + 8


def test_what_is_not_round_is_not_turned():
    box, ring = np.zeros((200, 200), bool), disc(80) & ~disc(40)
    box[40:160, 50:150] = True
    corner = box.copy()
    corner[40:100, 100:150] = False
    for mask in (box, ring, corner):
        assert turned_form(mask, mask) is None
    assert turned_form(box, box, vessel=True) is not None  # a can, if it is known to be open
