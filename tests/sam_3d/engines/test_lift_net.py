import numpy as np
import pytest
import trimesh

from sam_3d.engines import lift_net
from sam_3d.engines.lift_net import SPECS, inputs, look
from sam_3d.inflation.outline import trace
from sam_3d.lift import lift
from sam_3d.sheets.crop import Crop, cut
from shared.media import Image
from tests.sam_3d.shapes import bear, disc, picture


def shaded_ball(radius=80, size=240):
    """A matt ball lit from the upper left, with what a lift should find of it: half a ball to the front."""
    mask = disc(radius, size)
    rows, columns = (np.mgrid[:size, :size] + 0.5 - size / 2) / radius
    away = np.sqrt(np.maximum(1 - rows**2 - columns**2, 0))
    light = np.clip(-0.4 * columns - 0.5 * rows + 0.75 * away, 0.08, 1)
    pixels = (np.array([225, 140, 90]) * np.where(mask, light, 0.3)[..., None]).astype(np.uint8)
    return Image(pixels), mask


def crop_of(image, mask):
    return cut(image.pixels, mask, trace(mask), side=lift_net.SIDE, margin=lift_net.MARGIN)


def test_it_runs_anywhere_and_is_the_default():
    (spec,) = SPECS
    assert (spec.tier, spec.default, spec.missing()) == ("embedded", True, None)
    assert lift(picture(bear()), bear()).chosen.spec is spec


def test_the_input_is_what_the_net_was_trained_on():
    torch = pytest.importorskip("torch")
    from tools.train_lift import net as training

    rng = np.random.default_rng(3)
    coverage = np.asarray(disc(25, 64), np.float32)
    coverage[20] *= 0.7
    color = rng.random((64, 64, 3)).astype(np.float32) * (coverage > 0.5)[..., None]
    inflation = coverage * rng.random((64, 64)).astype(np.float32) + 0.02
    inflation *= coverage > 0.5

    def batch(values):
        return torch.from_numpy(np.ascontiguousarray(values, np.float32))[None]

    wanted = training.inputs(
        batch(color.transpose(2, 0, 1)), batch(coverage[None]), batch(inflation[None]), torch.ones(1, 1, 1, 1)
    )
    assert inputs(Crop(coverage, color, (0, 0), 1.0), inflation) == pytest.approx(wanted[0].numpy(), abs=1e-5)


def test_a_shaded_ball_becomes_about_a_ball():
    image, mask = shaded_ball()
    made = lift(image, mask, engine="lift_net").mesh
    solid = trimesh.Trimesh(made.vertices, made.faces, process=False)
    solid.merge_vertices()
    assert solid.is_watertight and solid.body_count == 1
    width, height, depth = np.ptp(made.vertices, axis=0)
    assert width == pytest.approx(height, rel=0.05)
    assert 0.6 < depth / width < 1.4
    assert solid.volume / (np.pi / 6 * width * height * depth) == pytest.approx(1, rel=0.15)


def test_a_mirrored_photo_gives_the_mirrored_answer():
    image, mask = shaded_ball()
    mask = mask & ~disc(40, 240, (170, 90))
    straight = look(crop_of(image, mask))
    turned = look(crop_of(Image(image.pixels[:, ::-1].copy()), mask[:, ::-1].copy()))
    inside = straight.inflation > 0.05
    assert np.abs(straight.front - turned.front[:, ::-1])[inside].mean() < 0.01


def test_one_flat_colour_counts_as_no_colour():
    mask = bear()
    grey, red = (
        Image(np.where(mask[..., None], np.uint8(c), np.uint8(255)).astype(np.uint8))
        for c in ([90] * 3, [200, 30, 30])
    )
    assert (inputs(crop_of(grey, mask), np.zeros((64, 64), np.float32))[:4] == 0).all()
    assert look(crop_of(grey, mask)).front == pytest.approx(look(crop_of(red, mask)).front, abs=1e-6)


def test_depth_is_stretched_by_the_thickness():
    image, mask = shaded_ball()
    sizes = [
        np.ptp(lift(image, mask, engine="lift_net", thickness=t).mesh.vertices, axis=0) for t in (0.65, 1.3)
    ]
    thin, usual = (size[2] / size[0] for size in sizes)
    assert thin == pytest.approx(usual / 2, rel=0.05)


def test_where_the_net_is_unsure_the_inflation_takes_over(monkeypatch):
    image, mask = shaded_ball()
    sure = lift(image, mask, engine="lift_net")
    assert not any("unsure" in warning for warning in sure.warnings)
    monkeypatch.setattr(lift_net, "TRUSTED", -2.0)
    monkeypatch.setattr(lift_net, "DOUBTED", -1.0)
    unsure = lift(image, mask, engine="lift_net")
    assert any("100% of the shape is the inflated outline" in warning for warning in unsure.warnings)
    inflated = lift(image, mask, engine="inflate")
    assert np.ptp(unsure.mesh.vertices, axis=0) == pytest.approx(
        np.ptp(inflated.mesh.vertices, axis=0), rel=0.05
    )


def test_parts_too_thin_for_the_crop_stay_thin():
    mask = disc(60, 400, (100, 200))
    mask[199:202, 100:390] = True
    image = Image(np.full((400, 400, 3), 128, np.uint8))
    vertices = lift(image, mask, engine="lift_net").mesh.vertices
    rod = vertices[vertices[:, 0] > 0.1]
    assert np.ptp(rod[:, 2]) < 0.12
