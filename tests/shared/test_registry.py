"""The best engine that is here and understands the prompts is taken, and the choice is explained."""

import dataclasses
import threading
from typing import Any

import pytest

from shared import registry
from shared.errors import EngineUnavailable, PromptError
from shared.prompts import Box, Points, Text
from shared.registry import TIERS, EngineSpec, Missing, Tier, choose, engines, loaded

POINT = (Points(((1, 1),), (True,)),)
TEXT = (Text("dog"),)
ABSENT = Missing("The weights are not here.", "Run segstudio models get it.", "it")


def spec(name: str, tier: Tier, *kinds: Any, missing: Missing | None = None, **more: Any) -> EngineSpec:
    return EngineSpec(
        id=name,
        task="segment",
        tier=tier,
        title=name.upper(),
        summary="An engine.",
        accepts=frozenset(kinds),
        licence="MIT",
        version="1",
        load=lambda device: (name, device),
        missing=lambda: missing,
        **more,
    )


OFFICIAL = spec("sam", "official", Text, Points, Box)
OPEN = spec("tiny", "open", Points, Box)
EMBEDDED = spec("cut", "embedded", Points, default=True)


class TestChoice:
    def test_official_then_open_then_embedded(self):
        assert choose((OFFICIAL, OPEN, EMBEDDED), POINT).spec is OFFICIAL
        assert choose((OPEN, EMBEDDED), POINT).spec is OPEN
        assert choose((EMBEDDED,), POINT).spec is EMBEDDED

    def test_what_is_not_here_is_passed_over_and_named(self):
        absent = dataclasses.replace(OFFICIAL, missing=lambda: ABSENT)
        chosen = choose((absent, OPEN, EMBEDDED), POINT)
        assert chosen.spec is OPEN
        assert "open" in chosen.why and "sam" in chosen.why and "not on this machine" in chosen.why

    def test_what_does_not_understand_is_passed_over_and_named(self):
        texts = spec("words", "embedded", Text)
        chosen = choose((OPEN, texts), TEXT)
        assert chosen.spec is texts
        assert "tiny" in chosen.why and "these prompts" in chosen.why

    def test_every_prompt_must_be_understood(self):
        assert choose((OPEN, OFFICIAL), (*POINT, *TEXT)).spec is OFFICIAL

    def test_nothing_that_is_here_understands(self):
        absent = dataclasses.replace(OFFICIAL, missing=lambda: ABSENT)
        with pytest.raises(PromptError) as caught:
            choose((absent, OPEN, EMBEDDED), TEXT)
        text = str(caught.value)
        assert "text" in text and "sam" in text.lower() and ABSENT.cure in text
        assert "tiny" not in text

    def test_nothing_at_all_understands(self):
        with pytest.raises(PromptError, match="[Nn]o engine of the suite does"):
            choose((OPEN, EMBEDDED), TEXT)

    def test_missing_is_asked_anew_each_time(self):
        answers = iter([ABSENT, ABSENT, None, None, None])
        late = dataclasses.replace(OFFICIAL, missing=lambda: next(answers))
        assert choose((late, EMBEDDED), POINT).spec is EMBEDDED
        assert choose((late, EMBEDDED), POINT).spec is late


class TestNamedEngine:
    def test_is_taken_whatever_else_is_here(self):
        chosen = choose((OFFICIAL, OPEN, EMBEDDED), POINT, "cut")
        assert chosen.spec is EMBEDDED and chosen.why == "cut was asked for"

    def test_unknown(self):
        with pytest.raises(EngineUnavailable, match="no engine 'magic'.*auto or one of sam, tiny, cut"):
            choose((OFFICIAL, OPEN, EMBEDDED), POINT, "magic")

    def test_missing(self):
        absent = dataclasses.replace(OPEN, missing=lambda: ABSENT)
        with pytest.raises(EngineUnavailable, match="TINY cannot run here: The weights .*models get it"):
            choose((OFFICIAL, absent), POINT, "tiny")

    def test_does_not_understand_and_says_who_would(self):
        with pytest.raises(PromptError, match=r"TINY does not understand .* text\. Sam would"):
            choose((OFFICIAL, OPEN), TEXT, "tiny")


class TestLoading:
    def test_once_a_device(self, monkeypatch):
        calls = []
        counted = dataclasses.replace(EMBEDDED, load=lambda device: calls.append(device) or object())
        first = loaded(counted, "cpu")
        assert loaded(counted, "cpu") is first and loaded(counted) is first
        assert loaded(counted, "cuda") is not first
        assert calls == ["cpu", "cuda"]

    def test_embedded_engines_stay_on_the_cpu_others_take_the_best_device(self, monkeypatch):
        monkeypatch.setattr(registry, "best_device", lambda: "cuda")
        assert loaded(EMBEDDED) == ("cut", "cpu")
        assert loaded(OPEN) == ("tiny", "cuda")

    def test_threads_wait_for_one_loading(self):
        calls, gate = [], threading.Event()

        def load(device: str) -> object:
            calls.append(device)
            gate.wait(5)
            return object()

        slow = dataclasses.replace(EMBEDDED, load=load)
        found: list[object] = []
        threads = [threading.Thread(target=lambda: found.append(loaded(slow))) for _ in range(4)]
        for thread in threads:
            thread.start()
        gate.set()
        for thread in threads:
            thread.join()
        assert len(calls) == 1 and len(set(map(id, found))) == 1 and len(found) == 4

    def test_a_failed_loading_is_tried_again(self):
        answers = iter([None, "engine"])

        def load(device: str) -> str:
            answer = next(answers)
            if answer is None:
                raise EngineUnavailable("No memory.")
            return answer

        flaky = dataclasses.replace(EMBEDDED, load=load)
        with pytest.raises(EngineUnavailable):
            loaded(flaky)
        assert loaded(flaky) == "engine"


def test_engines_are_listed_best_tier_first_and_defaults_before_the_rest(monkeypatch):
    other = spec("alpha", "embedded", Points)
    monkeypatch.setattr(registry, "declared", lambda package, name: (other, EMBEDDED, OPEN, OFFICIAL))
    assert [s.id for s in engines("any.engines")] == ["sam", "tiny", "cut", "alpha"]
    assert TIERS == ("official", "open", "embedded")


def test_the_best_device_is_one_of_three():
    assert registry.best_device() in ("cuda", "mps", "cpu")
