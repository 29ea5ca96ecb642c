"""Pictures of an estimate show the body where it is."""

from dataclasses import replace

import numpy as np
from PIL import Image as Picture

from sam_body.preview import overlay, with_bones, with_numbers, write_previews


def test_all_pictures_are_written(estimated, scene, tmp_path):
    warnings = write_previews(scene.image, estimated.bodies, tmp_path)
    assert isinstance(warnings, tuple)
    with Picture.open(tmp_path / "overlay.png") as picture:
        assert picture.size == (768, 1024)
    with Picture.open(tmp_path / "side.png") as picture:
        assert picture.size == (1620, 720)
        assert np.asarray(picture).std() > 10
        above = np.asarray(picture)[:, 1080:].astype(int)
        assert 0.02 < (np.abs(above - above[0, 0]).max(axis=2) > 12).mean() < 0.4  # the head and shoulders
    sizes = {"skeleton": (768, 1024), "both": (768, 1024), "beside": (1536, 1024)}
    for name, size in sizes.items():
        with Picture.open(tmp_path / f"overlay_{name}.png") as picture:
            assert picture.size == size


def test_bones_lie_where_the_joints_are_seen(estimated, scene):
    (body,) = estimated.bodies
    drawn = with_bones(scene.image.pixels, [body], body.camera)
    joints = body.camera.project(body.posed_joints() + body.offset_m)
    for name in ("calf_l", "lowerarm_r", "head"):
        x, y = np.round(joints[body.rig.bones.index(name)]).astype(int)
        assert drawn[y, x].max() < 60
    changed = np.abs(drawn.astype(int) - scene.image.pixels).max(axis=2) > 12
    assert 0.005 < changed.mean() < 0.06 and (changed & scene.mask).sum() > 0.9 * changed.sum()
    assert (drawn is not scene.image.pixels) and np.array_equal(drawn[:20], scene.image.pixels[:20])


def test_overlay_changes_the_person_and_leaves_the_background(estimated, scene):
    pixels, _ = overlay(scene.image, estimated.bodies)
    changed = np.abs(pixels.astype(int) - scene.image.pixels).sum(2) > 12
    assert (changed & scene.mask).sum() > 0.7 * scene.mask.sum()
    assert (changed & ~scene.mask).sum() < 0.2 * scene.mask.sum()


def test_bones_are_thinner_on_small_people(estimated, scene):
    (body,) = estimated.bodies
    far = replace(body, offset_m=5 * body.offset_m)
    paper = np.full((1024, 768, 3), 128, np.uint8)

    def inked(person) -> tuple[float, int]:
        changed = np.abs(with_bones(paper, [person], body.camera).astype(int) - 128).max(2) > 12
        rows = np.flatnonzero(changed.any(axis=1))
        return changed.sum() / (rows[-1] - rows[0]) ** 2, int(rows[-1] - rows[0])

    (near_share, near_px), (far_share, far_px) = inked(body), inked(far)
    assert far_px < near_px / 4
    assert far_share < 3 * near_share  # 4.7 times with lines of one width and dots on every finger


def test_several_people_have_their_numbers_over_their_heads(estimated, scene, tmp_path):
    (body,) = estimated.bodies
    far = replace(body, offset_m=2 * body.offset_m + [-1.0, 0, 0])
    grey = np.full((1024, 768, 3), 128, np.uint8)
    changed = (with_numbers(grey, [body, far], body.camera) != 128).any(axis=2)
    places = [body.camera.project(one.posed_vertices() + one.offset_m) for one in (body, far)]
    for flat in places:
        x, y = flat[np.argmin(flat[:, 1])]
        number = changed[max(int(y) - 60, 0) : int(y) + 4, int(x) - 30 : int(x) + 30]
        assert number.sum() > 40
        changed[max(int(y) - 60, 0) : int(y) + 4, int(x) - 30 : int(x) + 30] = False
    assert not changed.any()
    write_previews(scene.image, [body, far], tmp_path / "")
    with Picture.open(tmp_path / "overlay.png") as picture:
        plain, _ = overlay(scene.image, [body, far])
        assert (np.asarray(picture) != plain).any()
    write_previews(scene.image, [body], tmp_path)
    with Picture.open(tmp_path / "overlay.png") as picture:
        assert np.array_equal(np.asarray(picture), overlay(scene.image, [body])[0])
