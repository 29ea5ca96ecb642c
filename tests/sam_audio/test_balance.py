"""Loudness of a mix from products alone: as a meter reads the mix itself."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from sam_audio.balance import loudness_products
from sam_audio.loudness import OFFSET_DB, LoudnessMeter
from shared.synth import engine, siren

GAINS = (0.25, 1.5)


@pytest.mark.parametrize(("rate_hz", "seconds", "within_db"), [(48_000, 4, 0.02), (8000, 90, 0.3)])
def test_it_is_what_a_meter_reads_of_the_mix(
    tmp_path: Path, rate_hz: int, seconds: float, within_db: float
) -> None:
    stems = [make(seconds, sample_rate_hz=rate_hz, seed=7) * 0.3 for make in (siren, engine)]
    paths = [tmp_path / f"{number}.wav" for number in range(2)]
    for path, stem in zip(paths, stems, strict=True):
        soundfile.write(path, stem.T, rate_hz, "FLOAT")
    products = loudness_products(paths)
    assert products.shape == (4, 4) and np.allclose(products, products.T)
    rows = np.array([[GAINS[0], 0, GAINS[1], 0], [0, GAINS[0], 0, GAINS[1]]])
    power = float(np.trace(rows @ products @ rows.T))
    meter = LoudnessMeter(rate_hz, 2)
    meter.add(sum(gain * stem for gain, stem in zip(GAINS, stems, strict=True)).astype(np.float32))
    lufs = meter.integrated_lufs()
    assert lufs is not None and 10 * np.log10(power) + OFFSET_DB == pytest.approx(lufs, abs=within_db)


def test_sensor_rates_are_taken_as_they_are(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "slow.wav", np.full((50, 1), 0.5), 10, "FLOAT")
    assert loudness_products([tmp_path / "slow.wav"]) == pytest.approx(np.array([[0.25]]))
