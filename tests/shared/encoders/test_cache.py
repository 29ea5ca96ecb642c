"""The cache encodes once, forgets what was used least recently, and keeps its limit."""

import threading

import pytest

from shared.encoders.cache import EncoderCache


class Maker:
    """Counts how often each content was encoded."""

    def __init__(self, weight: int = 40) -> None:
        self.made: list[str] = []
        self.weight = weight

    def get(self, cache: EncoderCache, key: str, encoder: str = "e") -> str:
        def make() -> tuple[str, int]:
            self.made.append(key)
            return f"{encoder}:{key}", self.weight

        return cache.get(encoder, key, make)


def test_the_same_content_is_encoded_once():
    cache, maker = EncoderCache(100), Maker()
    assert [maker.get(cache, k) for k in "abab"] == ["e:a", "e:b", "e:a", "e:b"]
    assert maker.made == ["a", "b"]


def test_encoders_do_not_share_their_embeddings():
    cache, maker = EncoderCache(100), Maker()
    assert maker.get(cache, "a", "one") == "one:a"
    assert maker.get(cache, "a", "two") == "two:a"


def test_the_least_recently_used_goes_first():
    cache, maker = EncoderCache(100), Maker()
    for key in "abac":  # a was used after b, so c drives out b
        maker.get(cache, key)
    maker.made.clear()
    for key in "acb":
        maker.get(cache, key)
    assert maker.made == ["b"]


def test_one_embedding_above_the_limit_is_still_kept_alone():
    cache, maker = EncoderCache(100), Maker(weight=500)
    for key in "aabb":
        maker.get(cache, key)
    assert maker.made == ["a", "b"]


def test_clear_forgets_everything():
    cache, maker = EncoderCache(100), Maker()
    maker.get(cache, "a")
    cache.clear()
    maker.get(cache, "a")
    assert maker.made == ["a", "a"]


def test_a_failed_encoding_is_not_kept():
    cache, maker = EncoderCache(100), Maker()

    def fail() -> tuple[str, int]:
        raise MemoryError

    with pytest.raises(MemoryError):
        cache.get("e", "a", fail)
    assert maker.get(cache, "a") == "e:a"


def test_threads_may_share_it():
    cache, maker = EncoderCache(200), Maker()
    results: list[bool] = []

    def work() -> None:
        results.extend(maker.get(cache, k) == f"e:{k}" for k in "abcdefgh" * 50)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 1600 and all(results)
