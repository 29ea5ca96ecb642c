"""A declaration takes exactly the values it declares, from Python, text or JSON alike."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InputError
from shared.params import Choice, Doc, Parameter, Range, build, parameters, to_dict, validated


@dataclass(frozen=True)
class Robot:
    """A declaration with every kind of parameter."""

    id: ClassVar[str] = "robot"
    gain_db: Annotated[float, Range(-60, 24, "dB"), Doc("Level change.")] = 0.0
    voices: Annotated[int, Range(1, 8)] = 2
    wide: bool = False
    shape: Annotated[str, Choice(("saw", "sine"))] = "saw"

    def __post_init__(self) -> None:
        validated(self)


def test_parameters_are_listed_as_written():
    assert parameters(Robot) == (
        Parameter("gain_db", float, 0.0, Range(-60, 24, "dB"), (), "Level change."),
        Parameter("voices", int, 2, Range(1, 8), (), ""),
        Parameter("wide", bool, False, None, (), ""),
        Parameter("shape", str, "saw", None, ("saw", "sine"), ""),
    )


robots = st.builds(
    Robot, st.floats(-60, 24), st.integers(1, 8), st.booleans(), st.sampled_from(["saw", "sine"])
)


@given(robots)
def test_values_survive_json_and_text(robot):
    assert build(Robot, to_dict(robot)) == robot
    assert build(Robot, {name: str(value) for name, value in to_dict(robot).items()}) == robot


@given(st.floats(allow_nan=False).filter(lambda v: not -60 <= v <= 24))
def test_numbers_out_of_range_are_refused_by_both_doors(value):
    with pytest.raises(InputError, match=r"robot: gain_db wants -60 to 24 dB, but got"):
        build(Robot, {"gain_db": value})
    with pytest.raises(InputError, match=r"robot: gain_db wants -60 to 24 dB, but got"):
        Robot(gain_db=value)


@pytest.mark.parametrize("edge", [-60, 24, "24", "-6e1"])
def test_the_edges_of_a_range_belong_to_it(edge):
    assert build(Robot, {"gain_db": edge}).gain_db == float(edge)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"gain_db": "loud"}, "gain_db wants a number, but got 'loud'"),
        ({"gain_db": None}, "gain_db wants a number"),
        ({"gain_db": True}, "gain_db wants a number"),
        ({"gain_db": "nan"}, "gain_db wants a number"),
        ({"gain_db": "inf"}, "wants -60 to 24 dB, but got inf"),
        ({"gain_db": [1]}, "gain_db wants a number"),
        ({"voices": 2.5}, "voices wants a whole number, but got 2.5"),
        ({"voices": "inf"}, "voices wants a whole number"),
        ({"voices": 9}, "voices wants 1 to 8, but got 9"),
        ({"wide": "perhaps"}, "wide wants true or false, but got 'perhaps'"),
        ({"wide": 2}, "wide wants true or false"),
        ({"shape": "cube"}, "shape wants one of saw, sine, but got 'cube'"),
        ({"depth": 1, "age": 2}, "robot has no parameter age, depth. It takes gain_db, voices, wide, shape"),
    ],
)
def test_what_is_not_declared_is_refused(values, message):
    with pytest.raises(InputError, match=message):
        build(Robot, values)


@pytest.mark.parametrize(("text", "value"), [("true", True), ("No", False), ("1", True), (0, False)])
def test_flags_are_read_from_words(text, value):
    assert build(Robot, {"wide": text}).wide is value


def test_a_whole_number_may_come_as_float_and_is_kept_as_int():
    voices = build(Robot, {"voices": 3.0}).voices
    assert voices == 3 and type(voices) is int


def test_the_owner_can_be_named():
    with pytest.raises(InputError, match="^step 2: voices"):
        build(Robot, {"voices": 0}, owner="step 2")


def test_a_declaration_without_parameters_says_so():
    @dataclass(frozen=True)
    class Plain:
        id: ClassVar[str] = "plain"

    assert build(Plain, {}) == Plain()
    with pytest.raises(InputError, match="plain has no parameter x. It takes no parameters."):
        build(Plain, {"x": 1})
