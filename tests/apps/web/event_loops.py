"""Gradio makes event loops for the thread that builds a page and never closes them; tests do."""

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def closed_event_loops() -> Iterator[None]:
    """Close what was left open when all tests have run."""
    made: list[asyncio.AbstractEventLoop] = []
    original = asyncio.new_event_loop

    def kept() -> asyncio.AbstractEventLoop:
        made.append(original())
        return made[-1]

    asyncio.new_event_loop = kept
    yield
    asyncio.new_event_loop = original
    asyncio.set_event_loop(None)
    for loop in made:
        if not loop.is_running():
            loop.close()
