"""HTDemucs: its stems are those of its own package, and add up; it can be stopped inside the net."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

pytest.importorskip("demucs")

from sam_audio.engines import htdemucs
from sam_audio.engines.demucs_checkpoint import Bag, load_bag
from sam_audio.engines.htdemucs import CONCEPTS, HtDemucs
from sam_audio.separate import separate
from shared import hub
from shared.errors import Cancelled, EngineUnavailable, WeightsError
from shared.media import Waveform
from shared.progress import Progress
from shared.prompts import Text
from shared.registry import Missing, _load_once, choose, engines, loaded
from tests.sam_audio.engines import tiny_demucs
from tests.sam_audio.mixing import streamed

RATE_HZ = tiny_demucs.RATE_HZ
HOP = 3000  # of windows of 4000


@pytest.fixture(scope="module")
def engine() -> HtDemucs:
    return HtDemucs(Bag((tiny_demucs.model(),), ((1.0,) * 4,)), "cpu")


def music(channels: int = 2, frames: int = 4 * HOP, rate_hz: int = RATE_HZ) -> np.ndarray:
    rng = np.random.default_rng(3)
    times = np.arange(frames) / rate_hz
    tones = [np.sin(2 * np.pi * 110 * (k + 2) * times) for k in range(channels)]
    return (0.1 * np.array(tones) + rng.normal(0, 0.05, (channels, frames))).astype(np.float32)


def split(
    engine: HtDemucs, mix: np.ndarray, concepts: tuple[str, ...], rate_hz: int = RATE_HZ
) -> list[np.ndarray]:
    blocks = Waveform(mix, rate_hz).blocks(1000)
    parts = list(engine.stream_all(blocks, rate_hz, concepts=concepts))
    return [np.concatenate([part[row] for part in parts], axis=1) for row in range(len(concepts))]


def level_db(error: np.ndarray, sound: np.ndarray) -> float:
    power = [float(np.square(x, dtype=np.float64).sum()) for x in (error, sound)]
    return float(10 * np.log10(power[0] / power[1] + 1e-20))


def test_stems_are_those_of_the_package(engine: HtDemucs):
    """Where its windows lie as ours do: it puts one more at the end of sounds of other lengths."""
    import torch
    from demucs.apply import apply_model

    mix = music(frames=3 * HOP - 500)
    model = tiny_demucs.model()
    reference = apply_model(model, torch.from_numpy(mix)[None], shifts=0, overlap=0.25)[0].numpy()
    found = split(engine, mix, ("drums", "bass", "other", "vocals"))
    for stem, wanted in zip(found, reference, strict=True):
        assert stem.shape == mix.shape and stem.dtype == np.float32
        assert level_db(stem - wanted, wanted) < -60


def test_streamed_equals_whole(engine: HtDemucs):
    mix = music()
    whole = streamed(engine, mix, RATE_HZ, "vocals", 1 << 20)
    for size in (997, 4000):
        assert level_db(streamed(engine, mix, RATE_HZ, "vocals", size) - whole, whole) < -60


@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("rate_hz", [RATE_HZ, 11025])
def test_length_channels_and_rate_stay(engine: HtDemucs, channels: int, rate_hz: int):
    mix = music(channels, 5001, rate_hz)
    stems = split(engine, mix, CONCEPTS[:4], rate_hz)
    assert all(stem.shape == mix.shape and stem.dtype == np.float32 for stem in stems)
    assert np.isfinite(np.stack(stems)).all() and min(np.abs(stem).max() for stem in stems) > 0


def test_what_is_left_and_its_stem_add_up(engine: HtDemucs):
    mix = music(rate_hz=11025)
    for stem, left in (("vocals", "instrumental"), ("drums", "melody")):
        both = [streamed(engine, mix, 11025, concept) for concept in (stem, left)]
        np.testing.assert_allclose(sum(both), mix, atol=1e-6)


def test_together_nothing_is_given_twice(engine: HtDemucs):
    mix = music()
    alone = {concept: streamed(engine, mix, RATE_HZ, concept) for concept in ("drums", "vocals", "bass")}
    drums, left = split(engine, mix, ("drums", "instrumental"))
    np.testing.assert_allclose(drums, alone["drums"], atol=1e-6)
    np.testing.assert_allclose(left, mix - alone["drums"] - alone["vocals"], atol=1e-5)
    left, drums = split(engine, mix, ("instrumental", "drums"))
    np.testing.assert_allclose(left, mix - alone["vocals"], atol=1e-5)
    assert not drums.any()
    left, melody, bass = split(engine, mix, ("bass", "melody", "vocals"))
    np.testing.assert_allclose(left, alone["bass"], atol=1e-6)
    np.testing.assert_allclose(melody, mix - alone["drums"] - alone["bass"], atol=1e-5)
    assert not bass.any()


def test_loud_and_quiet_are_separated_alike(engine: HtDemucs):
    mix = music()
    loud = streamed(engine, mix, RATE_HZ, "drums")
    quiet = streamed(engine, mix * np.float32(1e-3), RATE_HZ, "drums")
    assert level_db(quiet * 1e3 - loud, loud) < -60
    silent = streamed(engine, np.zeros_like(mix), RATE_HZ, "drums")
    assert silent.shape == mix.shape and not silent.any()


def test_models_of_a_bag_are_asked_for_their_sources_only():
    weights = ((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 1.0, 1.0))
    models = (tiny_demucs.model(1), tiny_demucs.model(2))
    asked: list[int] = []
    for number, model in enumerate(models):
        model.register_forward_pre_hook(lambda *_, number=number: asked.append(number))
    engine, mix = HtDemucs(Bag(models, weights), "cpu"), music(frames=3000)
    alone = [HtDemucs(Bag((model,), ((1.0,) * 4,)), "cpu") for model in models]
    for concept, number in (("drums", 0), ("melody", 0), ("vocals", 1), ("instrumental", 1), ("other", 1)):
        asked.clear()
        found = streamed(engine, mix, RATE_HZ, concept)
        assert asked == [number]
        np.testing.assert_allclose(found, streamed(alone[number], mix, RATE_HZ, concept), atol=1e-6)


def test_sources_beyond_the_four_belong_to_the_others():
    sources = ["drums", "bass", "other", "vocals", "guitar", "piano"]
    made = tiny_demucs.model(sources=sources)
    engine = HtDemucs(Bag((made,), ((1.0,) * 6,)), "cpu")
    other, *named = split(engine, music(frames=3000), ("other", "vocals", "drums", "bass"))
    rest = music(frames=3000) - sum(named) - other
    assert np.abs(other).max() > 0 and np.abs(rest).max() > 0
    with pytest.raises(WeightsError, match="vocals is not among them"):
        HtDemucs(Bag((tiny_demucs.model(sources=["drums", "bass", "other"]),), ((1.0,) * 3,)), "cpu")


def test_it_stops_inside_the_net():
    model, stop, begun = tiny_demucs.model(), Event(), []

    def begin(layer: Any, _: Any) -> None:
        begun.append(layer)
        if len(begun) == 4:
            stop.set()

    for layer in [layer for layer in model.modules() if next(layer.children(), None) is None][:40]:
        layer.register_forward_pre_hook(begin)
    engine = HtDemucs(Bag((model,), ((1.0,) * 4,)), "cpu")
    blocks = Waveform(music(frames=60_000), RATE_HZ).blocks(48_000)
    with pytest.raises(Cancelled):
        list(engine.stream(blocks, RATE_HZ, concept="drums", progress=Progress(cancelled=stop)))
    assert 4 <= len(begun) <= 20
    list(engine.stream(Waveform(music(frames=100), RATE_HZ).blocks(100), RATE_HZ, concept="drums"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine with a small model that its setting names."""
    tiny_demucs.save_safetensors(tmp_path, "955717e8", tiny_demucs.model())
    monkeypatch.setenv("SEGSTUDIO_HTDEMUCS", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    _load_once.cache_clear()
    yield tmp_path
    _load_once.cache_clear()


def test_auto_takes_it_where_it_is_and_says_so(here: Path):
    specs = [spec for spec in engines("sam_audio.engines") if spec.concepts and "vocals" in spec.concepts]
    chosen = choose(specs, (Text("vocals"),))
    assert chosen.spec.id == "htdemucs" and "best engine on this machine (open)" in chosen.why
    engine = loaded(chosen.spec, "cpu")
    assert streamed(engine, music(frames=500), RATE_HZ, "vocals").shape == (2, 500)
    told = chosen.spec.origin() if chosen.spec.origin else {}
    assert list(told["sha256"]) == ["955717e8.safetensors"]


def test_several_prompts_cost_one_pass_and_can_be_stopped(here: Path):
    engine = loaded(next(spec for spec in htdemucs.SPECS if spec.id == "htdemucs"))
    passes: list[int] = []
    hook = engine._bag.models[0].register_forward_pre_hook(lambda *_: passes.append(1))
    mix = Waveform(music(), RATE_HZ)
    try:
        done = separate(mix, (Text("vocals"), Text("drums"), Text("music without vocals")))
        assert len(passes) == 4  # windows
        with pytest.raises(Cancelled):
            stop = Event()
            hook.remove()
            hook = engine._bag.models[0].register_forward_pre_hook(lambda *_: stop.set())
            separate(mix, (Text("vocals"),), progress=Progress(cancelled=stop))
    finally:
        hook.remove()
    assert {stem.chosen.spec.id for stem in done.targets if stem.chosen} == {"htdemucs"}
    alone = {concept: streamed(engine, mix.samples, RATE_HZ, concept) for concept in ("vocals", "drums")}
    vocals, drums, left = (stem.sound.samples for stem in done.targets)
    np.testing.assert_allclose(vocals, alone["vocals"], atol=1e-5)
    np.testing.assert_allclose(drums, alone["drums"], atol=1e-5)
    np.testing.assert_allclose(left, mix.samples - vocals - drums, atol=1e-5)


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.delenv("SEGSTUDIO_HTDEMUCS", raising=False)
    spec = next(spec for spec in htdemucs.SPECS if spec.id == "htdemucs")
    missing = spec.missing()
    assert isinstance(missing, Missing) and "84 MB, code MIT; weights for research only" in missing.reason
    assert "segstudio models get htdemucs" in missing.cure and missing.download == "htdemucs"
    with pytest.raises(EngineUnavailable, match="HTDemucs cannot run here: .*models get htdemucs"):
        spec.load("cpu")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    missing = spec.missing()
    assert isinstance(missing, Missing) and missing.cure.startswith("Run `pip install demucs`. Then: Run")


def test_a_download_that_was_altered_on_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    home = hub.snapshot("htdemucs")
    home.mkdir(parents=True)
    tiny_demucs.save_safetensors(home, "955717e8", tiny_demucs.model())
    (home / "htdemucs.yaml").write_text("models: ['955717e8']")
    with pytest.raises(WeightsError, match="955717e8.safetensors was altered"):
        load_bag(home, "cpu")
