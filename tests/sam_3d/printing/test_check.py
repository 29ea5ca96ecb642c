import numpy as np
import pytest
import trimesh

from sam_3d.printing.check import check_print, gate
from sam_3d.printing.heat_map import wall_map
from sam_3d.printing.printers import PRINTERS
from sam_3d.types import Reconstruction
from shared.errors import ExportError
from shared.mesh import Camera, Mesh


def thing(mesh: trimesh.Trimesh) -> Reconstruction:
    """An object of true size, in millimetres, z up, as printers have it."""
    x, y, z = np.asarray(mesh.vertices, float).T / 1000
    made = Mesh(np.stack([x, z, -y], axis=1), np.asarray(mesh.faces, np.int64), scale="metric")
    return Reconstruction(made, Camera(100.0, (50, 50), (100, 100)), np.array([0, 0, -2.0]))


def test_a_cube_prints():
    report = check_print(thing(trimesh.creation.box((40, 40, 40))))
    facts = report.facts
    assert report.printable and not report.problems
    assert facts["manifold"] and facts["volume_cm3"] == 64 and facts["weight_solid_g"] == pytest.approx(79.4)
    # Two lines of wall (96 cm² × 0.8 mm) and 15 % of the rest.
    assert facts["weight_printed_g"] == pytest.approx((7.68 + 0.15 * 56.32) * 1.24, abs=0.1)
    assert facts["foot_percent"] == 100 and facts["wall_p1_mm"] == pytest.approx(40)
    assert facts["fits"] == [printer.name for printer in PRINTERS]
    gate(report)


def test_thin_walls_are_told_with_the_size_that_would_do():
    report = check_print(thing(trimesh.creation.box((40, 0.4, 40))))
    (thin,) = [problem for problem in report.problems if "thinner than 0.4 mm" in problem.what]
    assert "80 mm tall" in thin.cure and not thin.fatal


def test_a_ball_wants_a_flat_foot_and_that_mends_it():
    report = check_print(thing(trimesh.creation.icosphere(4, 30)))
    assert report.printable and {"id": "flat_cut", "cut_percent": 4.0} in report.mending()


def test_an_open_mesh_is_kept_back_with_a_cure():
    box = trimesh.creation.box((40, 40, 40))
    box.update_faces(np.arange(len(box.faces)) > 1)
    report = check_print(thing(box))
    assert not report.printable and report.facts["weight_solid_g"] is None
    assert report.mending()[0] == {"id": "fill_holes"}
    with pytest.raises(ExportError, match="open edges.*fill_holes.*switch the print check off"):
        gate(report)


def test_an_inside_out_mesh_is_kept_back():
    box = trimesh.creation.box((40, 40, 40))
    box.invert()
    assert not check_print(thing(box)).printable


def test_loose_bodies_are_counted():
    boxes = [trimesh.creation.box((20, 20, 20)) for _ in range(2)]
    boxes[1].apply_translation((50, 0, 0))
    report = check_print(thing(trimesh.util.concatenate(boxes)))
    assert any("2 separate bodies" in problem.what for problem in report.problems)


def test_a_closed_cavity_is_no_loose_body():
    ball, inner = trimesh.creation.icosphere(3, 20), trimesh.creation.icosphere(3, 15)
    inner.invert()
    report = check_print(thing(trimesh.util.concatenate([ball, inner])))
    assert (report.facts["bodies"], report.facts["cavities"]) == (1, 1)
    assert report.facts["wall_p5_mm"] == pytest.approx(5, abs=0.2)
    assert any("keep resin" in problem.what for problem in report.problems)


def test_beds_are_compared_with_the_thing_turned_as_fits():
    wide = check_print(thing(trimesh.creation.box((205, 245, 20)))).facts["fits"]
    assert {"Prusa MK4S", "UltiMaker S5"} <= set(wide) and "Creality K1" not in wide
    large = check_print(thing(trimesh.creation.box((400, 20, 20))))
    assert large.facts["fits"] == [] and any("none of the common printers" in p.what for p in large.problems)


def test_a_named_printer_gives_the_size_that_fits_it():
    report = check_print(thing(trimesh.creation.box((200, 100, 400))), printer="prusa_mini")
    (large,) = [problem for problem in report.problems if "too large for the Prusa MINI+" in problem.what]
    assert large.step == {"id": "scale_to_height", "height_mm": 180.0}
    assert report.verdict == "printable with care"


def test_the_infill_counts_for_the_weight():
    cube = thing(trimesh.creation.box((40, 40, 40)))
    full = check_print(cube, infill_percent=100).facts
    assert full["weight_printed_g"] == full["weight_solid_g"]
    assert check_print(cube, infill_percent=0).facts["weight_printed_g"] == pytest.approx(
        7.68 * 1.24, abs=0.1
    )


def test_parts_that_begin_in_mid_air_are_islands():
    """A hook: its arm comes back down and ends above the bed."""
    post, arm = trimesh.creation.box((10, 10, 60)), trimesh.creation.box((40, 10, 10))
    arm.apply_translation((15, 0, 25))
    drop = trimesh.creation.box((10, 10, 30)).apply_translation((30, 0, 10))
    report = check_print(thing(trimesh.boolean.union([post, arm, drop], engine="manifold")))
    assert report.facts["islands_mm"] == [pytest.approx(25, abs=1)]
    assert check_print(thing(trimesh.creation.box((20, 20, 20)))).facts["islands_mm"] == []


def test_what_no_nozzle_draws_is_kept_back():
    sheet = check_print(thing(trimesh.creation.box((40, 0.1, 40))))
    assert sheet.verdict == "not printable"
    with pytest.raises(ExportError, match="thinner than 0.1 mm"):
        gate(sheet)


def test_a_speck_is_thin_not_inside_out():
    report = check_print(thing(trimesh.creation.box((0.1, 0.1, 0.1))))
    assert report.facts["manifold"] and [problem.what for problem in report.problems if problem.fatal] == [
        "5 % of the walls are thinner than 0.1 mm, which no nozzle draws."
    ]


def test_the_heat_map_is_red_where_it_is_thin():
    plate, block = trimesh.creation.box((60, 20, 0.4)), trimesh.creation.box((20, 20, 20))
    block.apply_translation((40, 0, 0))
    made = thing(trimesh.boolean.union([plate, block], engine="manifold"))
    dense = trimesh.Trimesh(made.mesh.vertices, made.mesh.faces).subdivide_to_size(0.004)
    made = made.with_mesh(Mesh(np.asarray(dense.vertices), np.asarray(dense.faces), scale="metric"))
    colors = wall_map(made, check_print(made)).colors.astype(int)
    x = made.mesh.vertices[:, 0]
    left, right = colors[x < -0.01], colors[x > 0.035]
    assert (left[:, 0] > 180).all() and (left[:, 2] < 60).all()
    assert (right[:, 2] > right[:, 0]).mean() > 0.8
