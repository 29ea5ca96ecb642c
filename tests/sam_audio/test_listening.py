"""Windows of a recording, spans of what was heard, and who listens."""

import numpy as np
import pytest

from sam_audio import listening
from sam_audio.listening import Tag, listen, spans_of, windows
from shared.errors import EngineUnavailable
from shared.media import Waveform
from shared.registry import EngineSpec, Missing


def cut(frames: int, rate_hz: int = 1000) -> list[tuple[float, float, int]]:
    sound = Waveform(np.arange(frames, dtype=np.float32)[None] / frames, rate_hz)
    found = list(windows(sound, rate_hz=rate_hz, window_s=5, hop_s=2))
    for start_s, _, piece in found:
        np.testing.assert_allclose(piece[0], start_s * rate_hz / frames, atol=1e-6)
    return [(start_s, end_s, len(piece)) for start_s, end_s, piece in found]


def test_windows_cover_a_recording_and_end_with_it():
    assert cut(300) == [(0, 0.3, 300)]
    assert cut(5000) == [(0, 5, 5000)]
    assert cut(5001) == [(0, 5, 5000), (0.001, 5.001, 5000)]
    assert cut(7000) == [(0, 5, 5000), (2, 7, 5000)]
    assert cut(10_500) == [(0, 5, 5000), (2, 7, 5000), (4, 9, 5000), (5.5, 10.5, 5000)]


def test_windows_are_mono_at_the_rate_asked_for():
    sound = Waveform(np.stack([np.full(8000, 0.5), np.full(8000, -0.1)]).astype(np.float32), 8000)
    [(start_s, end_s, piece)] = list(windows(sound, rate_hz=16_000, window_s=5, hop_s=2))
    assert (start_s, end_s, piece.shape) == (0, 1, (16_000,))
    np.testing.assert_allclose(piece[2000:-2000], 0.2, atol=1e-3)


def test_windows_that_follow_one_another_are_one_span():
    heard = [(0.0, 5.0, True), (2.5, 7.5, True), (5.0, 10.0, False), (7.5, 12.5, True)]
    assert spans_of(heard) == ((0.0, 7.5), (7.5, 12.5))
    assert spans_of([]) == spans_of([(0, 1, False)]) == ()


class Parrot:
    meaning = "says what it was asked."

    def tags(self, source, names, progress):
        return tuple(Tag(name, 1.0, 1.0, ((0.0, 1.0),)) for name in names)


def spec(name: str, missing: Missing | None) -> EngineSpec:
    return EngineSpec(
        id=name,
        task="listen",
        tier="embedded",
        title=name,
        summary="For a test.",
        accepts=frozenset(),
        licence="MIT",
        version="1",
        load=lambda device: Parrot(),
        missing=lambda: missing,
    )


def test_who_listens_is_chosen_and_told(monkeypatch: pytest.MonkeyPatch):
    sound = Waveform(np.zeros((1, 100), np.float32), 100)
    away = spec("away", Missing("It is away.", "Wait."))
    monkeypatch.setattr(listening, "engines", lambda package: (away, spec("parrot", None)))
    heard = listen(sound, names=("rain",))
    assert heard.chosen.spec.id == "parrot" and "not on this machine: away" in heard.chosen.why
    assert heard.to_json()["tags"] == [{"name": "rain", "score": 1.0, "peak": 1.0, "spans": [[0.0, 1.0]]}]
    monkeypatch.setattr(listening, "engines", lambda package: (away,))
    with pytest.raises(
        EngineUnavailable, match=r"Nothing on this machine names sounds.*away: It is away\. Wait"
    ):
        listen(sound)
