"""The shapes of a lift as a row of pictures to choose from, each with its own parameters, and the scene."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import gradio as gr

from apps import shapes
from apps.task import task
from apps.web import options_panel
from apps.web.errors import told
from apps.web.fact_table import table_html
from apps.web.mark_board import MarkBoard, prompts_of
from apps.web.pictures import picture_url
from apps.web.run_bar import ONCE, QUIET
from apps.web.tiles import TileRow, tile
from sam_3d.shaping import ROUND, modes, parse_mode, summary
from shared.chain import step_text
from shared.errors import StudioError
from shared.params import parameters

SCENE = "scene"
# Options of a scene that the page asks for elsewhere.
_SHARED = (
    *("mode", "thickness", "mask_engine", "previews", "turntable"),
    *("print_check", "printer", "infill_percent"),
)
_DRAWING = "Drawing each shape of what is marked …"
# What a scene writes for each kind of file that the lift offers.
_FORMATS = {"glb": "glb", "obj": "obj", "stl": "zip", "usdz": "usdz", "fbx": "fbx"}


@dataclass(frozen=True)
class ModePicker:
    """Its components.

    Args:
        row: The tiles.
        look: Draws the pictures for what is marked.
        groups: By id, where the parameters of a shape are shown.
        names: (id, parameter) of each control.
        parameters: The controls of all shapes.
    """

    row: TileRow
    look: gr.Button
    groups: dict[str, gr.Column]
    names: tuple[tuple[str, str], ...]
    parameters: tuple[Any, ...]

    @property
    def controls(self) -> list[Any]:
        """What a run reads, in the order that `wanted` takes."""
        return [self.row, *self.parameters]

    def wanted(self, given: tuple[Any, ...]) -> tuple[str, dict[str, Any]]:
        """Return the task, "lift" or "scene", and the options that say which shape with which parameters."""
        chosen, *values = given
        own = {name: v for (kind, name), v in zip(self.names, values, strict=True) if kind == chosen}
        if chosen == SCENE:
            return SCENE, own
        usual = {p.name: p.default for p in parameters(modes()[chosen])}
        return "lift", {"mode": step_text({"id": chosen, **{k: v for k, v in own.items() if v != usual[k]}})}


def render(*, name: str) -> ModePicker:
    """Draw the tiles, and below them the parameters of the chosen shape.

    Args:
        name: Unique within the page, for element ids.
    """
    row = TileRow(ROUND, choices=_plain(), title="Shape", elem_id=f"{name}-modes")
    look = gr.Button("See each shape of what is marked", size="sm", elem_id=f"{name}-see-shapes")
    declared = {kind: parameters(mode) for kind, mode in modes().items()}
    declared[SCENE] = tuple(p for p in parameters(task(SCENE).options) if p.name not in _SHARED)
    groups, names, controls = {}, [], []
    for kind, given in declared.items():
        if not given:
            continue
        with gr.Column(visible=False, elem_id=f"{name}-mode-{kind}") as groups[kind]:
            for parameter in given:
                names.append((kind, parameter.name))
                controls.append(options_panel.control(parameter))
    return ModePicker(row, look, groups, tuple(names), tuple(controls))


def _plain() -> list[dict[str, Any]]:
    """Return the tiles without pictures."""
    found = [tile(kind, mode.title, reason=summary(mode)) for kind, mode in modes().items()]
    reason = (
        "Everything marked, each thing by itself, on one ground plane. People become posed bodies: those "
    )
    reason += "named (“person, chair”), and those marked that look like one; below you can say which are."
    return [*found, tile(SCENE, "Whole scene", reason=reason)]


def listen(picker: ModePicker, board: MarkBoard, engine: Any) -> None:
    """Draw the pictures when asked for, and show the parameters of what is chosen.

    Parameters take the values that a picture was drawn with: what is made looks as it was shown.

    Args:
        picker: The components.
        board: Photo and marks.
        engine: The picker of the mask engine.
    """

    def look(photo: str, marks: Any, text: str, mask_engine: str) -> Iterator[dict[Any, Any]]:
        yield {picker.row: gr.update(note=_DRAWING, tone="busy")}
        try:
            offered = shapes.suggestions(photo, prompts_of(marks, text), mask_engine=mask_engine)
        except StudioError as error:
            yield {picker.row: gr.update(note=told(error), tone="wrong")}
            return
        tiles = [
            tile(
                parse_mode(one.mode).id,
                one.title,
                reason=f"{summary(parse_mode(one.mode))} {one.reason}",
                picture="" if one.picture is None else picture_url(one.picture),
                chip="Suggested" if one is offered[0] else "",
            )
            for one in offered
        ]
        drawn = {one["id"] for one in tiles}
        more = [one for one in _plain() if one["id"] not in drawn]
        shown = gr.update(choices=[*tiles, *more], note="", tone="")
        yield {picker.row: shown, **_drawn_with(picker, [parse_mode(one.mode) for one in offered])}

    def chosen(kind: str) -> list[dict[str, Any]]:
        return [gr.update(visible=kind == other) for other in picker.groups]

    reads = [board.photo, board.canvas, board.text, engine]
    picker.look.click(look, reads, [picker.row, *picker.parameters], **ONCE)
    picker.row.input(chosen, picker.row, list(picker.groups.values()), queue=False, **QUIET)


def _drawn_with(picker: ModePicker, drawn: list[Any]) -> dict[Any, Any]:
    """Return updates of the parameters of shapes, given as modes, to the values that these have."""
    modes_by_id = {mode.id: mode for mode in drawn}
    return {
        control: gr.update(value=getattr(modes_by_id[kind], name))
        for (kind, name), control in zip(picker.names, picker.parameters, strict=True)
        if kind in modes_by_id
    }


def takes_engine(shape: dict[str, Any]) -> bool:
    """Whether the chosen shape is made by a lift engine."""
    return shape.get("mode", ROUND) == ROUND


def scene_options(options: dict[str, Any], formats: list[str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return what a scene takes of the options and file formats of a lift."""
    known = {field.name for field in fields(task(SCENE).options)}
    kept = tuple(dict.fromkeys(_FORMATS[form] for form in formats if form in _FORMATS))
    # A scene keeps no mesh that its turntable could be drawn of later.
    known -= {"turntable"}
    return {name: value for name, value in options.items() if name in known}, kept


def scene_html(facts: dict[str, Any]) -> str:
    """Return the things of a scene as a table."""
    rows = ((thing["name"], _thing(thing)) for thing in facts["objects"])
    return table_html("Scene", rows)


def _thing(thing: dict[str, Any]) -> str:
    size = " × ".join(f"{side:.0f}" for side in thing["size_mm"])
    below = f", on {thing['stands_on']}" if thing["stands_on"] != "ground" else ""
    prints = f"; {thing['print']['verdict']}" if "print" in thing else ""
    away = f"{thing['distance_m']:.3g} m from the camera"
    return f"{size} mm, {away}{below}, overlap {thing['overlap_iou']:.0%}{prints}"
