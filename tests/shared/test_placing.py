"""Spans of a step: read, merged, refused."""

import pytest

from shared.errors import InputError
from shared.placing import MAX_SPANS, parse_spans, spans_as_text, spans_of_text


def test_spans_are_sorted_and_those_that_touch_become_one():
    assert parse_spans([[8, 9.5], [3, 5]], "robot") == ((3.0, 5.0), (8.0, 9.5))
    assert parse_spans([(1, 3), (2, 4), (4, 5), (1.5, 2)], "robot") == ((1.0, 5.0),)


@pytest.mark.parametrize("text", ["3-5", "3-5+8-9.5", "0-0.25+100.125-3600"])
def test_the_text_form_reads_back(text):
    assert spans_as_text(spans_of_text(text, "robot")) == text


@pytest.mark.parametrize("text", ["", "x", "3-x", "3-5+", "3--5", "-1-2", "3:5"])
def test_a_text_that_is_no_span_is_refused(text):
    with pytest.raises(InputError, match="robot: "):
        parse_spans(spans_of_text(text, "robot"), "robot")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("3-5", "pairs .start, end. in seconds, but got '3-5'"),
        (3, "pairs"),
        ([], "1 to 256 pairs"),
        ([[0, 1]] * (MAX_SPANS + 1), "1 to 256 pairs"),
        ([3, 5], "a span wants .start, end. in seconds, but got 3"),
        ([[3]], "a span wants"),
        ([[1, 2, 3]], "a span wants"),
        ([["3", "5"]], "a span wants"),
        ([[True, 5]], "a span wants"),
        ([[0, float("inf")]], "a span wants"),
        ([[float("nan"), 1]], "a span wants"),
        ([[5, 3]], "end after its start, both from 0 s on, but got 5 to 3 s"),
        ([[3, 3]], "end after its start"),
        ([[-1, 3]], "from 0 s on"),
    ],
)
def test_what_is_no_list_of_spans_is_refused(value, message):
    with pytest.raises(InputError, match=message):
        parse_spans(value, "robot")
