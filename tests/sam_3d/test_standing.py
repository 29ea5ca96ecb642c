"""What stands on what is told from masks, and put where it stands in truth."""

import numpy as np
import pytest
import trimesh

from sam_3d.arrange import Item, arrange
from sam_3d.ground import Ground
from sam_3d.lift import lift
from sam_3d.standing import carriers, grounds, level_of, uncovered
from shared.errors import InputError
from shared.media import Image
from shared.mesh import Camera, Mesh
from shared.raster import rasterise
from tests.sam_3d.shapes import picture

SIZE_PX = (320, 240)
GROUND = Ground(Camera(300.0, (160.0, 120.0), SIZE_PX), float(np.radians(30)))


def block(width: float, height: float, deep: float, place: tuple[float, float, float]) -> trimesh.Trimesh:
    """A box that stands at a place."""
    box = trimesh.creation.box(extents=(width, height, deep))
    box.apply_translation((place[0], place[1] + height / 2, place[2]))
    return box


def seen(*solids: trimesh.Trimesh) -> list[np.ndarray]:
    """The visible part of each solid."""
    drawn = [
        rasterise(GROUND.world_to_camera(np.asarray(s.vertices)), s.faces, GROUND.camera) for s in solids
    ]
    nearest = np.argmin([one.depth for one in drawn], axis=0)
    return [(one.face >= 0) & (nearest == number) for number, one in enumerate(drawn)]


TABLE, CUP = block(0.9, 0.35, 0.6, (0, 0, -2)), block(0.12, 0.14, 0.12, (0.1, 0.35, -2))


@pytest.mark.parametrize("names", [("", ""), ("table", "cup")])
def test_what_is_seen_around_the_foot_carries(names: tuple[str, str]) -> None:
    assert carriers(seen(TABLE, CUP), names) == (None, 0)


def test_what_hides_the_foot_does_not_carry() -> None:
    behind = block(0.3, 0.8, 0.3, (0, 0, -2.6))
    table, hidden = seen(TABLE, behind)
    assert hidden.sum() and carriers([table, hidden], ("", "")) == (None, None)
    before = block(0.12, 0.14, 0.12, (0, 0, -1.4))
    assert carriers(seen(TABLE, before), ("", "")) == (None, None)


def test_names_settle_doubts() -> None:
    masks = seen(TABLE, CUP)
    assert carriers(masks, ("bottle", "cup")) == (None, None)  # a bottle bears nothing
    assert carriers(masks, ("table", "woman")) == (None, None)  # people sit behind tables
    assert carriers(masks, ("skateboard", "woman")) == (None, 0)
    assert carriers(masks, ("table", "chair")) == (None, None)  # a chair stands on the floor
    assert carriers([*masks, np.zeros(SIZE_PX[::-1], bool)], ("", "", "")) == (None, 0, None)


def test_a_table_that_is_seen_in_part_is_the_ground() -> None:
    table, cup = np.zeros((2, *SIZE_PX[::-1]), bool)
    table[100:] = True
    cup[90:160, 100:140] = True
    table &= ~cup
    below = carriers([table, cup], ("table", "cup"))
    assert below == (None, 0)
    assert grounds([table, cup], ("table", "cup"), below) == (0,) == grounds([table, cup], ("", ""), below)
    assert grounds([table, cup], ("horse", "cup"), below) == ()
    assert grounds(seen(TABLE, CUP), ("table", "cup"), below) == ()


def test_the_level_is_that_of_the_surface_below_the_foot() -> None:
    _, cup = seen(TABLE, CUP)
    mesh = Mesh(np.asarray(TABLE.vertices), np.asarray(TABLE.faces))
    assert level_of(mesh, GROUND, cup) == pytest.approx(0.35, abs=0.01)
    assert level_of(mesh, GROUND, np.roll(cup, 150, axis=1)) is None


def test_what_is_hidden_is_filled_in_from_the_thing_alone() -> None:
    table, cup = seen(TABLE, CUP)
    pixels = np.full((*SIZE_PX[::-1], 3), (0, 0, 255), np.uint8)
    pixels[table], pixels[cup] = (200, 150, 90), (0, 255, 0)
    image, whole = uncovered(Image(pixels), table, [cup])
    alone = seen(TABLE)[0]
    assert (whole & alone).sum() / (whole | alone).sum() > 0.97
    hidden = alone & cup
    assert hidden.sum() > 50 and np.abs(image.pixels[hidden].astype(int) - (200, 150, 90)).max() < 12
    assert (image.pixels[~cup] == pixels[~cup]).all()


def test_a_thing_is_put_on_its_carrier_and_is_as_large_as_it_is() -> None:
    masks = seen(TABLE, CUP)
    whole = uncovered(Image(np.full((*SIZE_PX[::-1], 3), 90, np.uint8)), masks[0], masks[1:])[1]
    lifts = [lift(picture(mask), mask, engine="inflate", thickness=1.3) for mask in (whole, masks[1])]
    field = 2 * float(np.degrees(np.arctan(160 / 300)))

    def made(stands_on: int | None):
        items = [Item("table", lifts[0], whole), Item("cup", lifts[1], masks[1], stands_on=stands_on)]
        return arrange(items, SIZE_PX, field_of_view_deg=field, pitch_deg=30, tallest_mm=350, plate=False)

    on = made(0)
    table, cup = (node.in_world().vertices for node in on.scene.nodes)
    assert on.stands_on == (None, 0)
    assert cup[:, 1].min() == pytest.approx(0.35, abs=0.08) and table[:, 1].min() == pytest.approx(
        0, abs=1e-6
    )
    assert np.ptp(cup[:, 1]) == pytest.approx(0.14, rel=0.35)
    fallen = made(None).scene.nodes[1].in_world().vertices
    assert fallen[:, 1].min() == pytest.approx(0, abs=1e-6) and np.ptp(fallen[:, 1]) > 1.3 * np.ptp(cup[:, 1])
    assert np.abs(cup[:, [0, 2]].mean(0) - table[:, [0, 2]].mean(0)).max() < 0.35


def test_a_circle_is_refused() -> None:
    masks = seen(TABLE, CUP)
    lifts = [lift(picture(mask), mask, engine="inflate") for mask in masks]
    items = [
        Item("", one, mask, stands_on=1 - n) for n, (one, mask) in enumerate(zip(lifts, masks, strict=True))
    ]
    with pytest.raises(InputError, match="in a circle"):
        arrange(items, SIZE_PX)
