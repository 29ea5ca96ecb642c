"""The recipe of the sound net: free sources only, sounds that are sounds, scores that add up."""

import json

import numpy as np
import pytest
import torch

from sam_audio.sound_names import NAMES
from sam_audio.sound_net import bands
from tools.train_separator import bank, evaluate, mixing, model, pool, sources, synthesis

FREE = ("CC0", "CC-BY", "public domain", "MIT", "Apache-2.0")


def test_only_free_sources_train():
    trained = [source for source in sources.SOURCES if source.split == "train"]
    assert len(trained) > 50
    for source in trained:
        parts = source.licence.split(" / ")
        assert all(part.startswith(FREE) and "SA" not in part and "NC" not in part for part in parts), source


def test_every_class_has_a_name():
    assert set(sources.sounds()) == set(NAMES)


def test_alike_is_mutual():
    assert all(sources.alike(a, b) == sources.alike(b, a) for a in NAMES for b in ("rain", "piano", "dog"))
    assert sources.alike("rain", "stream") and not sources.alike("rain", "dog")


@pytest.mark.parametrize("sound", sorted(synthesis.GENERATORS))
def test_a_seed_gives_one_sound_and_another_another(sound):
    make = synthesis.GENERATORS[sound]
    first, again, other = (make(np.random.default_rng(seed), 1.5) for seed in (1, 1, 2))
    assert len(first) == int(1.5 * bank.RATE_HZ) and np.isfinite(first).all() and np.abs(first).max() > 0
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def test_net_and_engine_see_the_same():
    """The trainer's features of band powers are the engine's features of bins."""
    power = np.random.default_rng(0).random((64, model.BINS)).astype(np.float32)
    summed = mixing.in_bands(torch.from_numpy(power.T.copy()))[None]
    np.testing.assert_allclose(model.features(summed)[0].numpy(), bands.features(power), atol=2e-3)
    np.testing.assert_array_equal(model.edges(), bands.edges())


def _parts():
    rng = np.random.default_rng(0)
    return [rng.standard_normal((2, model.BINS, 32)).astype(np.float32) for _ in range(2)]


def test_the_error_by_bands_is_the_error_by_bins():
    parts = _parts()
    batch = mixing.assembled([(parts, [3, 5], [3, 5])])
    mask = torch.rand(1, model.BANDS, 32)
    error = float((mask**2 * batch.mix - 2 * mask * batch.cross[:1] + batch.power[:1]).sum())
    wide = np.repeat(mask[0].numpy(), np.diff(model.edges()), axis=0)
    direct = float(((wide * (parts[0] + parts[1]) - parts[0]) ** 2).sum())
    assert error == pytest.approx(direct, rel=1e-4)


def test_an_open_mask_scores_as_the_mixture_and_a_perfect_one_better():
    parts = _parts()
    parts[1][:, 100:] = 0  # the second sound is low, the first is everywhere
    parts[0][:, :100] = 0
    batch = mixing.assembled([(parts, [3, 5], [3, 5])])
    one = (batch.mix, batch.cross[:1], batch.power[:1])
    perfect = (batch.power[:1] > 0).float()
    assert float(evaluate.si_sdr(perfect, *one)) > float(evaluate.si_sdr(torch.ones_like(perfect), *one)) + 3


def test_tags_say_when_a_class_sounds():
    parts = _parts()
    parts[0][:, :, 16:] = 0
    tags = mixing.assembled([(parts, [3, 5], [3, 5])]).tags[0]
    assert tags[:, 3].tolist() == [1, 0] and tags[:, 5].tolist() == [1, 1]


def test_a_segment_has_one_power_however_loud_the_clip(tmp_path):
    rng = np.random.default_rng(0)
    np.save(tmp_path / "a.npy", (rng.standard_normal(50_000) * 300).astype(np.int16))
    made = pool.segment(tmp_path / "a.npy", rng)
    assert made.shape == (2, model.BINS, pool.FRAMES)
    assert (made.astype(np.float32) ** 2).sum() / pool.FRAMES == pytest.approx(64, rel=0.02)


def test_the_bank_keeps_what_is_there_and_lists_it(tmp_path):
    row = {"file": "a.wav", "package": "p", "licence": "CC0"}
    for _ in range(2):
        bank.store(tmp_path, sound="dog", split="train", name="a", samples=np.ones(9, np.float32), row=row)
    listed = [json.loads(line) for line in (tmp_path / "manifest.jsonl").read_text().splitlines()]
    assert listed == [{"sound": "dog", "split": "train", "clip": "a.npy", **row}]
    assert pool.listed(tmp_path)["dog"]["real"][0].name == "a.npy"
