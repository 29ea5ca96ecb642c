"""The prompt canvas as a component: its value is the JSON of the prompts, nothing else."""

from pathlib import Path

import numpy as np
import pytest

from apps.web import canvas, widget
from apps.web.canvas import PromptCanvas
from shared.errors import PromptError
from shared.prompts import Box, Choice, Everything, MaskHint, Points, parse

POINTS = Points(((3, 4), (5, 6)), (True, False))
BOX = Box((1, 2, 30, 40), False, 3)


def test_its_value_is_the_json_of_prompts_and_reads_back() -> None:
    shown = PromptCanvas().postprocess((POINTS, BOX))
    assert shown == [POINTS.to_json(), BOX.to_json()]
    assert parse(PromptCanvas().preprocess(shown)) == (POINTS, BOX)


def test_a_painted_mask_and_a_choice_come_back_as_they_were() -> None:
    mask = np.zeros((6, 9), bool)
    mask[1:4, 2:7] = True
    given = (MaskHint(mask, 2, "cup"), Everything(), Choice((2, 0)))
    hint, *others = parse(PromptCanvas().preprocess(PromptCanvas().postprocess(given)))
    assert isinstance(hint, MaskHint) and (hint.mask == mask).all()
    assert (hint.object_id, hint.label) == (2, "cup") and tuple(others) == given[1:]


def test_nothing_marked_is_an_empty_list() -> None:
    assert PromptCanvas().preprocess(None) == []
    assert PromptCanvas().postprocess(None) == []


def test_a_wrong_prompt_is_refused_before_it_is_shown() -> None:
    with pytest.raises(PromptError, match="left < right"):
        PromptCanvas().postprocess([{"kind": "box", "xyxy_px": [9, 9, 1, 1]}])


def test_its_api_schema_names_its_kinds_and_its_example_is_a_prompt() -> None:
    kinds = [form["properties"]["kind"]["const"] for form in PromptCanvas().api_info()["items"]["oneOf"]]
    assert kinds == ["points", "box", "mask", "keypoints", "everything", "choice"]
    assert parse(PromptCanvas().example_payload())[0].kind == "points"


def test_its_properties_are_no_events() -> None:
    made = PromptCanvas(preview="data:,", width_px=4, height_px=3)
    assert made.props["width_px"] == 4
    assert not hasattr(made, "preview") and not hasattr(made, "found")
    assert callable(made.upload) and callable(made.input)


def test_the_files_of_a_component_hold_nothing_that_its_templates_would_read() -> None:
    for name in sorted({path.name.partition(".")[0] for path in widget.FOLDER.iterdir()}):
        parts = widget.template(name)
        for text in (parts["html_template"], parts["css_template"]):
            assert not any(mark in text for mark in ("${", "{{", "`", "\\", "<script")), name
        assert "http" not in parts["js_on_load"].replace("http://www.w3.org/2000/svg", ""), name


def test_components_write_no_stub_files_beside_the_source() -> None:
    assert list(Path(canvas.__file__).parent.glob("*.pyi")) == []
