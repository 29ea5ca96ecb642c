"""Cameras without a mat: found where they truly stood, and clear words where they cannot be found."""

from importlib.util import find_spec
from threading import Event

import numpy as np
import pytest
from numpy.typing import NDArray

from sam_3d.photos import sfm
from sam_3d.photos.album import Album, Photo
from sam_3d.photos.cameras import place
from sam_3d.photos.sfm import FromMotion, find_motion
from shared.errors import Cancelled, EngineUnavailable, InputError
from shared.media import Image
from shared.progress import Progress
from tests.sam_3d.photos.sets import Shot
from tests.sam_3d.photos.sfm_sets import COUNT, on_table

needs_pycolmap = pytest.mark.skipif(find_spec("pycolmap") is None, reason="pycolmap is not installed")


@pytest.fixture(scope="module")
def made() -> Shot:
    return on_table(COUNT)


@pytest.fixture(scope="module")
def found(made: Shot) -> FromMotion:
    return find_motion(made.album)


def similarity(a: NDArray, b: NDArray) -> tuple[float, NDArray]:
    """Scale and rotation that bring points a onto b, by singular vectors (Umeyama 1991)."""
    a, b = a - a.mean(0), b - b.mean(0)
    u, s, vt = np.linalg.svd(b.T @ a)
    sign = np.diag([1, 1, np.sign(np.linalg.det(u @ vt))])
    return float((s * np.diag(sign)).sum() / (a**2).sum()), u @ sign @ vt


@needs_pycolmap
@pytest.mark.slow
def test_cameras_are_found_where_they_stood(made: Shot, found: FromMotion) -> None:
    assert found.places == tuple(range(COUNT))
    true = np.stack([place(view) for view in made.views])
    here = np.stack([place(view) for view in found.views])
    scale, turn = similarity(here, true)
    shift = true.mean(0) - scale * turn @ here.mean(0)
    assert np.linalg.norm(scale * here @ turn.T + shift - true, axis=1).max() < 0.03 * 2.3
    for view, right in zip(found.views, made.views, strict=True):
        apart = view.camera_from_world[:3, :3] @ turn.T @ right.camera_from_world[:3, :3].T
        assert np.degrees(np.arccos(min(1, (np.trace(apart) - 1) / 2))) < 1
        assert view.camera.focal_px == pytest.approx(right.camera.focal_px, rel=0.03)
    # The table is the ground: up is up, and its height is 0.
    assert np.degrees(np.arccos(turn[1, 1])) < 1
    assert found.floor is not None
    assert (scale * turn @ (0, found.floor, 0) + shift)[1] == pytest.approx(0, abs=0.02)
    assert f"{COUNT} of {COUNT} photos were placed" in found.notes[0]


@needs_pycolmap
@pytest.mark.slow
def test_tracks_tell_the_object_from_the_table(made: Shot, found: FromMotion) -> None:
    on, beside = found.tracks.split(0, {1: made.masks[1], 11: made.masks[11]}, found.views, sure={1, 11})
    inside = [made.masks[0][tuple(spots.astype(int).T[::-1])].mean() for spots in (on, beside)]
    assert len(on) > 10 and inside[0] > 0.9
    assert len(beside) > 10 and inside[1] < 0.1


@needs_pycolmap
def test_photos_without_texture_are_refused() -> None:
    plain = Image(np.full((120, 160, 3), 180, np.uint8))
    album = Album(tuple(Photo(f"{i}.png", plain) for i in range(3)))
    with pytest.raises(InputError, match="3 of 3 photos show too little texture.*newspaper"):
        find_motion(album)


@needs_pycolmap
def test_a_dead_process_and_a_cancelled_run_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    few = on_table(3).album
    stopped = Event()
    stopped.set()
    with pytest.raises(Cancelled):
        find_motion(few, progress=Progress(cancelled=stopped))
    monkeypatch.setattr(sfm, "REQUEST", "elsewhere.json")
    with pytest.raises(EngineUnavailable, match="COLMAP's process ended early"):
        find_motion(few)


def test_what_to_install_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sfm, "installed", lambda: False)
    plain = Image(np.full((20, 20, 3), 180, np.uint8))
    album = Album(tuple(Photo(f"{i}.png", plain) for i in range(3)))
    with pytest.raises(EngineUnavailable, match=r"pip install .segment-studio\[photos\]."):
        find_motion(album)
