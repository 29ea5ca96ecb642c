"""Which way cameras are known is chosen in order, said, and never swapped silently."""

from dataclasses import replace

import numpy as np
import pytest

from sam_3d.photos import placing
from sam_3d.photos.album import Album, Photo
from sam_3d.photos.placing import place_cameras
from sam_3d.photos.sfm import FromMotion
from sam_3d.photos.tracks import Tracks
from shared.errors import InputError
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Points
from tests.sam_3d.photos.sets import Shot, turned


@pytest.fixture(scope="module")
def made() -> Shot:
    return turned(5, size_px=(96, 80))


def motion(made: Shot, places: tuple[int, ...], k: float = 0.0) -> FromMotion:
    tracks = Tracks(np.zeros((1, 3)), np.ones((1, len(places)), bool))
    views = tuple(made.views[i] for i in places)
    return FromMotion(made.album, places, views, (k,) * len(places), tracks, None, ("found",))


def placed(made: Shot, cameras: str, prompts: dict | None = None) -> placing.Placed:
    return place_cameras(made.album, prompts or {}, cameras=cameras, ruler_mm=100.0, progress=Progress())


def test_without_pycolmap_auto_says_why_it_is_a_turntable(
    made: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "installed", lambda: False)
    told = placed(made, "auto")
    assert told.way == "turntable" and told.views is None
    assert (
        told.notes[0].startswith("No mat was found") and "pycolmap" in told.notes[0] and len(told.notes) == 1
    )


def test_auto_wants_most_photos_placed(made: Shot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "installed", lambda: True)
    monkeypatch.setattr(placing, "find_motion", lambda album, progress: motion(made, (0, 1, 3)))
    told = placed(made, "auto")
    assert told.way == "turntable" and "Only 3 of 5 photos" in told.notes[0]
    asked = placed(made, "sfm")
    assert asked.way == "sfm" and [p.name for p in asked.album.photos] == ["00.png", "01.png", "03.png"]
    monkeypatch.setattr(placing, "find_motion", lambda album, progress: motion(made, (0, 1, 3, 4)))
    assert placed(made, "auto").way == "sfm"


def test_marks_follow_the_straightened_photo_or_are_missed(
    made: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "find_motion", lambda album, progress: motion(made, (0, 1, 3), k=-0.2))
    click = (Points(((10.0, 12.0),), (True,)),)
    moved = placed(made, "sfm", {"01.png": click, "02.png": click}).prompts
    assert set(moved) == {"01.png"}
    (points,) = moved["01.png"]
    assert isinstance(points, Points)
    x, y = points.xy_px[0]
    assert x < 10 and y < 12
    with pytest.raises(InputError, match="02.png, does not fit together.*such as 00.png"):
        placed(made, "sfm", {"02.png": click})


def test_wrong_ways_are_explained(made: Shot) -> None:
    with pytest.raises(InputError, match="cameras wants one of auto, known, turntable, mat, sfm"):
        placed(made, "magic")
    with pytest.raises(InputError, match="no cameras.json"):
        placed(made, "known")


def test_photos_that_are_all_alike_or_cropped_are_told(made: Shot) -> None:
    noise = np.random.default_rng(0).normal(0, 2, (5, *made.album.photos[0].image.pixels.shape))
    still = made.album.photos[0].image.pixels
    photos = [
        Photo(f"{i}.png", Image((still + n).clip(0, 255).astype(np.uint8))) for i, n in enumerate(noise)
    ]
    told = placed(replace(made, album=Album(tuple(photos))), "turntable").notes
    assert len(told) == 1 and "all alike" in told[0]
    cut = Photo("cut.png", Image(still[:, :-60]))
    told = placed(replace(made, album=Album((*made.album.photos[:3], cut))), "turntable").notes
    assert len(told) == 1 and "36 × 80, 96 × 80 pixels" in told[0]
    assert placed(made, "turntable").notes == ()
