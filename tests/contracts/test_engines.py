"""Every engine of the suite is described completely, and each task has one embedded default."""

import re

import pytest

from shared import hub, weights
from shared.errors import StudioError
from shared.prompts import KINDS, Text
from shared.registry import TIERS, EngineSpec, Missing, choose, engines, loaded

FOLDERS = ("shared.engines", "sam_audio.engines", "sam_3d.engines", "sam_body.engines")
TASKS = {
    "shared.engines": "segment",
    "sam_audio.engines": "separate",
    "sam_audio.listeners": "listen",
    "sam_3d.engines": "lift",
    "sam_body.engines": "estimate",
}
EVERY = [(folder, spec) for folder in TASKS for spec in engines(folder)]
every_engine = pytest.mark.parametrize(
    ("folder", "spec"), EVERY, ids=[f"{folder.partition('.')[0]}-{spec.id}" for folder, spec in EVERY]
)


def test_ids_are_unique_in_the_suite():
    ids = [spec.id for _, spec in EVERY]
    assert sorted(ids) == sorted(set(ids))


@every_engine
def test_the_description_is_complete(folder, spec: EngineSpec):
    assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*", spec.id)
    assert spec.id != "auto"
    assert spec.task == TASKS[folder]
    assert spec.tier in TIERS
    assert spec.title and spec.version and spec.licence
    assert len(spec.summary) > 20 and spec.summary.endswith(".")
    assert spec.accepts <= set(KINDS.values()) and spec.accepts


@every_engine
def test_what_is_missing_is_said_with_a_reason(folder, spec: EngineSpec):
    missing = spec.missing()
    if missing is None:
        return
    assert isinstance(missing, Missing)
    assert len(missing.reason) > 10 and missing.reason.endswith(".")
    assert not missing.cure or missing.cure.endswith((".", ")"))
    if missing.download:
        assert missing.download in hub.MODELS


@every_engine
def test_weights_are_rows_of_the_table_and_models_of_the_hub(folder, spec: EngineSpec):
    for file in spec.weights:
        assert weights.row(file).file == file
    if spec.model:
        assert spec.model in hub.MODELS
        assert spec.tier != "embedded"


@every_engine
def test_embedded_engines_are_always_here(folder, spec: EngineSpec):
    if spec.tier == "embedded":
        assert spec.missing() is None


@every_engine
def test_only_text_is_limited_to_concepts(folder, spec: EngineSpec):
    if spec.concepts is not None:
        assert Text in spec.accepts
        assert len(spec.concepts) == len(set(spec.concepts)) > 0
        assert all(concept == concept.strip().lower() != "" for concept in spec.concepts)


@pytest.mark.parametrize("folder", ["shared.engines", "sam_3d.engines", "sam_body.engines"])
def test_each_task_has_one_embedded_default(folder):
    defaults = [s.id for s in engines(folder) if s.tier == "embedded" and s.default]
    assert len(defaults) == 1


def test_each_sound_has_one_embedded_expert():
    experts = [s for s in engines("sam_audio.engines") if s.tier == "embedded"]
    concepts = [concept for spec in experts if spec.default for concept in spec.concepts or ()]
    assert len(concepts) == len(set(concepts))
    assert {"speech", "vocals", "drums"} <= set(concepts)


@pytest.mark.parametrize("folder", FOLDERS)
def test_all_three_tiers_are_told_of_the_official_one_with_its_state(folder):
    tiers = {spec.tier for spec in engines(folder)}
    assert {"official", "embedded"} <= tiers


@every_engine
def test_an_engine_asked_for_by_name_comes_or_says_why_not(folder, spec: EngineSpec):
    if spec.missing() is None:
        assert choose(engines(folder), (), spec.id).spec is spec
    else:
        with pytest.raises(StudioError, match=re.escape(spec.title)) as caught:
            choose(engines(folder), (), spec.id)
        assert spec.missing().reason in str(caught.value)  # pyright: ignore[reportOptionalMemberAccess]


@pytest.mark.slow
@every_engine
def test_embedded_engines_load_on_the_cpu(folder, spec: EngineSpec):
    if spec.tier == "embedded":
        assert loaded(spec, "cpu") is loaded(spec)
