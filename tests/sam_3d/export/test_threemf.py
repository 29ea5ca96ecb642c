import zipfile
from xml.etree import ElementTree

import pytest

from sam_3d.export.threemf import write
from tests.sam_3d.export.readers import is_solid, read

CORE = "{http://schemas.microsoft.com/3dmanufacturing/core/2015/02}"


def test_another_reader_sees_a_solid_in_millimetres(lifted, tmp_path):
    write(lifted, tmp_path / "a.3mf", height_mm=70)
    mesh = read(tmp_path / "a.3mf")
    assert is_solid(mesh)
    assert mesh.extents[2] == pytest.approx(70, rel=1e-5)
    assert mesh.bounds[0, 2] == pytest.approx(0, abs=1e-6)


def test_the_package_says_its_unit_and_its_parts(lifted, tmp_path):
    write(lifted, tmp_path / "a.3mf")
    with zipfile.ZipFile(tmp_path / "a.3mf") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["[Content_Types].xml", "_rels/.rels", "3D/3dmodel.model"]
        model = ElementTree.fromstring(archive.read("3D/3dmodel.model"))
    assert model.tag == f"{CORE}model" and model.get("unit") == "millimeter"
    (item,) = model.findall(f"{CORE}build/{CORE}item")
    (part,) = model.findall(f"{CORE}resources/{CORE}object")
    assert item.get("objectid") == part.get("id")
    assert len(part.findall(f"{CORE}mesh/{CORE}triangles/{CORE}triangle")) == len(lifted.mesh.faces)
