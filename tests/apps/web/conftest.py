"""What every test of the page shares."""

from tests.apps.web.event_loops import closed_event_loops

__all__ = ["closed_event_loops"]
