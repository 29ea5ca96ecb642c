"""Warming loads the embedded defaults once, and a broken one stops neither the rest nor the page."""

from dataclasses import replace

import pytest

from apps.web import warm
from shared.errors import WeightsError
from shared.registry import EngineSpec, engines


def test_embedded_defaults_are_loaded_and_a_broken_one_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def load(spec: EngineSpec) -> None:
        asked.append(spec.id)
        if len(asked) == 1:
            raise WeightsError("altered")

    monkeypatch.setattr(warm, "loaded", load)
    warm.start().join(120)
    wanted = [
        spec.id
        for folder in warm.FOLDERS
        for spec in engines(folder)
        if spec.tier == "embedded" and spec.default
    ]
    assert asked == wanted
    assert {"deepfilternet", "graphcut", "landmark-fit"} <= set(asked)


def test_open_and_official_engines_are_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[EngineSpec] = []
    there = [replace(spec, missing=lambda: None) for spec in engines("shared.engines")]
    monkeypatch.setattr(warm, "engines", lambda _: there)
    monkeypatch.setattr(warm, "loaded", asked.append)
    warm.start().join(120)
    assert {spec.tier for spec in asked} == {"embedded"}
