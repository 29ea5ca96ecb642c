"""Reading and writing video: times, parts, bad files."""

import numpy as np
import pytest

from sam_body.video.footage import Footage, open_footage
from sam_body.video.writing import write_frames
from shared.errors import Cancelled, InputError
from shared.progress import Progress

TIMES = np.arange(20) / 20


def picture(number: int) -> np.ndarray:
    return np.full((48, 64, 3), 10 * number, np.uint8)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    write_frames(((t, picture(n)) for n, t in enumerate(TIMES)), path, 20.0, quality=15)
    return path


def test_frames_come_in_order_at_their_times(clip):
    footage = open_footage(clip)
    assert footage.size_px == (64, 48) and footage.fps == pytest.approx(20) and footage.frames == 20
    frames = list(footage.read())
    assert [f.time_s for f in frames] == pytest.approx(TIMES.tolist(), abs=1e-3)
    assert [round(float(f.pixels.mean()) / 10) for f in frames] == list(range(20))


def test_frame_times_need_not_be_even(tmp_path):
    times = [0.0, 0.05, 0.2, 0.25, 0.5]
    write_frames(((t, picture(n)) for n, t in enumerate(times)), tmp_path / "uneven.mp4", 20.0)
    found = [f.time_s for f in open_footage(tmp_path / "uneven.mp4").read()]
    assert found == pytest.approx(times, abs=2e-3)


def test_a_part_and_a_lower_rate(clip):
    part = open_footage(clip).part(0.25, 0.5)
    assert [f.time_s for f in part.read()] == pytest.approx([0.25, 0.3, 0.35, 0.4, 0.45, 0.5], abs=1e-3)
    slower = open_footage(clip, most_fps=10.0)
    assert slower.fps == 10 and "10 of 20 frames a second" in slower.notes[0]
    assert [f.time_s for f in slower.read()] == pytest.approx(TIMES[::2].tolist(), abs=1e-3)


def test_parts_that_hold_nothing_or_too_much_are_refused(clip):
    with pytest.raises(InputError, match="holds nothing; the video lasts 1.00 s"):
        open_footage(clip).part(3.0, 4.0)
    with pytest.raises(InputError, match="at most 600 s are read"):
        Footage(clip, (64, 48), 20.0, 0.0, 4000.0).part(0.0, 0.0)


def test_large_frames_are_shrunk(tmp_path):
    frames = [(0.0, np.zeros((1080, 1920, 3), np.uint8))]
    write_frames(frames, tmp_path / "large.mp4", 25.0)
    footage = open_footage(tmp_path / "large.mp4")
    assert footage.size_px == (1280, 720) and footage.shrink == pytest.approx(2 / 3)
    assert [f.pixels.shape for f in footage.read()] == [(720, 1280, 3)]


def test_what_is_no_video_is_refused(tmp_path, clip):
    for name, data in (("noise.mp4", bytes(range(256)) * 20), ("empty.mp4", b""), ("text.mp4", b"hello\n")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputError, match=f"{name} cannot be read as a video"):
            open_footage(tmp_path / name)
    with pytest.raises(InputError, match="nothing.mp4 cannot be read as a video"):
        open_footage(tmp_path / "nothing.mp4")


def test_sound_alone_is_refused(tmp_path):
    import soundfile

    soundfile.write(tmp_path / "tone.wav", np.zeros(800), 8000)
    with pytest.raises(InputError, match="holds no pictures"):
        open_footage(tmp_path / "tone.wav")


def test_reading_can_be_stopped(clip):
    from threading import Event

    stop = Event()
    with pytest.raises(Cancelled):
        for number, _ in enumerate(open_footage(clip).read(Progress(cancelled=stop))):
            if number == 3:
                stop.set()
