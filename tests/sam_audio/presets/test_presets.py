"""Every preset is a chain that can be read, is heard, and stays within bounds."""

import numpy as np
import pytest

from sam_audio.effects.stream import BlockStream
from sam_audio.presets import Preset, preset, presets
from shared.chain import parse_chain
from shared.discovery import declared
from shared.errors import InputError
from shared.media import Waveform
from shared.params import parameters
from shared.synth import babble

EFFECTS = declared("sam_audio.effects", "EFFECTS")
RATE = 16_000
WANTED = [
    "studio",
    "hall",
    "cathedral",
    "telephone",
    "radio",
    "megaphone",
    "underwater",
    "lo-fi",
    "robot",
    "chipmunk",
    "giant",
]
every_preset = pytest.mark.parametrize("ready", presets().values(), ids=lambda ready: ready.id)


def test_all_are_there():
    assert sorted(presets()) == sorted(WANTED)


@every_preset
def test_a_preset_says_what_it_is_and_its_steps_are_read(ready: Preset):
    assert ready.title and ready.summary.endswith(".")
    steps = list(ready.steps)
    named = {kind.id: {p.name for p in parameters(kind)} for kind in EFFECTS}
    assert all(set(step) - {"id"} <= named[step["id"]] for step in steps)
    chain = parse_chain(steps, EFFECTS)
    assert not chain.neutral
    assert parse_chain(chain.to_json(), EFFECTS) == chain


@every_preset
@pytest.mark.parametrize("channels", [1, 2])
def test_a_preset_is_heard_and_keeps_length_and_about_the_level(ready: Preset, channels: int):
    voice = babble(1.5, sample_rate_hz=RATE, seed=4, talkers=1)[:channels] * np.float32(0.3)
    chain = parse_chain(list(ready.steps), EFFECTS)
    found = np.concatenate(list(chain(BlockStream.of(Waveform(voice, RATE))).blocks), axis=1)
    assert found.shape == voice.shape and np.isfinite(found).all()
    assert np.abs(found - voice).max() > 0.01
    change_db = 20 * np.log10(found.std() / voice.std())
    assert -12 < change_db < 18
    assert np.abs(found).max() < 2


def test_an_unknown_preset_is_refused_with_the_list():
    with pytest.raises(InputError, match="no preset 'church'. Choose from cathedral, chipmunk"):
        preset("church")
