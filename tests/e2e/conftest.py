"""What every test of a page in a browser shares."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.apps.web.event_loops import closed_event_loops

__all__ = ["closed_event_loops"]


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """One browser for all tests of pages."""
    from tests.e2e.browser import started_browser

    with started_browser() as browser:
        yield browser
