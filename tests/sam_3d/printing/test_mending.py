from dataclasses import replace

import numpy as np
import pytest
import trimesh

from sam_3d.export.stl import write as write_stl
from sam_3d.export.threemf import write as write_3mf
from sam_3d.printing.mending import mended
from sam_3d.printing.reading import read_mesh
from sam_3d.statistics import statistics
from shared.errors import InputError
from shared.exporting import export


@pytest.mark.parametrize("suffix", [".stl", ".3mf", ".obj", ".ply", ".glb"])
def test_what_was_written_is_read_at_its_true_size(lifted, tmp_path, suffix):
    path = export(lifted, tmp_path / f"a{suffix}", package="sam_3d.export", height_mm=80)
    found, wanted = statistics(read_mesh(path)), statistics(lifted, 80)
    assert found["size_mm"] == pytest.approx(wanted["size_mm"], abs=0.01)
    assert found["volume_cm3"] == pytest.approx(wanted["volume_cm3"], rel=1e-4)


@pytest.mark.slow
def test_a_broken_file_is_mended_step_by_step(lifted, tmp_path):
    keep = np.random.default_rng(3).random(len(lifted.mesh.faces)) > 0.01
    broken = lifted.with_mesh(replace(lifted.mesh, faces=lifted.mesh.faces[keep]))
    write_stl(broken, tmp_path / "broken.stl")
    crumb = trimesh.creation.icosphere(1, 2).apply_translation([90, 0, 5])
    whole = trimesh.util.concatenate([trimesh.load(tmp_path / "broken.stl"), crumb])
    whole.export(tmp_path / "broken.stl")
    done, report, steps = mended(read_mesh(tmp_path / "broken.stl"))
    assert [step["id"] for step in steps] == ["fill_holes", "largest_body", "flat_cut"]
    assert report.printable and report.facts["bodies"] == 1 and report.facts["foot_percent"] > 3
    assert report.facts["volume_cm3"] == pytest.approx(statistics(lifted)["volume_cm3"], rel=0.02)
    write_3mf(done, tmp_path / "mended.3mf")
    assert read_mesh(tmp_path / "mended.3mf").mesh.scale == "metric"


def test_what_prints_is_left_alone(tmp_path):
    trimesh.creation.box((40, 40, 40)).export(tmp_path / "cube.stl")
    cube = read_mesh(tmp_path / "cube.stl")
    done, report, steps = mended(cube)
    assert steps == () and report.verdict == "ready to print" and done is cube


@pytest.mark.parametrize(("name", "data"), [("a.stl", b"solid nonsense"), ("a.3mf", b"PK"), ("a.txt", b"?")])
def test_what_is_no_mesh_is_explained(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError):
        read_mesh(tmp_path / name)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="no file"):
        read_mesh(tmp_path / "none.stl")
