"""The rack is made from the declarations alone."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from apps.task import task
from apps.web.step_rack import declarations, label, rack_for
from shared.discovery import declared
from shared.params import Choice, Doc, Range, parameters


@dataclass(frozen=True)
class Bell:
    """Ring a bell.

    More words.
    """

    id: ClassVar[str] = "bell"
    title: ClassVar[str] = "Bell"
    decay_s: Annotated[float, Range(0.1, 9, "s"), Doc("How long it rings.")] = 2.0
    kind: Annotated[str, Choice(("small", "large"))] = "small"


def test_a_declaration_is_all_that_the_rack_needs() -> None:
    (bell,) = declarations([Bell])
    assert (bell["id"], bell["title"], bell["doc"]) == ("bell", "Bell", "Ring a bell.")
    decay, kind = bell["parameters"]
    assert decay == {
        "name": "decay_s",
        "label": "Decay",
        "kind": "float",
        "default": 2.0,
        "low": 0.1,
        "high": 9,
        "unit": "s",
        "choices": [],
        "doc": "How long it rings.",
    }
    assert kind["choices"] == ["small", "large"]


def test_labels_drop_only_their_own_unit() -> None:
    decay, kind = parameters(Bell)
    assert (label(decay), label(kind)) == ("Decay", "Kind")


def test_names_that_differ_in_the_unit_alone_keep_it() -> None:
    @dataclass(frozen=True)
    class Shelf:
        low_db: Annotated[float, Range(-9, 9, "dB")] = 0.0
        low_hz: Annotated[float, Range(20, 900, "Hz")] = 100.0

    assert [row["label"] for row in declarations([Shelf])[0]["parameters"]] == ["Low dB", "Low Hz"]


def test_every_declared_effect_is_on_offer() -> None:
    rack = rack_for(task("separate"), "Add", name="rack")
    offered = [kind["id"] for kind in rack.props["declarations"]]
    assert offered == [step.id for step in declared("sam_audio.effects", "EFFECTS")] and "gain" in offered


def test_its_value_is_the_chain_of_a_recipe() -> None:
    rack = rack_for(task("separate"), "Add", name="rack")
    assert rack.preprocess([{"id": "gain", "gain_db": 3}]) == ({"id": "gain", "gain_db": 3},)
    assert rack.preprocess(None) == ()


def test_presets_stand_ready_where_the_package_has_some() -> None:
    rack = rack_for(task("separate"), "Add", name="rack")
    ready = {preset["id"]: preset for preset in rack.props["presets"]}
    assert ready["cathedral"]["title"] == "Cathedral" and ready["cathedral"]["steps"][0]["id"]
    offered = {kind["id"] for kind in rack.props["declarations"]}
    assert {step["id"] for preset in ready.values() for step in preset["steps"]} <= offered
    assert rack_for(task("lift"), "Add", name="operations").props["presets"] == []


def test_only_steps_over_time_can_be_placed_in_it() -> None:
    timed = {kind["id"]: kind["timed"] for kind in declarations(declared("sam_audio.effects", "EFFECTS"))}
    assert timed["gain"] and not declarations([Bell])[0]["timed"]


def test_bypass_and_spans_reach_the_chain_of_a_recipe() -> None:
    rack = rack_for(task("separate"), "Add", name="rack")
    given = rack.preprocess([{"id": "gain", "gain_db": 3, "bypass": True}, {"id": "gain", "spans": [[3, 5]]}])
    off, placed = task("separate").checked_chain(given).steps
    assert off.bypass and off.neutral and placed.spans == ((3, 5),)
