"""Tiles of shapes: every mode and the scene, each with its own parameters, read back as options."""

import base64

import gradio as gr
import numpy as np
import pytest

from apps.task import task
from apps.web import mode_picker
from apps.web.mode_picker import SCENE, ModePicker, scene_options, takes_engine
from apps.web.pictures import picture_url, png_bytes
from sam_3d.shaping import modes, parse_mode


@pytest.fixture(scope="module")
def picker() -> ModePicker:
    with gr.Blocks():
        return mode_picker.render(name="test")


def given(picker: ModePicker, chosen: str, **changed: object) -> tuple[object, ...]:
    """The values of the controls as the page sends them."""
    usual = [control.value for control in picker.parameters]
    for place, (kind, name) in enumerate(picker.names):
        if kind == chosen and name in changed:
            usual[place] = changed[name]
    return (chosen, *usual)


def test_every_shape_has_a_tile(picker: ModePicker) -> None:
    tiles = picker.row.props["choices"]
    assert [tile["id"] for tile in tiles] == [*modes(), SCENE]
    assert all(tile["title"] and tile["reason"].endswith(".") for tile in tiles)


@pytest.mark.parametrize("kind", modes())
def test_untouched_parameters_are_the_usual_ones(picker: ModePicker, kind: str) -> None:
    wanted, options = picker.wanted(given(picker, kind))
    assert (wanted, options) == ("lift", {"mode": kind})
    assert takes_engine(options) == (kind == "round")
    assert parse_mode(options["mode"]) == modes()[kind]()


def test_parameters_take_what_a_picture_was_drawn_with(picker: ModePicker) -> None:
    drawn = [parse_mode("revolve:inside=vessel,wall_percent=7"), parse_mode("extrude")]
    found = mode_picker._drawn_with(picker, drawn)
    values = {
        picker.names[place]: found[control]["value"]
        for place, control in enumerate(picker.parameters)
        if control in found
    }
    assert values[("revolve", "inside")] == "vessel" and values[("revolve", "wall_percent")] == 7
    assert {kind for kind, _ in values} == {"revolve", "extrude"}


def test_changed_parameters_are_told(picker: ModePicker) -> None:
    _, options = picker.wanted(given(picker, "extrude", depth_percent=8, edge="bevel"))
    assert options["mode"] == "extrude:depth_percent=8,edge=bevel"
    assert parse_mode(options["mode"]).depth_percent == 8


def test_a_scene_takes_what_it_knows_of_a_lift(picker: ModePicker) -> None:
    wanted, own = picker.wanted(given(picker, SCENE, tallest_mm=70))
    assert wanted == SCENE and own["tallest_mm"] == 70
    options, formats = scene_options({**own, "thickness": 1.0, "height_mm": 50}, ["glb", "stl", "ply"])
    assert "height_mm" not in options and options["thickness"] == 1.0
    assert formats == ("glb", "zip")
    task(SCENE).checked_options(options)
    assert task(SCENE).chosen_formats(formats) == formats


def test_pictures_become_data_urls() -> None:
    picture = np.full((20, 30, 3), (200, 10, 10), np.uint8)
    head, _, body = picture_url(picture).partition(",")
    assert head == "data:image/jpeg;base64" and base64.b64decode(body)[:2] == b"\xff\xd8"
    assert png_bytes(picture)[:4] == b"\x89PNG"


def test_a_scene_is_told_as_a_table() -> None:
    thing = {"name": "a <b>", "size_mm": [10.2, 20, 30], "distance_m": 0.123, "overlap_iou": 0.91}
    things = [thing | {"stands_on": "ground"}, thing | {"stands_on": "table"}]
    told = mode_picker.scene_html({"objects": things})
    assert "a &lt;b&gt;" in told and "10 × 20 × 30 mm" in told and "91%" in told
    assert told.count("on table") == 1 and "on ground" not in told
    checked = thing | {"stands_on": "ground", "print": {"verdict": "not printable"}}
    assert "91%; not printable" in mode_picker.scene_html({"objects": [checked]})
