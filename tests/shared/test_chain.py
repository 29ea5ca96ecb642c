"""Chains apply their steps in order, survive JSON and refuse what is not a chain."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import pytest

from shared.chain import MAX_STEPS, Chain, Placed, parse_chain, parse_step, step_text
from shared.errors import InputError
from shared.params import Range, validated
from shared.placing import Spans


@dataclass(frozen=True)
class Add:
    """Add an amount."""

    id: ClassVar[str] = "add"
    title: ClassVar[str] = "Add"
    amount: Annotated[float, Range(-9, 9)] = 1.0

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, value: float, /) -> float:
        return value + self.amount


@dataclass(frozen=True)
class Double:
    """Multiply by two."""

    id: ClassVar[str] = "double"
    title: ClassVar[str] = "Double"

    def __call__(self, value: float, /) -> float:
        return value * 2


@dataclass(frozen=True)
class Hold(Add):
    """Add an amount, or say in which spans it would."""

    id: ClassVar[str] = "hold"

    @property
    def neutral(self) -> bool:
        return self.amount == 0

    def within(self, value: float, spans: Spans) -> float:
        return value + self.amount * sum(end - start for start, end in spans)


KINDS = (Add, Double, Hold)


def test_steps_are_applied_first_to_last():
    assert Chain((Add(3), Double()))(1) == 8
    assert Chain((Double(), Add(3)))(1) == 5
    assert Chain()(1) == 1


def test_chains_survive_json():
    chain = Chain((Add(2.5), Double(), Add(-1)))
    items = chain.to_json()
    assert items == [{"id": "add", "amount": 2.5}, {"id": "double"}, {"id": "add", "amount": -1}]
    assert parse_chain(items, KINDS) == chain


def test_a_step_on_the_command_line():
    item = parse_step(" add : amount = 2.5 ,")
    assert item == {"id": "add", "amount": "2.5"}
    assert parse_chain([item, parse_step("double")], KINDS) == Chain((Add(2.5), Double()))


def test_a_bypassed_step_does_nothing_and_keeps_its_settings():
    chain = parse_chain([{"id": "add", "amount": 3, "bypass": True}, {"id": "double"}], KINDS)
    assert chain(1) == 2
    assert chain.to_json() == [{"id": "add", "amount": 3, "bypass": True}, {"id": "double"}]
    assert parse_chain(chain.to_json(), KINDS) == chain
    assert parse_chain([{"id": "add", "bypass": False, "spans": []}], KINDS) == Chain((Add(),))


def test_a_step_acts_in_its_spans():
    item = parse_step("hold:amount=2@3-5+8-9.5")
    assert item == {"id": "hold", "amount": "2", "spans": [[3, 5], [8, 9.5]]}
    chain = parse_chain([item], KINDS)
    assert chain == Chain((Placed(Hold(2), spans=((3, 5), (8, 9.5))),))
    assert chain(1) == 1 + 2 * 3.5
    assert chain.to_json() == [{"id": "hold", "amount": 2, "spans": [[3, 5], [8, 9.5]]}]
    assert parse_chain(chain.to_json(), KINDS) == chain


@pytest.mark.parametrize("text", ["double", "add:amount=2.5", "hold:amount=2,bypass=true@0.5-3", "hold@1-2"])
def test_a_step_is_written_as_it_is_read(text):
    assert step_text(parse_step(text)) == text


def test_a_chain_is_neutral_when_every_step_says_so():
    assert Chain().neutral
    assert Chain((Hold(0), Placed(Add(), bypass=True), Placed(Hold(0), spans=((0, 1),)))).neutral
    assert not Chain((Hold(1),)).neutral
    assert not Chain((Add(0),)).neutral


@pytest.mark.parametrize("text", ["", ":", "@1-2", ":a=1", "add:amount", "add:a=1,b"])
def test_what_is_no_step_is_refused(text):
    with pytest.raises(InputError, match="name:parameter=value"):
        parse_step(text)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ({}, "wants a JSON list"),
        ("add", "wants a JSON list"),
        ([{}], 'objects with an "id"'),
        (["add"], 'objects with an "id"'),
        ([{"id": "fly"}], "There is no effect 'fly'. Choose from add, double, hold."),
        ([{"id": ["add"]}], "There is no effect"),
        ([{"id": "add", "amount": 10}], "add: amount wants -9 to 9, but got 10"),
        ([{"id": "add", "speed": 10}], "add has no parameter speed"),
        ([{"id": "add", "bypass": "perhaps"}], "add: bypass wants true or false, but got 'perhaps'"),
        ([{"id": "add", "spans": [[0, 1]]}], "add takes no spans: what it works on has no time."),
        ([{"id": "hold", "spans": [[2, 1]]}], "hold: a span wants its end after its start"),
        ([{"id": "hold", "spans": "1-2"}], "hold: spans want"),
        ([{"id": "double"}] * (MAX_STEPS + 1), "at most 32 steps, but got 33"),
    ],
)
def test_what_is_no_chain_is_refused(items, message):
    with pytest.raises(InputError, match=message):
        parse_chain(items, KINDS, what="effect")


def test_the_message_stays_short_whatever_came():
    with pytest.raises(InputError) as caught:
        parse_chain(["x" * 10_000], KINDS)
    assert len(str(caught.value)) < 200
