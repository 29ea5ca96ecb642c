"""The suite's own net as a listener: names, times, and what it does not know."""

import numpy as np
import pytest

from sam_audio.listeners.sound_net import SoundNetListener
from sam_audio.listening import listen
from sam_audio.sound_net.table import Table
from shared import synth
from shared.errors import PromptError
from shared.media import Waveform
from shared.progress import Progress

RATE_HZ = 1000
KNOWN = Table(("dog", "rain"), {}, (), {"dog": 0.5, "rain": 0.3}, 0.5)


class Detector:
    """Takes the mean of a window for the presence of rain, and hears no dog."""

    def detect(self, source) -> dict[str, float]:
        return {"dog": 0.2, "rain": float(np.concatenate(list(source.blocks(99_999)), axis=1).mean())}


def test_windows_in_which_a_sound_is_present_are_joined():
    sound = np.zeros((1, 20 * RATE_HZ), np.float32)
    sound[:, : 16 * RATE_HZ] = 0.6
    listener = SoundNetListener(Detector(), KNOWN)  # pyright: ignore[reportArgumentType]
    [tag] = listener.tags(Waveform(sound, RATE_HZ), (), Progress())
    assert tag.name == "rain" and tag.spans == ((0.0, 16.0),)
    assert tag.peak == pytest.approx(0.6) and tag.score == pytest.approx(0.4)
    assert listener.tags(Waveform(sound, RATE_HZ), ("dog",), Progress()) == ()
    [named] = listener.tags(Waveform(sound, RATE_HZ), ("rain",), Progress())
    assert named.name == "rain"


def test_names_that_it_does_not_know_are_refused():
    listener = SoundNetListener(Detector(), KNOWN)  # pyright: ignore[reportArgumentType]
    with pytest.raises(PromptError, match=r'"unicorn" is not among .*: dog, rain\..*models get clap'):
        listener.tags(Waveform(np.zeros((1, 100), np.float32), RATE_HZ), ("unicorn",), Progress())


def test_the_shipped_net_hears_what_is_there():
    rain = Waveform(synth.rain(8, sample_rate_hz=32_000, seed=9), 32_000)
    heard = listen(rain, engine="sound-net-listener")
    assert "rain" in [tag.name for tag in heard.tags[:2]]
    assert "trained on" in heard.to_json()["meaning"]
