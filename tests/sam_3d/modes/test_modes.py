"""What holds of every mode: declared parameters, one closed textured body, a silhouette that is the mask."""

import re

import numpy as np
import pytest

from sam_3d.lift import lift
from sam_3d.shaping import mode_text, modes, parse_mode, summary
from shared.errors import InputError, PromptError, StudioError
from shared.masks import Masks
from shared.params import parameters
from tests.sam_3d.shapes import bear, odd_masks, picture
from tests.sam_3d.solids import check_solid, overlap

SINGLE = [kind for kind, mode in modes().items() if not mode.several]
# These follow the mask; the others put it on a plate.
ODD = ("whole picture", "one pixel", "hole", "thin line", "border corner", "frame")
FOLLOW = ("round", "extrude", "shell")


@pytest.mark.parametrize("kind", modes())
def test_the_declaration_is_complete(kind):
    mode = modes()[kind]
    assert re.fullmatch("[a-z]+", kind) and mode.id == kind and mode.title
    assert summary(mode).endswith(".")
    assert all(parameter.doc.endswith(".") for parameter in parameters(mode))
    assert parse_mode(mode_text(mode())) == mode()


@pytest.mark.parametrize("kind", SINGLE)
def test_a_shape_is_one_closed_textured_body(kind):
    result = lift(picture(bear()), bear(), mode=kind)
    check_solid(result.mesh)
    assert result.mesh.texture is not None and result.mesh.uv is not None
    assert result.mesh.uv.min() >= 0 and result.mesh.uv.max() <= 1
    assert len(result.warnings) >= 1


@pytest.mark.parametrize("kind", FOLLOW)
def test_the_shape_projects_back_onto_its_mask(kind):
    mask = np.roll(bear(), (25, -40), (0, 1))
    assert overlap(lift(picture(mask), mask, mode=kind), mask) >= 0.97


@pytest.mark.parametrize("kind", SINGLE)
@pytest.mark.parametrize(
    "name", ["whole picture", "one pixel", "hole", "thin line", "border corner", "frame"]
)
def test_odd_masks_give_one_closed_body_or_say_why_not(kind, name):
    mask = odd_masks()[name]
    try:
        result = parse_mode(kind)(picture(mask), mask[None], cells=48, progress=_quiet())
    except PromptError as error:
        assert "thin" in str(error) and error.cure
    except InputError as error:
        assert "thread" in str(error) and error.cure
    else:
        check_solid(result.mesh)


def _quiet():
    from shared.progress import Progress

    return Progress()


def test_forty_islands_and_a_sliver_end_in_words():
    islands = np.zeros((140, 200), bool)
    for number in range(40):
        row, column = divmod(number, 8)
        islands[row * 26 + 5 : row * 26 + 20, column * 24 + 5 : column * 24 + 20] = True
    result = lift(picture(islands), islands, mode="extrude")
    assert any("98% left out" in warning and "scene" in warning for warning in result.warnings)
    sliver = np.ones((1, 5000), bool)
    with pytest.raises(StudioError, match="thread"):
        lift(picture(sliver), sliver, mode="lithophane")
    with pytest.raises(StudioError, match="too thin"):
        lift(picture(sliver), sliver, mode="revolve")
    check_solid(lift(picture(sliver), sliver, mode="extrude").mesh)


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("lathe", "no shape 'lathe'. Choose auto or one of round"),
        ("extrude:depth=3", "extrude has no parameter depth. It takes depth_percent"),
        ("extrude:depth_percent=300", "depth_percent wants 0.5 to 100 %"),
        ("lithophane:min_mm=3,max_mm=2", "max_mm wants more than min_mm"),
        ("lithophane:frame_mm=10,long_side_mm=30", "leaves no picture"),
        ("shell:bulge=up", "bulge wants one of towards, away"),
    ],
)
def test_wrong_modes_are_explained(mode, message):
    with pytest.raises(InputError, match=re.escape(message)):
        lift(picture(bear()), bear(), mode=mode)


def test_a_shape_of_its_own_takes_no_engine():
    with pytest.raises(InputError, match="takes no engine"):
        lift(picture(bear()), bear(), mode="extrude", engine="inflate")


def test_the_manifest_names_the_mode():
    result = lift(picture(bear()), bear(), mode="shell:rise=1")
    assert result.chosen.spec.id == "shell"
    assert result.chosen.spec.tier == "embedded" and result.chosen.why == "the mode shell was asked for"


def test_auto_says_what_it_took_and_why():
    mask = np.zeros((120, 160), bool)
    mask[40:80, 30:130] = True
    result = lift(picture(mask), mask, mode="auto")
    assert result.chosen.spec.id == "extrude"
    assert "fills 100% of its box" in result.chosen.why


def test_a_mode_of_parts_takes_the_best_mask_of_each_object():
    left, right, worse = (np.zeros((80, 160), bool) for _ in range(3))
    left[20:60, 10:80], right[30:50, 80:150], worse[0:10, 0:10] = True, True, True
    masks = Masks(np.stack([left, worse, right]), (0.9, 0.2, 0.8), ("", "", ""), (0, 0, 1))
    result = lift(picture(left | right), masks, mode="parts")
    assert overlap(result, left | right) >= 0.95
