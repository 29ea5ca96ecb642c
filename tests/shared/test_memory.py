"""Freed memory goes back to the system where the C library can do that, and nothing breaks where not."""

import sys

import numpy as np

from shared import memory


def test_giving_back_leaves_what_is_in_use():
    kept = np.arange(1_000_000)
    for size in range(1000, 2_000_000, 100_000):
        np.empty(size, np.uint8)
    memory.give_back()
    assert kept.sum() == 499_999_500_000


def test_other_systems_have_no_such_call(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    memory._malloc_trim.cache_clear()
    assert memory._malloc_trim() is None
    memory.give_back()
    monkeypatch.undo()
    memory._malloc_trim.cache_clear()
