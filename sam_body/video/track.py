"""Follow the people of a video and give each a motion: the verb behind every face."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sam_body.photo_camera import exif_view, given_view
from sam_body.skeletons import skeleton
from sam_body.video.acting import takes
from sam_body.video.footage import Footage, open_footage
from sam_body.video.settings import VideoSettings
from sam_body.video.tracking import Eyes, Track, Tracker, nets
from sam_body.video.types import Take
from shared.errors import InputError, PromptError
from shared.mesh import Camera
from shared.progress import Progress
from shared.prompts import Box, Points, Prompts, of_kind

SHORTEST_S = 0.2
"""Who is seen for less is taken for a mistake of the nets, unless the whole video is shorter."""
_NOBODY = (
    "Choose a video that shows a person from head to feet, not too small, or another part of it by from_s "
    "and to_s."
)


@dataclass(frozen=True, eq=False)
class Clip:
    """The people of a video.

    Args:
        takes: One a person, in order of appearance.
        footage: The part of the video that was read.
        warnings: What a user should know.
    """

    takes: tuple[Take, ...]
    footage: Footage
    warnings: tuple[str, ...]


def track(
    video: Footage | str | Path,
    prompts: Prompts = (),
    *,
    rig: str = "game_engine",
    settings: VideoSettings | None = None,
    progress: Progress | None = None,
    eyes: Eyes | None = None,
) -> Clip:
    """Follow people through a video and fit one body to each.

    The camera is taken to stand still. The video is read once, frame by frame.

    Args:
        video: The file, or a part of it.
        prompts: Points and boxes on the people meant, in pixels of the upright video, in the frame at the
            setting `at_s`; none for everybody.
        rig: Name of a rig, see `sam_body.skeletons`.
        settings: Part, people, smoothing, camera.
        progress: Told of each frame; may stop the run.
        eyes: The nets, where others are to be used.

    Raises:
        InputError: No video, nobody in it, or an unknown rig.
        PromptError: A prompt is of a kind that says nothing here, or means nobody.
    """
    settings, progress, bones = settings or VideoSettings(), progress or Progress(), skeleton(rig)
    footage = video if isinstance(video, Footage) else open_footage(video, most_fps=settings.most_fps)
    footage = footage.part(settings.from_s, settings.to_s)
    marks = _marks(prompts, footage)
    camera = _camera(footage, settings)
    first = [mark for mark in marks if len(mark) == 4] if settings.at_s <= footage.start_s else []
    eyes = eyes or nets()
    eyes = eyes if settings.details else replace(eyes, details=None)
    tracker = Tracker(camera, footage.fps, most_people=settings.most_people, first=first, eyes=eyes)
    times = _followed(tracker, footage, progress.within(0.0, 0.5))
    tracks = _worthy(tracker.tracks, len(times), footage.fps)
    if not tracks:
        raise InputError(f"No person was found in {footage.path.name}.", _NOBODY)
    if marks:
        tracks = _meant(tracks, marks, times, settings.at_s)
    found, notes = takes(tracks, times, footage.fps, camera, bones, settings, progress.within(0.5, 1.0))
    early = _ended_early(len(times), footage)
    warnings = (*footage.notes, *early, *_crowded(tracker, tracks, settings, marks), *notes, *_told(found))
    return Clip(found, footage, warnings)


def _camera(footage: Footage, settings: VideoSettings) -> Camera:
    centre = (footage.size_px[0] / 2, footage.size_px[1] / 2)
    focal = settings.focal_px * footage.shrink
    given = given_view(footage.size_px, centre, fov_deg=settings.fov_deg, focal_px=focal)
    return (given or exif_view(None, footage.size_px, centre)).camera


def _marks(prompts: Prompts, footage: Footage) -> list[tuple[float, ...]]:
    """Return points (x, y) and boxes (left, top, right, bottom) in pixels of the frames as they are read."""
    marks: list[tuple[float, ...]] = []
    points: list[Points] = of_kind(prompts, Points)
    boxes: list[Box] = of_kind(prompts, Box)
    if len(points) + len(boxes) != len(prompts):
        raise PromptError(
            "People of a video are marked by points and boxes only.", "Leave other prompts out."
        )
    for one in points:
        marks += [tuple(xy) for xy, keep in zip(one.xy_px, one.keep, strict=True) if keep]
    marks += [tuple(box.xyxy_px) for box in boxes if box.keep]
    scaled = [tuple(float(value) * footage.shrink for value in mark) for mark in marks]
    width, height = footage.size_px
    if any(not (0 <= mark[0] <= width and 0 <= mark[1] <= height) for mark in scaled):
        raise PromptError(
            "A mark lies outside the video.", f"Its frames are {width} x {height} pixels as they are read."
        )
    return scaled


def _followed(tracker: Tracker, footage: Footage, progress: Progress) -> NDArray[np.float64]:
    times: list[float] = []
    for frame in footage.read(progress):
        progress.step(
            len(times) / footage.frames, f"following people, frame {len(times) + 1} of {footage.frames}"
        )
        tracker.step(frame.pixels)
        times.append(frame.time_s)
    return np.array(times)


def _ended_early(count: int, footage: Footage) -> tuple[str, ...]:
    if count + 2 >= 0.9 * footage.frames:
        return ()
    return (f"The video ends early or is damaged: {count} of about {footage.frames} frames could be read.",)


def _worthy(tracks: Sequence[Track], count: int, fps: float) -> list[Track]:
    least = min(max(round(SHORTEST_S * fps), 3), max(count // 2, 1))
    return [track for track in tracks if len(track.frames) >= least]


def _meant(
    tracks: list[Track], marks: list[tuple[float, ...]], times: NDArray[np.float64], at_s: float
) -> list[Track]:
    """Return the tracks that marks are on in the frame at a second."""
    frame = int(np.argmin(np.abs(times - at_s)))
    wanted: list[Track] = []
    for mark in marks:
        hits = [(_apart(track, mark, frame), track.object_id, track) for track in tracks]
        apart, _, best = min(hits, key=lambda hit: hit[:2])
        if apart > 1:
            words = ", ".join(f"{value:g}" for value in mark)
            raise PromptError(
                f"Nobody was followed at {words} in the frame at {times[frame]:.2f} s.",
                "Mark a person in a frame that shows them whole, and give its second as at_s.",
            )
        if best not in wanted:
            wanted.append(best)
    return sorted(wanted, key=lambda track: track.object_id)


def _apart(track: Track, mark: tuple[float, ...], frame: int) -> float:
    """Return how far a mark is from a person: infinite outside their box, least on a landmark."""
    nearest = int(np.argmin(np.abs(np.array(track.frames) - frame)))
    if abs(track.frames[nearest] - frame) > 15:
        return np.inf
    xy = track.sightings[nearest].xy_px
    low, high = xy.min(0), xy.max(0)
    pad = 0.1 * (high - low)
    point = np.array(mark[:2]) if len(mark) == 2 else (np.array(mark[:2]) + mark[2:]) / 2
    if ((point < low - pad) | (point > high + pad)).any():
        return np.inf
    return float(np.linalg.norm(xy - point, axis=1).min() / np.linalg.norm(high - low))


def _crowded(
    tracker: Tracker, tracks: list[Track], settings: VideoSettings, marks: list[tuple[float, ...]]
) -> tuple[str, ...]:
    if marks or tracker.crowd <= max(settings.most_people, len(tracks)):
        return ()
    return (
        f"About {tracker.crowd} people are in the video; {settings.most_people} were followed at once. "
        "Raise most_people, or mark those you want.",
    )


def _told(found: Sequence[Take]) -> tuple[str, ...]:
    notes = []
    for take in found:
        who = "" if len(found) == 1 else f"Person {take.object_id + 1}: "
        if len(take.frames) == 1:
            notes.append(f"{who}only one frame, so there is no motion.")
        if gaps := take.gaps():
            words = ", ".join(f"{a:.2f}–{b:.2f} s" for a, b in gaps[:6])
            more = f" and {len(gaps) - 6} more" if len(gaps) > 6 else ""
            notes.append(f"{who}not seen, so filled: {words}{more}.")
        if not take.contacts.any():
            notes.append(f"{who}no foot was seen standing; height over the floor is a guess.")
    return tuple(notes)
