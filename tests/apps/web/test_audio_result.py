"""A separation as the mixer gets it: every sound once, named by the words that asked for it."""

from pathlib import Path

import numpy as np
import pytest

from apps.web.audio_result import mixer_of
from tests.apps.web.separations import RATE_HZ, SECONDS, separation, stems_of

STEMS = stems_of()
MANY = {
    "target_drums": STEMS["target"] / 2,
    "target_my_dog": STEMS["target"] / 2,
    "residual": STEMS["residual"],
    "wet": STEMS["target"],
    "remix": STEMS["residual"],
}


def test_the_mixer_has_the_recording_then_stems_the_rest_and_the_remix(tmp_path: Path) -> None:
    targets = [{"prompt": "my Dog", "file": "target_my_dog"}, {"prompt": "", "file": "target_drums"}]
    value = mixer_of(separation(tmp_path, MANY, targets=targets), "job")
    shown = [(row["id"], row["role"], row["label"]) for row in value["tracks"]]
    assert shown == [
        ("original", "original", "Original"),
        ("target_drums", "stem", "Drums"),
        ("target_my_dog", "stem", "My Dog"),
        ("residual", "stem", "Everything else"),
        ("remix", "other", "All with effects"),
        ("wet", "other", "Targets with effects"),
    ]
    assert value["tracks"][0]["audio"] is None and all(row["picture"] for row in value["tracks"])
    assert (value["run"], value["sample_rate_hz"], value["channels"]) == ("job", RATE_HZ, 2)
    assert value["duration_s"] == SECONDS
    assert value["stems"] == {"target_drums": {"gain_db": 0, "pan": 0, "mute": False, "solo": True}}


def test_its_products_tell_the_power_of_the_recording(tmp_path: Path) -> None:
    value = mixer_of(separation(tmp_path, STEMS), "job")
    products = np.array(value["products"])
    power = products[::2, ::2].sum() + products[1::2, 1::2].sum()
    direct = mixer_of(
        separation(tmp_path / "sum", {"target": sum(STEMS.values()), "residual": 0 * STEMS["target"]}), "x"
    )
    assert power == pytest.approx(np.trace(direct["products"]), rel=1e-4)
