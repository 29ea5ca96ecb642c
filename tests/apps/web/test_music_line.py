"""What the page says of a recording's music."""

from dataclasses import replace

from apps.web.music_line import words
from sam_audio.music import Music

SONG = Music(120.0, 4.0, (0.0, 0.5, 1.0), "D minor", 0.2, "F major", 0.0, 30.0)


def test_tempo_key_tuning_and_lengths_for_a_delay_are_told() -> None:
    said = words(SONG)
    assert "<b>120 beats a minute</b> · D minor, else F major · A = 440 Hz" in said
    assert "1/8 250 ms" in said and "1/8 dotted 375 ms" in said


def test_without_a_beat_no_lengths_are_told() -> None:
    said = words(replace(SONG, pulse=1.1, tuning_cents=-40.0))
    assert "hardly a beat" in said and "ms" not in said and "A = 430 Hz" in said
