import numpy as np
import pytest

from sam_3d.arrange import Item, arrange
from sam_3d.lift import lift
from sam_3d.usual_heights import usual_height
from shared.errors import InputError
from shared.scene import Scene, SceneNode
from tests.sam_3d.shapes import picture

SIZE_PX = (320, 240)


def ball(column, foot, radius):
    """A disc that stands on a row of the picture."""
    rows, columns = np.mgrid[: SIZE_PX[1], : SIZE_PX[0]] + 0.5
    return (columns - column) ** 2 + (rows - (foot - radius)) ** 2 < radius**2


def item(mask, name="ball", height_m=None):
    return Item(name, lift(picture(mask), mask, thickness=1.0), mask, height_m)


def test_two_equal_balls_at_different_distances_are_equally_large():
    # A camera 1 above the ground sees a ball of radius r at depth d with radius r f / d.
    focal, pitch = 160 / np.tan(np.radians(55 / 2)), np.radians(20)
    masks = []
    for depth, column in ((2.0, 90), (4.0, 230)):
        foot_below = depth * np.tan(pitch) - 1 / np.cos(pitch)
        row = SIZE_PX[1] / 2 - focal * foot_below / depth
        masks.append(ball(column, row, 0.2 * focal / depth))
    made = arrange([item(masks[0]), item(masks[1])], SIZE_PX, plate=False)
    near, far = (np.ptp(node.mesh.vertices[:, 1]) for node in made.scene.nodes)
    assert far == pytest.approx(near, rel=0.12)
    assert made.distances_m[1] > 1.6 * made.distances_m[0]
    assert min(made.overlaps) > 0.9


def test_everything_stands_on_the_ground_with_its_name():
    made = arrange([item(ball(80, 200, 50)), item(ball(220, 170, 30)), item(ball(160, 230, 20), "")], SIZE_PX)
    names = [node.name for node in made.scene.nodes]
    assert names == ["ball", "ball 2", "object 3", "ground"]
    for node in made.scene.nodes[:3]:
        assert node.in_world().vertices[:, 1].min() == pytest.approx(0, abs=1e-3)
    left, right = (node.position for node in made.scene.nodes[:2])
    assert left[0] < right[0] and left[2] > right[2]  # the lower one is nearer to the viewer on +z
    plate = made.scene.nodes[3].mesh
    assert plate.vertices[:, 1].max() == 0


@pytest.mark.slow
def test_the_tallest_sets_the_scale_unless_a_height_is_known():
    masks = ball(80, 200, 50), ball(220, 190, 25)
    made = arrange([item(m) for m in masks], SIZE_PX, tallest_mm=250)
    assert max(np.ptp(n.mesh.vertices[:, 1]) for n in made.scene.nodes[:2]) == pytest.approx(0.25)
    known = arrange([item(masks[0], height_m=1.7), item(masks[1])], SIZE_PX, tallest_mm=250)
    assert np.ptp(known.scene.nodes[0].mesh.vertices[:, 1]) == pytest.approx(1.7)


def test_the_camera_looks_down_as_far_as_the_contacts_ask():
    made = arrange([item(ball(160, 60, 20))], SIZE_PX, pitch_deg=0)
    assert made.pitch_deg > 10
    assert any("look down by" in warning for warning in made.warnings)


def test_what_is_cut_off_below_is_told():
    made = arrange([item(ball(160, 260, 60))], SIZE_PX)
    assert any("ball is cut off" in warning for warning in made.warnings)


def test_wrong_scenes_are_explained():
    with pytest.raises(InputError, match="at least one object"):
        arrange([], SIZE_PX)
    mesh = item(ball(160, 200, 40)).shape.mesh
    node = SceneNode("a", mesh, np.zeros(3))
    with pytest.raises(InputError, match="distinct names"):
        Scene((node, node))


def test_names_give_the_scale_unless_a_height_is_asked_for():
    cup, plain = item(ball(160, 200, 50), "cup"), item(ball(160, 200, 50))
    tall = [float(np.ptp(arrange([one], SIZE_PX).scene.nodes[0].mesh.vertices[:, 1])) for one in (cup, plain)]
    usual = usual_height("cup")
    assert usual and tall == pytest.approx([usual.metres, 0.1])
    chair = arrange([item(ball(160, 200, 50), "chair")], SIZE_PX, tallest_mm=60)
    assert np.ptp(chair.scene.nodes[0].mesh.vertices[:, 1]) == pytest.approx(0.06)


def test_what_does_not_fit_its_usual_height_is_told():
    things = [
        item(ball(60 + 90 * n, 205, 22), name) for n, name in enumerate(("cup", "apple", "refrigerator"))
    ]
    said = arrange(things, SIZE_PX).warnings
    assert any("refrigerator is far from its usual height" in words for words in said)
    assert any("follows from how high such things usually are" in words for words in said)
