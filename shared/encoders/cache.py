"""Encode once, prompt many: a small store of embeddings, keyed by encoder and content."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class EncoderCache:
    """Least-recently-used store with a limit in bytes; safe to share between threads.

    Args:
        limit_bytes: What all kept embeddings may weigh together.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._kept: OrderedDict[tuple[str, str], tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, encoder: str, content_key: str, make: Callable[[], tuple[T, int]]) -> T:
        """Return the embedding of this content, computing it when it is not there.

        Args:
            encoder: Name and version of the encoder.
            content_key: Sha256 of the media.
            make: Computes (embedding, weight in bytes); runs outside the lock.
        """
        key = (encoder, content_key)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        value, weight = make()
        with self._lock:
            self._kept[key] = (value, weight)
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and sum(w for _, w in self._kept.values()) > self._limit:
                self._kept.popitem(last=False)
        return value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


EMBEDDINGS = EncoderCache(limit_bytes=1_000_000_000)
