"""The camera of a photo: given, from EXIF, or assumed; what cannot be is refused."""

import numpy as np
import pytest
from PIL import Image as Pillow

from sam_body.photo_camera import exif_focal_px, exif_view
from sam_body.settings import FitSettings
from shared.errors import InputError


def photo(path, size, **tags):
    picture = Pillow.new("RGB", size)
    exif = Pillow.Exif()
    exif.get_ifd(0x8769).update({int(name[1:], 16): value for name, value in tags.items()})
    picture.save(path, exif=exif)
    return str(path)


def test_field_of_view_and_focal_length_say_the_same():
    by_angle = FitSettings(fov_deg=60).wishes(1000, 600).view
    focal = 500 / np.tan(np.radians(30))
    by_focal = FitSettings(focal_px=focal).wishes(1000, 600).view
    assert by_angle.camera.focal_px == pytest.approx(focal)
    assert by_focal.camera == by_angle.camera and by_focal.source == "given"


def test_the_equivalent_focal_length_of_exif_is_read(tmp_path):
    path = photo(tmp_path / "a.jpg", (600, 400), xA405=50)
    view = exif_view(path, (600, 400), (300, 200))
    assert view.source == "exif"
    assert view.camera.focal_px == pytest.approx(50 / np.hypot(36, 24) * np.hypot(600, 400))


def test_focal_length_and_sensor_pitch_do_as_well(tmp_path):
    path = photo(tmp_path / "b.jpg", (600, 400), x920A=5.0, xA20E=1000.0, xA210=3, xA002=1200, xA003=800)
    assert exif_focal_px(path, (600, 400)) == pytest.approx(5.0 / 10 * 1000 * 600 / 1200)


def test_a_photo_that_was_cut_tells_nothing(tmp_path):
    path = photo(tmp_path / "c.jpg", (600, 600), xA405=50, xA002=1200, xA003=800)
    assert exif_view(path, (600, 600), (300, 300)).source == "assumed"
    assert exif_focal_px(str(tmp_path / "missing.jpg"), (6, 6)) is None


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"fov_deg": 50, "focal_px": 900}, "given twice"),
        ({"fov_deg": 1}, "angle"),
        ({"focal_px": 20}, "angle"),
        ({"center_x_px": 5000}, "outside the photo"),
    ],
)
def test_cameras_that_cannot_be_are_refused(settings, words):
    with pytest.raises(InputError, match=words):
        FitSettings(**settings).wishes(1000, 600)


def test_the_lens_axis_may_lie_off_the_middle():
    wishes = FitSettings(fov_deg=45, center_x_px=400, center_y_px=300).wishes(1000, 600)
    assert wishes.view.camera.center_px == (400, 300)
    assert not wishes.beliefs.ground and wishes.beliefs.upright and wishes.outline
