"""Download names tell song, stem and engine, and nothing in them can leave a folder."""

import pytest

from sam_audio.naming import distinct, download_name


@pytest.mark.parametrize(
    ("song", "stem", "engines", "wanted"),
    [
        ("my song", "drums", ["hpss"], "my-song_drums_hpss.wav"),
        ("my_song (live) 2", "the drums!", ["hpss"], "my-song-live-2_the-drums_hpss.wav"),
        ("Größe", "말소리", ["deepfilternet"], "Größe_말소리_deepfilternet.wav"),
        ("take.1", "residual", ["hpss", "spleeter"], "take.1_residual_hpss+spleeter.wav"),
        ("", "...", [], "stem.wav"),
        ("../../etc/passwd", "a/b\\c", ["x"], "etc-passwd_a-b-c_x.wav"),
        ("x" * 300, "speech", ["e"], "x" * 60 + "_speech_e.wav"),
    ],
)
def test_names(song, stem, engines, wanted):
    assert download_name(song, stem, engines, ".wav") == wanted


def test_equal_names_are_told_apart():
    names = ["a.wav", "A.wav", "b.flac", "a.wav", "a-2.wav"]
    found = distinct(names)
    assert found == ("a.wav", "A-2.wav", "b.flac", "a-3.wav", "a-2-2.wav")
    assert len({name.lower() for name in found}) == len(names)
