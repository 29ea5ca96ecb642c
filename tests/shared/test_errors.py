"""Errors say problem and cure in one line, and are all of one family."""

import pytest

from shared import errors


def test_problem_and_cure_make_the_message():
    error = errors.InputError("It is empty.", "Choose another.")
    assert str(error) == "It is empty. Choose another."
    assert (error.problem, error.cure) == ("It is empty.", "Choose another.")
    assert str(errors.InputError("It is empty.")) == "It is empty."


@pytest.mark.parametrize(
    "kind",
    [
        errors.InputError,
        errors.PromptError,
        errors.EngineUnavailable,
        errors.WeightsError,
        errors.ExportError,
        errors.Cancelled,
    ],
)
def test_one_family(kind):
    assert issubclass(kind, errors.StudioError)
    assert kind.__doc__


def test_a_cancelled_run_says_that_nothing_was_written():
    assert "nothing was written" in str(errors.Cancelled())
