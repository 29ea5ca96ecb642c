"""What every effect on sound keeps, whatever it does to it: length, channels, silence, block size."""

import numpy as np
import pytest

from sam_audio.effects.stream import BlockStream, Effect
from shared.chain import RESERVED, Chain, Placed, parse_chain
from shared.discovery import declared
from shared.media import Waveform
from shared.params import Parameter, build, parameters, to_dict

EFFECTS: tuple[type[Effect], ...] = declared("sam_audio.effects", "EFFECTS")
RATE = 16_000
every_effect = pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.id)


def sound(channels: int = 2, frames: int = 12_345) -> np.ndarray:
    """(C, T) float32: a chord with an onset and some noise, another in each channel."""
    random = np.random.default_rng(channels)
    time_s = np.arange(frames) / RATE
    chord = sum(np.sin(2 * np.pi * hz * time_s) for hz in (110, 330, 1230))
    noise = random.normal(0, 0.05, (channels, frames))
    level = np.linspace(0.1, 0.25, channels)[:, None]
    return (level * (chord * (time_s > 0.1) + noise)).astype(np.float32)


def applied(effect: Effect, samples: np.ndarray, *, block: int = 4096, rate: int = RATE) -> np.ndarray:
    stream = effect(BlockStream.of(Waveform(samples, rate), block_frames=block))
    return np.concatenate(list(stream.blocks), axis=1)


def through(chain: Chain, samples: np.ndarray, block: int) -> np.ndarray:
    stream = chain(BlockStream.of(Waveform(samples, RATE), block_frames=block))
    return np.concatenate(list(stream.blocks), axis=1)


def corners(parameter: Parameter) -> list[object]:
    if parameter.kind is bool:
        return [False, True]
    if parameter.choices:
        return list(parameter.choices)
    assert parameter.range is not None
    return [parameter.kind(parameter.range.low), parameter.kind(parameter.range.high)]


def at_ends(effect: type[Effect]) -> list[Effect]:
    """The effect with each parameter alone at each end of its range."""
    return [build(effect, {p.name: value}) for p in parameters(effect) for value in corners(p)]


def test_there_are_effects_and_their_ids_are_unique():
    ids = [effect.id for effect in EFFECTS]
    assert len(ids) == len(set(ids)) > 0
    assert all(effect.title and effect.__doc__ for effect in EFFECTS)


@every_effect
def test_parameters_are_declared_for_sliders_flags_and_docs(effect):
    for parameter in parameters(effect):
        assert parameter.doc.endswith("."), parameter.name
        assert parameter.kind in (bool, int, float, str)
        assert parameter.kind is bool or parameter.choices or parameter.range, parameter.name
        assert parameter.check(parameter.default, effect.id) == parameter.default


@every_effect
def test_defaults_survive_json(effect):
    chain = Chain((effect(),))
    assert parse_chain(chain.to_json(), EFFECTS) == chain
    assert build(effect, to_dict(effect())) == effect()


@every_effect
@pytest.mark.parametrize("channels", [1, 2, 8])
@pytest.mark.parametrize("rate", [8000, 44_100])
def test_length_and_channels_are_kept(effect, channels, rate):
    samples = sound(channels)
    found = applied(effect(), samples, rate=rate)
    assert found.shape == samples.shape and found.dtype == np.float32
    assert np.isfinite(found).all()


@every_effect
@pytest.mark.parametrize("frames", [1, 2, 100, 5000])
def test_short_sounds_are_taken(effect, frames):
    found = applied(effect(), sound(2, frames))
    assert found.shape == (2, frames) and np.isfinite(found).all()


@every_effect
def test_the_size_of_blocks_does_not_matter(effect):
    samples = sound()
    whole = applied(effect(), samples, block=samples.shape[1])
    for block in (64, 1000, 4096):
        np.testing.assert_allclose(applied(effect(), samples, block=block), whole, atol=2e-5)


@every_effect
def test_silence_stays_silence(effect):
    found = applied(effect(), np.zeros((2, 9000), np.float32))
    assert np.abs(found).max() < 1e-6


@every_effect
def test_the_same_sound_gives_the_same_result(effect):
    np.testing.assert_array_equal(applied(effect(), sound()), applied(effect(), sound()))


@every_effect
def test_the_edges_of_every_range_give_sound(effect):
    for parameter in parameters(effect):
        for value in corners(parameter):
            found = applied(effect(**{parameter.name: value}), sound(2, 6000))
            assert found.shape == (2, 6000), parameter.name
            assert np.isfinite(found).all() and np.abs(found).max() < 100, parameter.name


@every_effect
def test_neutral_settings_change_no_sample(effect):
    quiet = {p.name: 0 for p in parameters(effect) if p.range and p.range.low <= 0 <= p.range.high}
    for values in ({}, quiet):
        step = build(effect, values)
        if step.neutral:
            np.testing.assert_array_equal(applied(step, sound()), sound())


@every_effect
def test_what_is_not_neutral_is_heard(effect):
    steps = [step for step in (effect(), *at_ends(effect)) if not step.neutral]
    assert any(np.abs(applied(step, sound()) - sound()).max() > 1e-3 for step in steps)


def smooth(frames: int = 24_000) -> np.ndarray:
    """(2, F) float32 without a sharp edge anywhere: two tones that come and go softly."""
    time_s = np.arange(frames) / RATE
    swell = np.sin(np.pi * np.linspace(0, 1, frames)) ** 2
    return np.stack([0.5 * np.sin(2 * np.pi * hz * time_s) * swell for hz in (220, 310)]).astype(np.float32)


def click(samples: np.ndarray) -> float:
    """How far the largest steps from sample to sample stand out: what a wave does itself, it does often."""
    steps = np.sort(np.abs(np.diff(samples, axis=1)), axis=1)
    return float((steps[:, -1] / np.maximum(steps[:, -20], 1e-3)).max())


def test_a_click_is_told_from_a_wave():
    samples = smooth()
    assert click(samples) < 1.1 and click(np.sign(samples)) < 1.1
    samples[:, 12_000:] *= 0.8
    samples[1, 9_000] += 0.2
    assert click(samples[:1]) < 3 < click(samples)


@every_effect
def test_no_setting_clicks_or_explodes(effect):
    lows = build(effect, {p.name: corners(p)[0] for p in parameters(effect)})
    highs = build(effect, {p.name: corners(p)[-1] for p in parameters(effect)})
    for step in (effect(), lows, highs, *at_ends(effect)):
        found = applied(step, smooth())
        assert np.isfinite(found).all() and np.abs(found).max() < 40, step
        assert click(found) < 3, step


@every_effect
def test_in_spans_the_effect_is_heard_and_outside_no_sample_changes(effect):
    spans = ((0.2, 0.5), (0.7, 0.704), (1.2, 99.0))
    dry = smooth()
    step = next(s for s in (*at_ends(effect)[::-1], effect()) if not s.neutral)
    chain = Chain((Placed(step, spans=spans),))
    assert parse_chain(chain.to_json(), EFFECTS) == chain
    found = through(chain, dry, 4096)
    inside = np.zeros(dry.shape[1], bool)
    for start_s, end_s in spans:
        inside[round(start_s * RATE) : round(end_s * RATE)] = True
    np.testing.assert_array_equal(found[:, ~inside], dry[:, ~inside])
    np.testing.assert_allclose(through(chain, dry, 999), found, atol=2e-5)
    if effect.id != "reverse":
        wet = applied(step, dry)
        np.testing.assert_array_equal(found[:, 5000:6000], wet[:, 5000:6000])
        step_up = max(np.abs(np.diff(dry)).max(), np.abs(np.diff(wet)).max())
        ramp = 0.002 * RATE  # half of the shortest span
        assert np.abs(np.diff(found)).max() <= step_up + np.abs(wet - dry).max() / ramp


@every_effect
def test_bypassed_it_changes_no_sample(effect):
    chain = Chain((Placed(effect(), bypass=True, spans=((0.1, 0.2),)),))
    assert chain.neutral and chain.to_json()[0]["bypass"] is True
    np.testing.assert_array_equal(through(chain, smooth(), 4096), smooth())


@every_effect
def test_no_parameter_has_a_reserved_name(effect):
    assert not {p.name for p in parameters(effect)} & set(RESERVED)


def test_all_effects_in_one_chain_keep_the_length():
    chain = Chain(tuple(effect() for effect in EFFECTS))
    stream = chain(BlockStream.of(Waveform(sound(), RATE)))
    found = np.concatenate(list(stream.blocks), axis=1)
    assert found.shape == sound().shape and np.isfinite(found).all()
