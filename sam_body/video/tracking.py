"""Follow people through a video: the landmark net looks where it saw them last; detectors look for the rest.

Detectors run on the first frame, at intervals, and a few times a second while somebody is lost. Found people
are given to those who were lost by likeness of place and of worn colours, as one assignment (Kuhn 1955).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sam_body.observation import NAMES, Observation, observe
from sam_body.video.closeups import Closeups, Nets, shipped
from sam_body.video.likeness import box_overlap, color_likeness, keypoint_similarity, size_of, worn_colors
from shared.mesh import Camera
from shared.pose import Person, person_at, person_in_box
from shared.region import Region, region_from_axis

Array = NDArray[np.float64]
Pixels = NDArray[np.uint8]
BoxXyxy = tuple[float, float, float, float]

DETECT_EVERY_S, SEARCH_EVERY_S = 1.0, 0.2
LIKELY = 0.4
SAME = 0.5
"""Keypoint similarity from which two sightings in one frame are one person."""
LEAST_TRUSTED = 6
_MAIN = tuple(
    NAMES.index(f"{side}_{part}")
    for side in ("left", "right")
    for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
)
_NEAR_S = 0.7
_WELCOME, _WELCOME_ALONE = 0.55, 0.3


@dataclass(frozen=True)
class Eyes:
    """The nets that look into a frame, as functions; tests put others in their place.

    Args:
        boxes: Frame to (boxes of people, the nearest and most certain first).
        within: Frame and box to the person in it, or None.
        again: Frame and region to the person there, or None: one pass.
        details: The nets for face and hands; None leaves heads and hands as the landmarks have them.
    """

    boxes: Callable[[Pixels], Sequence[BoxXyxy]]
    within: Callable[[Pixels, BoxXyxy], Person | None]
    again: Callable[[Pixels, Region], Person | None]
    details: Nets | None = None


def nets() -> Eyes:
    """Return the shipped nets."""
    return Eyes(_boxes, person_in_box, lambda pixels, region: person_at(pixels, region, passes=1), shipped())


def _boxes(pixels: Pixels) -> list[BoxXyxy]:
    from shared.detector import find_things
    from shared.pose_detector import detect

    people = [one for one in find_things(pixels, least_score=LIKELY) if one.label == "person"]
    boxes = [one.box_xyxy for one in sorted(people, key=lambda one: -one.score * _area(one.box_xyxy))]
    for region in detect(pixels):  # the other detector sees some whom the first one overlooks
        x, y, side = region.x_px, region.y_px, region.side_px
        if not any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in boxes):
            boxes.append((x - 0.25 * side, y - 0.45 * side, x + 0.25 * side, y + 0.45 * side))
    return boxes


def _area(box: BoxXyxy) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


@dataclass(eq=False)
class Track:
    """One person through the video.

    Args:
        object_id: Their number, in order of appearance.
        frames: Indices of the frames in which they were seen.
        sightings: What was seen in each of them.
        scores: The landmark net's belief, 0..1, in each.
        colors: (3, 3) what they wear, a running mean.
        closeups: What the nets for face and hands saw; None where they were not asked.
    """

    object_id: int
    frames: list[int] = field(default_factory=list)
    sightings: list[Observation] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    colors: Array = field(default_factory=lambda: np.full((3, 3), np.nan))
    closeups: Closeups | None = None
    last: Person | None = None
    before: Person | None = None
    lost: bool = False

    def expected(self) -> Array:
        """(33, 2) where the landmarks should be next, at half the speed of late."""
        here = self.person.landmarks_px[:33]
        return here if self.before is None else here + 0.5 * (here - self.before.landmarks_px[:33])

    @property
    def person(self) -> Person:
        """The last sighting.

        Raises:
            ValueError: There is none yet.
        """
        if self.last is None:
            raise ValueError("A track begins with a sighting.")
        return self.last


class Tracker:
    """Follows up to some number of people, frame by frame.

    Args:
        camera: Of the video.
        fps: Frames a second.
        most_people: Most people to follow at once.
        first: Boxes to look into on the first frame, before those of the detector.
        eyes: The nets.
    """

    def __init__(
        self,
        camera: Camera,
        fps: float,
        *,
        most_people: int = 4,
        first: Sequence[BoxXyxy] = (),
        eyes: Eyes | None = None,
    ) -> None:
        self.tracks: list[Track] = []
        self.crowd = 0
        self._camera, self._fps, self._most = camera, fps, most_people
        self._first, self._eyes = list(first), eyes or nets()
        self._frame, self._detected = -1, -(10**9)

    def step(self, pixels: Pixels) -> None:
        """Take the next frame."""
        self._frame += 1
        for track in self.tracks:
            if not track.lost:
                self._follow(track, pixels)
        self._part_doubles()
        if self._due():
            self._detect(pixels)
        if self._eyes.details is not None:
            self._look_closely(self._eyes.details, pixels)

    def _look_closely(self, details: Nets, pixels: Pixels) -> None:
        for track in self.tracks:
            if track.frames and track.frames[-1] == self._frame:
                first = track.closeups is None
                track.closeups = track.closeups or Closeups()
                track.closeups.look(details, pixels, track.person, self._frame, self._fps, all_parts=first)

    def _follow(self, track: Track, pixels: Pixels) -> None:
        region = _region(track.person)
        person = self._eyes.again(pixels, region)
        if person is not None and self._likely(track, person):
            self._note(track, person, pixels)
        else:
            track.lost = True

    def _likely(self, track: Track, person: Person) -> bool:
        if not _enough(observe(person, self._camera)):
            return False
        trust = np.minimum(person.visibility, track.person.visibility)
        alike = keypoint_similarity(
            person.landmarks_px[:33], track.expected(), trust, 2 * size_of(track.person)
        )
        return alike > 0.3 * min(30.0 / self._fps, 1.0)

    def _note(self, track: Track, person: Person, pixels: Pixels) -> None:
        track.frames.append(self._frame)
        track.sightings.append(observe(person, self._camera))
        track.scores.append(person.score)
        track.before = None if track.lost else track.last
        track.last, track.lost = person, False
        if len(track.frames) % 5 == 1:
            seen = worn_colors(pixels, person)
            mixed = np.where(np.isfinite(track.colors), 0.8 * track.colors + 0.2 * seen, seen)
            track.colors = np.where(np.isfinite(mixed), mixed, track.colors)

    def _part_doubles(self) -> None:
        """Where two tracks ended up on one person, keep the one that expected to be there."""
        live = [track for track in self.tracks if not track.lost]
        for i, a in enumerate(live):
            for b in live[i + 1 :]:
                if a.lost or b.lost or _alike(a.person, b.person) < SAME:
                    continue
                worse = min((a, b), key=_steadiness)
                for part in (worse.frames, worse.sightings, worse.scores):
                    part.pop()
                worse.last, worse.before = worse.before or worse.last, None
                worse.lost = True

    def _due(self) -> bool:
        since_s = (self._frame - self._detected) / self._fps
        if any(track.lost and track.frames[-1] == self._frame - 1 for track in self.tracks):
            return True
        missing = not self.tracks or any(track.lost for track in self.tracks)
        return since_s >= (SEARCH_EVERY_S if missing else DETECT_EVERY_S) - 1e-9

    def _detect(self, pixels: Pixels) -> None:
        self._detected = self._frame
        boxes = [*self._first, *self._eyes.boxes(pixels)]
        self._first = []
        self.crowd = max(self.crowd, len(boxes))
        live = [track for track in self.tracks if not track.lost]
        room = self._most - len(live)
        found: list[Person] = []
        for box in boxes:
            if len(found) >= room:
                break
            if any(_covers(track.person, box) for track in live):
                continue
            person = self._eyes.within(pixels, box)
            if person is None or not _enough(observe(person, self._camera)):
                continue
            if all(_alike(person, other) < SAME for other in (*found, *(track.person for track in live))):
                found.append(person)
        self._give(found, pixels)

    def _give(self, found: list[Person], pixels: Pixels) -> None:
        """Give found people to those who were lost; who is nobody's is new."""
        from scipy.optimize import linear_sum_assignment

        lost = [track for track in self.tracks if track.lost and track.frames]
        likeness = np.array([[self._welcome(t, p, pixels) for p in found] for t in lost])
        taken: dict[int, Track] = {}
        if likeness.size:
            least = _WELCOME_ALONE if len(lost) == len(found) == 1 else _WELCOME
            for row, column in zip(*linear_sum_assignment(-likeness), strict=True):
                if likeness[row, column] >= least:
                    taken[int(column)] = lost[row]
        for number, person in enumerate(found):
            track = taken.get(number)
            if track is None:
                track = Track(len(self.tracks))
                self.tracks.append(track)
            self._note(track, person, pixels)

    def _welcome(self, track: Track, person: Person, pixels: Pixels) -> float:
        """Return 0..1 the likeness of a found person to one who was lost: place soon after, then colours."""
        gone_s = (self._frame - track.frames[-1]) / self._fps
        colors = color_likeness(track.colors, worn_colors(pixels, person))
        near = keypoint_similarity(
            person.landmarks_px[:33],
            track.person.landmarks_px[:33],
            np.minimum(person.visibility, track.person.visibility) + 1e-3,
            2 * size_of(track.person),
        )
        share = np.exp(-gone_s / _NEAR_S)
        return float(share * max(near, 0.6 * colors) + (1 - share) * colors)


def _region(person: Person) -> Region:
    return region_from_axis(person.landmarks_px[33], person.landmarks_px[34])


def _enough(seen: Observation) -> bool:
    return int((seen.visibility[list(_MAIN)] > 0.5).sum()) >= LEAST_TRUSTED


def _alike(a: Person, b: Person) -> float:
    trust = np.minimum(a.visibility, b.visibility) + 1e-3
    return keypoint_similarity(a.landmarks_px[:33], b.landmarks_px[:33], trust, max(size_of(a), size_of(b)))


def _covers(person: Person, box: BoxXyxy) -> bool:
    """Whether a box is that of a person who is followed already: most of one lies in the other."""
    mine = person.box_xyxy()
    x, y = (mine[0] + mine[2]) / 2, (mine[1] + mine[3]) / 2
    inside = box[0] <= x <= box[2] and box[1] <= y <= box[3]
    return inside and box_overlap(mine, box) > 0.6


def _steadiness(track: Track) -> tuple[float, int]:
    if track.before is None:
        return 0.0, len(track.frames)
    return _alike(track.person, track.before), len(track.frames)
