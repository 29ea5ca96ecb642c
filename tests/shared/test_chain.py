"""Chains apply their steps in order, survive JSON and refuse what is not a chain."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import pytest

from shared.chain import MAX_STEPS, Chain, parse_chain, parse_step
from shared.errors import InputError
from shared.params import Range, validated


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


KINDS = (Add, Double)


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


@pytest.mark.parametrize("text", ["", ":", ":a=1", "add:amount", "add:a=1,b"])
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
        ([{"id": "fly"}], "There is no effect 'fly'. Choose from add, double."),
        ([{"id": ["add"]}], "There is no effect"),
        ([{"id": "add", "amount": 10}], "add: amount wants -9 to 9, but got 10"),
        ([{"id": "add", "speed": 10}], "add has no parameter speed"),
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
