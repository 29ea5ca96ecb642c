"""SAM Audio in another Python, by a stand-in of the official package (its weights are not here)."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sam_audio.engines import sam_audio_official
from sam_audio.engines.sam_audio_official import OVERLAP_S, PLACE, WINDOW_S
from sam_audio.official.chunks import chunked
from sam_audio.separate import separate
from shared.errors import EngineUnavailable, InputError, WeightsError
from shared.media import Waveform
from shared.prompts import NotText, Prompts, Span, Text
from shared.registry import choose, engines
from tests.contracts import test_sound_engines as contract
from tests.sam_audio.official.installation import install
from tests.shared.other_python import end_workers, make_python

torch = pytest.importorskip("torch")
RATE_HZ = 16_000
(SPEC,) = sam_audio_official.SPECS


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings of a whole installation; the process ends with the module."""
    yield install(tmp_path_factory.mktemp("sam_audio"))
    end_workers()


@pytest.fixture
def ready(installed: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name, value in installed.items():
        monkeypatch.setenv(name, value)
    return installed


def tones(seconds: float, rate_hz: int = RATE_HZ) -> Waveform:
    """200 Hz left, 3000 Hz right."""
    time_s = np.arange(int(seconds * rate_hz)) / rate_hz
    return Waveform(0.3 * np.sin(2 * np.pi * np.array([[200], [3000]]) * time_s).astype(np.float32), rate_hz)


def level(sound: np.ndarray) -> float:
    return float(np.sqrt(np.square(sound, dtype=np.float64).mean()))


def target(source: Waveform, *prompts: object) -> np.ndarray:
    asked: Prompts = tuple(prompts)  # type: ignore[assignment]
    return separate(source, asked, engine="sam-audio").target.sound.samples


@pytest.mark.slow
def test_words_take_out_a_sound_and_all_adds_up(ready: dict[str, str]) -> None:
    assert SPEC.missing() is None
    assert SPEC.origin is not None and SPEC.origin()["candidates"] == 1
    assert choose(engines("sam_audio.engines"), (Text("a high whistle"),)).spec is SPEC
    mix = tones(3.7)
    made = separate(mix, (Text("A HIGH whistle"), NotText("low hum")), engine="auto")
    assert made.target.chosen is not None and made.target.chosen.spec.id == "sam-audio"
    assert made.sum_error < 1e-6
    left, right = made.target.sound.samples
    inner = slice(RATE_HZ // 2, -RATE_HZ // 2)
    assert level(left[inner]) < 1e-3 and level(right[inner] - mix.samples[1, inner]) < 1e-3


@pytest.mark.slow
def test_marked_times_reach_the_model_as_anchors(ready: dict[str, str]) -> None:
    kept = target(tones(4), Text("high"), Span(1.0, 2.0))[1]
    assert level(kept[: RATE_HZ - 2000]) < 1e-3 and level(kept[2 * RATE_HZ + 2000 :]) < 1e-3
    assert level(kept[int(1.2 * RATE_HZ) : int(1.8 * RATE_HZ)]) > 0.2
    dropped = target(tones(4), Text("high"), Span(1.0, 2.0, keep=False))[1]
    assert level(dropped[int(1.2 * RATE_HZ) : int(1.8 * RATE_HZ)]) < 1e-3 < 0.2 < level(dropped[-RATE_HZ:])


@pytest.mark.slow
def test_long_sound_goes_through_in_windows(ready: dict[str, str]) -> None:
    mix = tones(WINDOW_S * 2 + 3, 8000)
    take = sam_audio_official.load("cpu").prepare(mix, (Text("high"), Span(40, 50)), contract.Progress())
    made = np.concatenate(list(take(mix.blocks(7001))), axis=1)
    assert made.shape == mix.samples.shape and take.facts["windows"] == 3
    assert take.facts["generated_gap_db"] == pytest.approx(20 * np.log10(1e-3 / level(mix.samples)), abs=0.5)
    assert level(made[1, 8000 * 41 : 8000 * 49] - mix.samples[1, 8000 * 41 : 8000 * 49]) < 1e-3
    assert level(made[1, : 8000 * 39]) < 1e-3, "windows without a mark are without the sound"
    short = tones(0.01)
    assert target(short, Text("low")).shape == short.samples.shape


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in dir(contract) if name.startswith("test_")])
def test_it_keeps_what_every_sound_engine_keeps(ready: dict[str, str], name: str, tmp_path: Path) -> None:
    getattr(contract, name)(SPEC, tmp_path)


@pytest.mark.slow
def test_what_the_model_cannot_do_is_told(ready: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineUnavailable, match=r"ran out of memory .*12\.00 GiB.*sam-audio-small"):
        target(tones(1), Text("too much"))
    with pytest.raises(EngineUnavailable, match=r"\(100,\) numbers as target; at least 48000"):
        target(tones(1), Text("short answer"))
    monkeypatch.setenv("SEGSTUDIO_SAM_AUDIO_DEVICE", "cuda")
    if not torch.cuda.is_available():
        with pytest.raises(EngineUnavailable, match=r"sees no CUDA.*SEGSTUDIO_SAM_AUDIO_DEVICE to cpu"):
            target(tones(1), Text("low"))
    monkeypatch.setenv("SEGSTUDIO_SAM_AUDIO_CANDIDATES", "many")
    with pytest.raises(InputError, match="wants 1 to 16, but got 'many'"):
        target(tones(1), Text("low"))


@pytest.mark.slow
def test_other_weights_are_refused(
    ready: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copy(Path(ready["SEGSTUDIO_SAM_AUDIO"]) / "config.json", tmp_path / "config.json")
    torch.save({"other": torch.zeros(1)}, tmp_path / "checkpoint.pt")
    monkeypatch.setenv("SEGSTUDIO_SAM_AUDIO", str(tmp_path))
    with pytest.raises((EngineUnavailable, WeightsError), match=r"Missing keys: \['gap'\]"):
        target(tones(1), Text("low"))


def test_what_is_missing_is_said_exactly(
    installed: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    both = PLACE.missing()
    assert both and "SEGSTUDIO_SAM_AUDIO_PYTHON does not name" in both.reason and "weights" in both.reason
    assert "(1)" in both.cure and "(2) Ask for access" in both.cure and "hf download" in both.cure
    monkeypatch.setenv("SEGSTUDIO_SAM_AUDIO", installed["SEGSTUDIO_SAM_AUDIO"])
    python = PLACE.missing()
    assert python and "weights" not in python.reason and "pip install ." in python.cure
    monkeypatch.setenv("SEGSTUDIO_SAM_AUDIO_PYTHON", str(tmp_path / "nowhere"))
    assert "no Python interpreter" in PLACE.missing().reason  # type: ignore[union-attr]
    monkeypatch.setenv("SEGSTUDIO_SAM_AUDIO_PYTHON", installed["SEGSTUDIO_SAM_AUDIO_PYTHON"])
    assert PLACE.missing() is None
    monkeypatch.setenv("SEGSTUDIO_SAM_AUDIO", str(tmp_path))
    folder = PLACE.missing()
    assert folder and "holds no config.json with checkpoint.pt" in folder.reason
    with pytest.raises(EngineUnavailable, match="SAM Audio cannot run here: .*checkpoint"):
        choose((SPEC,), (Text("dog"),), "sam-audio")


def test_a_python_without_the_package_or_with_ours_is_told(
    installed: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SEGSTUDIO_SAM_AUDIO", installed["SEGSTUDIO_SAM_AUDIO"])
    bare = make_python(tmp_path / "bare")
    monkeypatch.setenv("SEGSTUDIO_SAM_AUDIO_PYTHON", str(tmp_path / "bare"))  # the folder does as well
    absent = PLACE.missing()
    assert absent and f"sam_audio of SAM Audio is not installed in {bare}." in absent.reason
    ours = make_python(tmp_path / "ours", Path(sam_audio_official.__file__).parents[2])
    monkeypatch.setenv("SEGSTUDIO_SAM_AUDIO_PYTHON", str(ours))
    other = PLACE.missing()
    assert other and "sam_audio there is another package" in other.reason


def test_windows_are_faded_and_told_where_they_begin() -> None:
    sound = np.random.default_rng(0).normal(size=(2, 1003)).astype(np.float32)
    for size in (7, 100, 5000):
        seen = []

        def same(part: np.ndarray, start: int, seen: list[tuple[int, int]] = seen) -> np.ndarray:
            seen.append((start, part.shape[1]))
            np.testing.assert_array_equal(part, sound[:, start : start + part.shape[1]])
            return part

        blocks = (sound[:, i : i + size] for i in range(0, 1003, size))
        made = np.concatenate(list(chunked(blocks, window=300, overlap=50, process=same)), axis=1)
        np.testing.assert_allclose(made, sound, atol=1e-6)
        assert seen == [(0, 300), (250, 300), (500, 300), (703, 300)]
    steps = chunked(
        iter([np.ones((1, 16), np.float32)]), window=10, overlap=4, process=lambda p, s: p * (s > 0)
    )
    np.testing.assert_allclose(
        np.concatenate(list(steps), axis=1)[0, 5:11], [0, 0.125, 0.375, 0.625, 0.875, 1]
    )
    assert OVERLAP_S < WINDOW_S / 2
