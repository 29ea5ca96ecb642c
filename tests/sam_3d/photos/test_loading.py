"""Folders, ZIPs and videos of photos, good and bad."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sam_3d.photos.loading import load_album
from shared.errors import InputError


def picture(seed: int, size: tuple[int, int] = (64, 48)) -> Image.Image:
    rng = np.random.default_rng(seed)
    return Image.fromarray(rng.integers(0, 255, (*size[::-1], 3), dtype=np.uint8))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for i in range(3):
        picture(i, (64 + 8 * i, 48)).save(tmp_path / f"{i}.png")
    return tmp_path


def test_a_folder_gives_photos_masks_and_notes(folder: Path) -> None:
    mask = np.zeros((48, 72), np.uint8)
    mask[10:20, 5:30] = 255
    Image.fromarray(mask).save(folder / "1.mask.png")
    (folder / "notes.txt").write_text("hello")
    (folder / "prompts.json").write_text(json.dumps({"0.png": [{"kind": "box", "xyxy_px": [1, 1, 9, 9]}]}))
    album = load_album(folder)
    assert [photo.name for photo in album.photos] == ["0.png", "1.png", "2.png"]
    assert [photo.size_px for photo in album.photos] == [(64, 48), (72, 48), (80, 48)]
    found = album.photos[1].mask
    assert found is not None and found.sum() == 250 and album.photos[0].mask is None
    assert "0.png" in album.prompts and "notes.txt" in album.warnings[0]


def test_transparency_is_a_mask_and_exif_a_focal_length(folder: Path) -> None:
    pixels = np.full((48, 64, 4), 200, np.uint8)
    pixels[:, :32, 3] = 0
    Image.fromarray(pixels).save(folder / "a.png")
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA405] = 26
    picture(9, (4000, 3000)).save(folder / "b.jpg", exif=exif)
    by_name = {photo.name: photo for photo in load_album(folder).photos}
    mask, large = by_name["a.png"].mask, by_name["b.jpg"]
    assert mask is not None and mask.sum() == 48 * 32
    assert large.size_px == (1600, 1200) and large.original_px == (4000, 3000) and large.factor == 0.4
    assert large.focal_px == pytest.approx(26 / 43.27 * 2000, rel=1e-3)


def test_a_zip_is_read_by_bare_names(folder: Path, tmp_path: Path) -> None:
    packed = tmp_path / "set.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for i in range(3):
            archive.write(folder / f"{i}.png", f"../../evil/{i}.png")
    assert [photo.name for photo in load_album(packed).photos] == ["0.png", "1.png", "2.png"]


def test_heic_is_named_and_an_animation_in_a_set_is_told(folder: Path, tmp_path: Path) -> None:
    picture(5).save(folder / "3.gif", save_all=True, append_images=[picture(6)])
    album = load_album(folder)
    assert len(album.photos) == 4 and "3.gif has 2 pictures; the first one" in album.warnings[0]
    (folder / "4.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + bytes(99))
    with pytest.raises(InputError, match=r"4\.HEIC is a HEIC picture.*JPEG"):
        load_album(folder)


def test_an_animated_gif_is_a_video_and_a_still_one_is_refused(tmp_path: Path) -> None:
    frames = [picture(i) for i in range(6)]
    frames[0].save(tmp_path / "turn.gif", save_all=True, append_images=frames[1:], duration=200)
    album = load_album(tmp_path / "turn.gif")
    assert len(album.photos) == 6 and "6 sharp frames" in album.warnings[0]
    frames[0].save(tmp_path / "one.gif")
    with pytest.raises(InputError, match="one picture alone"):
        load_album(tmp_path / "one.gif")
    frames[0].save(tmp_path / "still.gif", save_all=True, append_images=[frames[0]] * 5, duration=200)
    with pytest.raises(InputError, match="fewer than three different frames"):
        load_album(tmp_path / "still.gif")


def test_bad_input_is_explained(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not there"):
        load_album(tmp_path / "nothing")
    with pytest.raises(InputError, match="neither a folder, a ZIP nor a video"):
        load_album(folder / "0.png")
    (folder / "2.png").unlink()
    with pytest.raises(InputError, match="3 to 200 of them, but got 2"):
        load_album(folder)
    (folder / "2.png").write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"2\.png"):
        load_album(folder)


def film(path: Path, frames: list[np.ndarray]) -> Path:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("h264", rate=10)
        stream.height, stream.width, stream.pix_fmt = *frames[0].shape[:2], "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    return path


def test_a_video_gives_its_sharp_frames(tmp_path: Path) -> None:
    import cv2

    wall = np.asarray(picture(1, (400, 96)).resize((800, 192)))
    frames = [np.ascontiguousarray(wall[:, 4 * i : 4 * i + 256]) for i in range(96)]
    frames = [cv2.GaussianBlur(f, (0, 0), 6) if i % 4 else f for i, f in enumerate(frames)]
    album = load_album(film(tmp_path / "walk.mp4", frames))
    assert len(album.photos) == 24
    assert {round(float(photo.name[:-1]) * 10) % 4 for photo in album.photos} == {0}


def test_a_still_video_is_refused(tmp_path: Path) -> None:
    still = np.asarray(picture(1, (128, 96)))
    with pytest.raises(InputError, match="Nothing moves"):
        load_album(film(tmp_path / "still.mp4", [still] * 40))
