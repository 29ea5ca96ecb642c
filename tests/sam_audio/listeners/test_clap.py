"""CLAP: windows and words are embedded as its own library does; silence and damaged weights are told."""

from pathlib import Path

import numpy as np
import pytest

from sam_audio.listeners.clap import MOST_TAGS, PHRASE, RATE_HZ, WINDOW_S, Clap
from sam_audio.listeners.names import SOUND_NAMES
from sam_audio.listening import listen, nearness, score_facts
from shared import hub
from shared.errors import Cancelled, EngineUnavailable, PromptError, WeightsError
from shared.media import Waveform
from shared.progress import Progress
from shared.registry import _load_once, engines
from tests.sam_audio.listeners import tiny_clap


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_clap.save(tmp_path_factory.mktemp("clap"))


@pytest.fixture(scope="module")
def clap(folder: Path) -> Clap:
    return Clap(folder, "cpu")


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SEGSTUDIO_CLAP", str(folder))
    _load_once.cache_clear()
    yield
    _load_once.cache_clear()


def noise(seconds: float, seed: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(0, 0.1, (1, round(seconds * rate_hz))).astype(np.float32)


def test_it_embeds_as_its_library_does(folder: Path, clap: Clap):
    import torch
    from transformers import ClapModel, ClapProcessor

    model, processor = ClapModel.from_pretrained(folder).eval(), ClapProcessor.from_pretrained(folder)
    sound = noise(WINDOW_S)
    inputs = processor(
        text=[PHRASE.format("rain")], audio=sound[0], sampling_rate=RATE_HZ, return_tensors="pt"
    )
    with torch.inference_mode():
        wanted = model(**inputs)
    [(start_s, end_s, vector)] = list(clap.heard(Waveform(sound, RATE_HZ), Progress()))
    assert (start_s, end_s) == (0.0, WINDOW_S)
    np.testing.assert_allclose(vector, wanted.audio_embeds[0].numpy(), atol=1e-5)
    np.testing.assert_allclose(clap.words(["rain"])[0], wanted.text_embeds[0].numpy(), atol=1e-5)


def test_tags_are_shares_of_the_names(clap: Clap):
    found = clap.tags(Waveform(noise(11), RATE_HZ), ("rain", "dog", "speech"), Progress())
    assert [tag.score for tag in found] == sorted((tag.score for tag in found), reverse=True)
    assert sum(tag.score for tag in found) == pytest.approx(1, abs=1e-3)
    assert all(0 <= tag.score <= tag.peak <= 1 for tag in found)
    assert all(tag.spans[0][0] == 0.0 and tag.spans[-1][1] == 11.0 for tag in found)


def test_without_names_the_list_is_looked_for(clap: Clap, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sam_audio.listeners.clap.LEAST_SCORE", 0.0)
    found = clap.tags(Waveform(noise(3), RATE_HZ), (), Progress())
    assert len(found) == MOST_TAGS and {tag.name for tag in found} <= set(SOUND_NAMES)


def test_silence_holds_nothing(clap: Clap):
    quiet = np.zeros((2, RATE_HZ * 12), np.float32)
    assert clap.tags(Waveform(quiet, RATE_HZ), ("rain", "dog"), Progress()) == ()
    quiet[:, : RATE_HZ * 5] = noise(5)
    for tag in clap.tags(Waveform(quiet, RATE_HZ), ("rain", "dog"), Progress()):
        assert tag.spans[-1][1] <= 7.5


def test_listening_can_be_stopped(clap: Clap):
    progress = Progress()
    progress._cancelled.set()
    with pytest.raises(Cancelled):
        clap.tags(Waveform(noise(6), RATE_HZ), ("rain",), progress)


def test_auto_takes_it_where_it_is(here: None):
    heard = listen(Waveform(noise(6), RATE_HZ), names=("rain", "dog"), engine="clap")
    told = heard.to_json()
    assert told["engine"] == "clap" and "no probability" in told["meaning"]
    assert {tag["name"] for tag in told["tags"]} == {"rain", "dog"}
    with pytest.raises(PromptError, match="has no name"):
        listen(Waveform(noise(1), RATE_HZ), names=(" ",))


def test_a_stem_is_scored_against_its_words(here: None, clap: Clap):
    rain, dog = Waveform(noise(7, 1), RATE_HZ), Waveform(np.zeros((2, 30_000), np.float32), 16_000)
    found = nearness({"a": rain, "b": dog}, ["rain", "speech"])
    assert found["b"] == {"rain": None, "speech": None}
    vectors = [vector for *_, vector in clap.heard(rain, Progress()) if vector is not None]
    mean = np.mean(vectors, axis=0)
    wanted = clap.words(["rain"])[0] @ (mean / np.linalg.norm(mean))
    assert found["a"]["rain"] == pytest.approx(float(wanted), abs=1e-4)
    facts = score_facts(rain, {"target": ("rain", rain)}, dog)
    [row] = facts["scores"]
    assert row["target"] == row["mix"] == found["a"]["rain"] and row["residual"] is None
    assert row["prompt"] == "rain" and "proxy" in facts["meaning"].lower()


def test_weights_that_lack_a_tensor_are_refused(tmp_path: Path):
    name = tiny_clap.drop_a_tensor(tiny_clap.save(tmp_path))
    with pytest.raises(WeightsError, match=f"lack 1 of the tensors of CLAP, such as {name}"):
        Clap(tmp_path, "cpu")


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.delenv("SEGSTUDIO_CLAP", raising=False)
    [spec] = [spec for spec in engines("sam_audio.listeners") if spec.id == "clap"]
    missing = spec.missing()
    assert missing is not None and missing.download == "clap" and "614 MB, Apache-2.0" in missing.reason
    with pytest.raises(EngineUnavailable, match="CLAP cannot run here.*segstudio models get clap"):
        listen(Waveform(noise(1), RATE_HZ), engine="clap")
    assert hub.folder("clap") is None
