"""Stems and separations are found by type and suffix, and come back as they were."""

import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import soundfile

from sam_audio.types import Separation, Stem
from shared.errors import ExportError
from shared.exporting import export
from shared.media import Waveform

PACKAGE = "sam_audio.export"
SOUND = np.random.default_rng(0).uniform(-0.9, 0.9, (2, 500)).astype(np.float32)


def wave(samples: np.ndarray) -> Waveform:
    return Waveform(samples, 44_100)


@pytest.mark.parametrize("made", [wave(SOUND), Stem("speech", wave(SOUND))], ids=["waveform", "stem"])
@pytest.mark.parametrize(("suffix", "step"), [(".wav", 0.0), (".flac", 2.0**-23)])
def test_sound_comes_back(made, suffix: str, step: float, tmp_path: Path):
    path = export(made, tmp_path / f"a{suffix}", package=PACKAGE)
    found, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    assert rate_hz == 44_100
    np.testing.assert_allclose(found.T, SOUND, atol=step)


def test_flac_refuses_what_it_would_clip(tmp_path: Path):
    with pytest.raises(ExportError, match="above full scale"):
        export(wave(SOUND * 2), tmp_path / "a.flac", package=PACKAGE)
    assert not list(tmp_path.iterdir())


def separation() -> Separation:
    part = wave(SOUND / 4)
    targets = (Stem("drums", part), Stem("Drums!", part), Stem("speech", part))
    return Separation(wave(SOUND), targets, Stem("residual", part))


def contents(path: Path) -> dict[str, np.ndarray]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {
            name: soundfile.read(BytesIO(archive.read(name)), dtype="float32")[0].T
            for name in archive.namelist()
        }


def test_a_zip_holds_all_stems_under_names_of_their_own(tmp_path: Path):
    found = contents(export(separation(), tmp_path / "stems.zip", package=PACKAGE))
    assert [*found] == ["drums.wav", "Drums-2.wav", "speech.wav", "residual.wav"]
    np.testing.assert_allclose(sum(found.values()), SOUND, atol=1e-6)
    assert [p.name for p in tmp_path.iterdir()] == ["stems.zip"]


def test_a_zip_tells_the_song_and_holds_other_formats(tmp_path: Path):
    path = export(separation(), tmp_path / "stems.zip", package=PACKAGE, song="My song", form="flac")
    found = contents(path)
    assert [*found][0] == "My-song_drums.flac" and len(found) == 4
    np.testing.assert_allclose(sum(found.values()), SOUND, atol=1e-6)


def test_engines_stand_in_the_names(tmp_path: Path):
    from sam_audio.separate import separate
    from shared.prompts import Text

    done = separate(wave(np.tile(SOUND, 8)), (Text("drums"),))
    found = contents(export(done, tmp_path / "stems.zip", package=PACKAGE, song="take 1"))
    assert [*found] == ["take-1_drums_hpss.wav", "take-1_residual.wav"]
