"""The printed figure has the height that was asked for, and an impossible one is refused before any work."""

from pathlib import Path

import pytest
import trimesh

from apps.cli import main
from apps.figure import FigureOptions
from shared.errors import InputError

PERSON = Path(__file__).parents[2] / "examples" / "body" / "person.jpg"


def test_no_height_is_life_size() -> None:
    assert FigureOptions().figure() == {"plate": False, "height_mm": None}
    assert FigureOptions(plate=True, print_height_mm=150).figure() == {"plate": True, "height_mm": 150}


def test_less_than_a_millimetre_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError, match=r"0\.4 mm tall cannot be printed"):
        FigureOptions(print_height_mm=0.4).figure()
    out = tmp_path / "out"
    assert main(["body", "estimate", str(PERSON), "--print-height-mm", "0.4", "--out", str(out)]) == 2
    assert "or 0 for life-size" in capsys.readouterr().err and not out.exists()


@pytest.mark.slow
def test_a_figure_on_its_plate_is_as_tall_as_asked(tmp_path: Path) -> None:
    asked = ["--print-height-mm", "150", "--plate", "--formats", "stl", "--no-previews", "--no-details"]
    assert main(["body", "estimate", str(PERSON), *asked, "--texture", "clay", "--out", str(tmp_path)]) == 0
    solid = trimesh.load_mesh(tmp_path / "body.stl")
    assert solid.is_watertight and solid.body_count == 1
    assert solid.extents[2] == pytest.approx(150, abs=0.01)
    assert solid.extents[:2].max() < 150
