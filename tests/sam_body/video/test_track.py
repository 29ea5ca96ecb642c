"""The whole verb on scripted sightings: who is meant, nobody, crowds, gaps, stills; and the overlay."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from sam_body.video.footage import Footage, Frame, open_footage
from sam_body.video.overlay import _Drawer, write_overlay
from sam_body.video.settings import VideoSettings
from sam_body.video.track import Clip, track
from sam_body.video.writing import write_frames
from shared.errors import Cancelled, InputError, PromptError
from shared.progress import Progress
from shared.prompts import Box, Points, Text
from tests.sam_body.video.actors import SIZE, Script, person_of, stage, walk_script

pytestmark = pytest.mark.slow

FPS, FRAMES = 30.0, 14
RED, BLUE = (200, 40, 40), (40, 60, 200)


@dataclass(frozen=True)
class Scripted(Footage):
    """Footage whose frames a script draws."""

    script: Script | None = None

    def part(self, from_s: float, to_s: float) -> Footage:
        return self

    def read(self, progress: Progress | None = None) -> Iterator[Frame]:
        assert self.script
        for number in range(len(self.script.people)):
            (progress or Progress()).check()
            yield Frame(number / FPS, self.script.picture(number))


def followed(script: Script, *prompts, progress: Progress | None = None, **settings: float) -> Clip:
    footage = Scripted(Path("script.mp4"), SIZE, FPS, 0.0, len(script.people) / FPS, script=script)
    wishes = VideoSettings(**settings)
    return track(footage, prompts, settings=wishes, eyes=script.eyes(), progress=progress)


def still(people: int, frames: int = FRAMES) -> Script:
    rng, here = np.random.default_rng(1), stage(0.3, 0.0, people, 1.0)
    row = [person_of(here, walk, 0.0, rng, 0.0) for walk in here.walks]
    return Script([row] * frames, [RED, BLUE, RED][:people])


@pytest.fixture(scope="module")
def pair() -> Clip:
    return followed(still(2))


def test_everybody_is_followed_in_one_world(pair):
    assert [take.object_id for take in pair.takes] == [0, 1] and pair.warnings == ()
    first, second = (take.motion.places()[0] for take in pair.takes)
    assert np.linalg.norm(second - first) == pytest.approx(1.0, abs=0.25)


def test_a_video_without_motion_stands_still(pair):
    for take in pair.takes:
        assert np.linalg.norm(np.ptp(take.motion.places(), axis=0)) < 0.01
        assert take.contacts.all() and take.seen.all()


def test_marks_choose_who_is_meant(pair):
    script = still(2)
    where = script.people[0][1].landmarks_px[33]
    (take,) = followed(script, Points(((float(where[0]), float(where[1])),), (True,))).takes
    assert take.object_id == 1
    left, top, right, bottom = script.people[0][0].box_xyxy()
    (take,) = followed(script, Box((left, top, right, bottom))).takes
    x = take.in_camera(take.motion.places())[0, 0]
    assert x == pytest.approx(pair.takes[0].in_camera(pair.takes[0].motion.places())[0, 0], abs=0.05)


def test_wrong_marks_are_explained():
    with pytest.raises(PromptError, match="Nobody was followed at 5, 5 in the frame at 0.00 s"):
        followed(still(1, 3), Points(((5.0, 5.0),), (True,)))
    with pytest.raises(PromptError, match="points and boxes only"):
        followed(still(1, 3), Text("dancer"))
    with pytest.raises(PromptError, match="outside the video"):
        followed(still(1, 3), Points(((5000.0, 5.0),), (True,)))


def test_nobody_is_an_error_with_a_cure():
    with pytest.raises(InputError, match="No person was found in script.mp4") as caught:
        followed(Script([[None]] * 6, [RED]))
    assert "from head to feet" in str(caught.value)


def test_a_crowd_and_a_gap_are_told():
    clip = followed(walk_script(24, 0.5, (8, 14)))
    assert clip.warnings[0].startswith("not seen, so filled: 0.27–")
    assert (
        "About 3 people are in the video; 1 were followed" in followed(still(3, 4), most_people=1).warnings[0]
    )


def test_a_video_that_ends_early_is_told():
    script = still(1, 4)
    footage = Scripted(Path("script.mp4"), SIZE, FPS, 0.0, 3.0, script=script)
    warnings = track(footage, eyes=script.eyes()).warnings
    assert warnings == ("The video ends early or is damaged: 4 of about 90 frames could be read.",)


def test_one_frame_is_told_to_have_no_motion():
    clip = followed(still(1, 1))
    assert len(clip.takes[0].frames) == 1 and "only one frame" in clip.warnings[0]


def test_people_are_counted_from_one_where_they_are_told_and_drawn(pair, monkeypatch):
    import cv2

    starts = [words.partition(":")[0] for words in followed(still(2, 1)).warnings if "only one" in words]
    assert starts == ["Person 1", "Person 2"]
    written: list[str] = []
    monkeypatch.setattr(cv2, "putText", lambda picture, text, *more: written.append(text))
    picture = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    for take in (*pair.takes, replace(pair.takes[1], seen=np.arange(FRAMES) > 0)):
        _Drawer(take, SIZE).draw(picture, 0, "skeleton")
    assert written[::2] == ["1", "2", "2 filled"]


def test_the_run_can_be_stopped():
    stop, told = Event(), []

    def report(fraction: float, stage: str) -> None:
        told.append((fraction, stage))
        if "frame 3 of" in stage:
            stop.set()

    with pytest.raises(Cancelled):
        followed(still(1), progress=Progress(report, stop))
    assert told[-1][1] == f"following people, frame 3 of {FRAMES}"
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)


@pytest.mark.parametrize("style", ["both", "skeleton"])
def test_the_overlay_has_every_frame_at_its_time_and_draws_the_person(pair, tmp_path, style):
    grey = np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)
    source, target = tmp_path / "grey.mp4", tmp_path / "overlay.mp4"
    write_frames(((n / FPS, grey) for n in range(8)), source, FPS)
    footage = open_footage(source)
    filled = replace(pair.takes[0], seen=np.arange(FRAMES) < 5)
    write_overlay(footage, [filled], target, style=style)
    drawn = list(open_footage(target).read())
    assert [f.time_s for f in drawn] == pytest.approx([n / FPS for n in range(8)], abs=2e-3)
    changed = [np.abs(f.pixels.astype(int) - 128).max(2) > 40 for f in drawn]
    hips = filled.camera.project(filled.in_camera(filled.motion.places())[:1])[0].round().astype(int)
    assert changed[0][hips[1] - 25 : hips[1] + 25, hips[0] - 15 : hips[0] + 15].any()
    assert not changed[0][:, : hips[0] - 150].any() and changed[0].sum() > changed[7].sum() * 0.9
