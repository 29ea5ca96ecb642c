"""The mat: its PDF has true size, and photos of it give cameras in true metres."""

import re

import numpy as np
import pytest

from sam_3d.photos.cameras import place, seen
from sam_3d.photos.mat import PAPERS, RULER_MM, Paper, paper, pdf, rectangles, write_mat
from sam_3d.photos.mat_cameras import find_on_mat
from sam_3d.photos.mat_corners import find_corners
from shared.errors import InputError
from tests.sam_3d.photos.sets import on_mat, turned


@pytest.mark.parametrize("wanted", PAPERS, ids=lambda p: p.name)
def test_the_mat_fits_the_paper_and_leaves_the_disc_free(wanted: Paper) -> None:
    boxes = np.array(rectangles(wanted))
    low, high = boxes[:, :2].min(0), (boxes[:, :2] + boxes[:, 2:]).max(0)
    assert (low > 5).all() and (high < np.array(wanted.size_mm) - 5).all()
    middle = wanted.corner_mm + wanted.middle_mm
    nearest = np.clip(middle, boxes[:, :2], boxes[:, :2] + boxes[:, 2:])
    assert np.linalg.norm(nearest - middle, axis=1).min() > wanted.disc_mm - 1e-6
    assert any(box[2] == RULER_MM for box in boxes)


def test_papers_share_no_marker() -> None:
    first, second = (set(known.markers()) for known in PAPERS)
    assert len(first) > 60 and len(second) > 60 and not first & second


def test_the_pdf_is_sound(tmp_path) -> None:
    data = write_mat(tmp_path / "mat.pdf", size="a4").read_bytes()
    assert data == pdf(paper("A4")) and data.startswith(b"%PDF-1.4")
    assert b"/MediaBox [0 0 595.276 841.890]" in data
    start = int(re.findall(rb"startxref\n(\d+)", data)[0])
    places = [int(n) for n in re.findall(rb"(\d{10}) 00000 n", data[start:])]
    assert [data[n : n + 5] for n in places] == [b"%d 0 o" % i for i in range(1, 6)]
    with pytest.raises(InputError, match="no paper"):
        write_mat(tmp_path / "x.pdf", size="a9")


@pytest.mark.slow
@pytest.mark.parametrize("wanted", PAPERS, ids=lambda p: p.name)
def test_cameras_are_true(wanted: Paper) -> None:
    made = on_mat(wanted)
    found = find_on_mat(made.album)
    assert found.places == (0, 1, 2, 3) and found.paper is wanted and found.error_px < 1
    for view, true in zip(found.views, made.views, strict=True):
        assert np.abs(place(view) - place(true)).max() < 0.0005
        assert view.camera.focal_px == pytest.approx(true.camera.focal_px, rel=0.005)
    doubled = find_on_mat(made.album, ruler_mm=200)
    assert np.allclose(place(doubled.views[0]), 2 * place(found.views[0]), atol=1e-6)


def test_corners_are_found_from_low_above_the_table() -> None:
    made = on_mat(PAPERS[0], 3, elevations_deg=(11, 13))
    for photo, view in zip(made.album.photos, made.views, strict=True):
        found = find_corners(np.asarray(photo.image.pixels.mean(2), np.uint8))
        assert found is not None and found.paper is PAPERS[0] and len(found.pixels) > 60
        flat = (found.on_board - found.paper.middle_mm) / 1000
        true = seen(view, np.stack([flat[:, 0], np.zeros(len(flat)), flat[:, 1]], axis=1))[0] - 0.5
        assert np.median(np.linalg.norm(true - found.pixels, axis=1)) < 0.4


def test_photos_without_a_mat_are_refused() -> None:
    with pytest.raises(InputError, match="found in 0 of 3 photos"):
        find_on_mat(turned(3).album)
