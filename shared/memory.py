"""Give memory that was freed back to the system, so that long work on large blocks stays small."""

import sys
from collections.abc import Callable
from functools import cache
from typing import Any


def give_back() -> None:
    """Return freed pages to the system; does nothing where the C library has no such call (glibc has)."""
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@cache
def _malloc_trim() -> Callable[[int], Any] | None:
    """Find glibc's malloc_trim(3).

    Its allocator keeps freed blocks of up to 32 MB for later; with blocks of many sizes they add up to
    several hundred megabytes that are never used at once.
    """
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    return getattr(ctypes.CDLL(None), "malloc_trim", None)
