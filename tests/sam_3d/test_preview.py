import av
import numpy as np
import pytest
from PIL import Image, ImageSequence

from sam_3d import preview
from shared import render_process
from shared.errors import Cancelled
from shared.progress import Progress


@pytest.fixture
def no_opengl(monkeypatch):
    def refuse(parts, shots, deadline):
        raise render_process.RenderFailure("no OpenGL here")

    monkeypatch.setattr(render_process, "draw", refuse)


def turntable(path):
    with Image.open(path) as picture:
        return [np.asarray(frame.convert("RGB")).astype(int) for frame in ImageSequence.Iterator(picture)]


def check_previews(folder):
    with Image.open(folder / "preview.png") as picture:
        assert picture.size == preview.PICTURE_PX
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    reddish = (pixels[..., 0] > pixels[..., 1] + 60).mean()
    assert 0.1 < reddish < 0.6  # the object (200, 60, 40) fills a good part of the picture
    frames = turntable(folder / "turntable.gif")
    assert len(frames) >= 24
    assert (folder / "turntable.gif").stat().st_size < 2_000_000
    areas = [(frame[..., 0] > frame[..., 1] + 60).mean() for frame in frames]
    assert min(areas) > 0.08  # no side is dark or missing
    assert np.abs(frames[0] - frames[12]).mean() > 0.5  # it does turn
    with Image.open(folder / "turntable.gif") as picture:
        assert picture.info["loop"] == 0


@pytest.mark.slow
def test_previews_show_the_object_from_all_sides(lifted, tmp_path):
    drawn = preview.write_previews(lifted, tmp_path, timeout_s=300)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["preview.png", "turntable.gif"]
    check_previews(tmp_path)
    assert drawn.renderer == ("numpy" if drawn.warnings else "pyrender")


@pytest.mark.slow
def test_previews_without_opengl_are_as_good_and_say_so(lifted, tmp_path, no_opengl, monkeypatch):
    monkeypatch.setattr(preview, "PICTURE_PX", (320, 240))
    monkeypatch.setattr(preview, "TURNTABLE_PX", (160, 160))
    drawn = preview.write_previews(lifted, tmp_path)
    assert drawn == preview.Drawn("numpy", ("Previews were drawn without OpenGL (no OpenGL here).",))
    check_previews(tmp_path)


@pytest.mark.slow
def test_a_movie_of_one_turn_is_played_by_another_reader(lifted, tmp_path, monkeypatch):
    monkeypatch.setattr(preview, "MOVIE_PX", (160, 160))
    preview.turntable_movie([lifted.mesh], tmp_path / "turn.mp4", frames=24)
    with av.open(str(tmp_path / "turn.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate) == (160, 160, 6)
        assert stream.codec_context.name == "h264"
        frames = [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(stream)]
    assert len(frames) == 24
    reddish = [(frame[..., 0] > frame[..., 1] + 60).mean() for frame in frames]
    assert min(reddish) > 0.08


def test_a_cancelled_preview_leaves_nothing(lifted, tmp_path, no_opengl):
    from threading import Event

    stop = Event()
    with pytest.raises(Cancelled):
        preview.write_previews(lifted, tmp_path, progress=Progress(lambda fraction, stage: stop.set(), stop))
    assert list(tmp_path.iterdir()) == []
