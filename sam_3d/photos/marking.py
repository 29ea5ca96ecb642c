"""Outlines in all photos: own masks, own prompts, or carried over from a photo that has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.album import Album, Photo
from sam_3d.photos.cameras import seen
from sam_3d.photos.carving import bounds, outline
from sam_3d.photos.hints import mask_hints, sight
from sam_3d.photos.judging import contradictions, insides, most_missed
from sam_3d.photos.on_ground import outlines_on_ground
from sam_3d.photos.tracks import Tracks
from shared.errors import InputError, PromptError
from shared.progress import Progress
from shared.prompts import Box, MaskHint, Points, Prompt, Prompts, check, parse
from shared.registry import Chosen
from shared.render import View
from shared.segment import segment

OWN, PROMPTED, CARRIED, FAILED = "own", "prompted", "carried", "failed"
_LIKENESS = 0.35  # least likeness of colours of a carried outline
_SMALLEST, _LARGEST = 0.35, 2.8  # area of a carried outline over that of the one before
_REPAIRED = 0.10
_NEARLY = 0.75  # overlap (IoU) of a prompted mask and one by the ground
_ROUNDS = 4  # of clicks where an outline is wrong
_CUTTING, _ENOUGH = 0.03, 8


@dataclass(frozen=True, eq=False)
class Marks:
    """An outline for each photo.

    Args:
        masks: (H, W) bool each; empty (all False) where it failed.
        ways: How each was made: "own", "prompted", "carried" or "failed".
        engines: What made masks.
        warnings: Sentences about photos that failed or are doubtful.
    """

    masks: tuple[NDArray[np.bool_], ...]
    ways: tuple[str, ...]
    engines: tuple[Chosen, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def good(self) -> tuple[int, ...]:
        """The numbers of the photos that have an outline."""
        return tuple(i for i, way in enumerate(self.ways) if way != FAILED)


def mark(
    album: Album,
    prompts: Mapping[str, Prompts],
    *,
    views: Sequence[View] | None = None,
    floor: float | None = None,
    tracks: Tracks | None = None,
    reach: float | None = None,
    engine: str = "auto",
    progress: Progress | None = None,
) -> Marks:
    """Outline the object in each photo.

    A photo with prompts is segmented by them. One without takes its own mask, if it came with one; else the
    outline of its neighbour is carried over: by a box and a click where the object was before, judged by
    colour and size. Points that several photos show tell where it is even where it moved far in the picture.
    Where cameras are known, what the other outlines leave says where to look again. Of an object that stands
    on known ground, the outline is what differs from the ground as the other photos show it.

    Args:
        album: The photos, in order around the object.
        prompts: By photo name, in pixels of the photo's file.
        views: Cameras, where they are known.
        floor: Height of the ground, where it is known.
        tracks: Points of surfaces and which photos show them, where they are known; wants `views`.
        reach: How far around the origin and how high an object that stands there on the floor may reach;
            None where it is not known to stand there.
        engine: Mask engine, or "auto".
        progress: Told of each photo; may cancel.

    Raises:
        PromptError: No photo has prompts or a mask, or prompts find nothing in theirs.
        InputError: Prompts name a photo that is not there.
    """
    progress = progress or Progress()
    work = _Work(album, engine, None if views is None or tracks is None else (tracks, tuple(views)))
    for name in prompts:
        album.index(name)
    for i, photo in enumerate(album.photos):
        progress.step(0.1 * i / len(album.photos), f"marking {photo.name}")
        if prompts.get(photo.name):
            work.prompted(i, prompts[photo.name])
        elif photo.mask is not None and photo.mask.any():
            work.take(i, photo.mask, OWN)
    if not work.masks:
        raise PromptError(
            "The object is not marked in any photo.",
            "Give a click or a box on one photo, or photos with a transparent background or NAME.mask.png.",
        )
    if (
        views is not None
        and floor is not None
        and reach is not None
        and work.take_standing(views, floor, reach, progress.within(0.1, 0.9))
    ):
        return work.marks()
    work.carry_all(progress.within(0.1, 0.8))
    if views is not None:
        work.repair(views, floor, progress.within(0.8, 1.0))
        work.leave_out(views, floor)
    return work.marks()


def scaled_prompts(prompts: Prompts, photo: Photo) -> Prompts:
    """Return prompts of a photo's file in pixels of its picture, which may be smaller.

    Raises:
        PromptError: One lies outside the picture or is not for pictures.
    """
    factor, found = photo.factor, []
    for prompt in prompts:
        item: Prompt = prompt
        if factor != 1 and isinstance(prompt, Points):
            xy = tuple((x * factor, y * factor) for x, y in prompt.xy_px)
            item = replace(prompt, xy_px=xy)
        elif factor != 1 and isinstance(prompt, Box):
            left, top, right, bottom = (value * factor for value in prompt.xyxy_px)
            item = replace(prompt, xyxy_px=(left, top, right, bottom))
        elif factor != 1 and isinstance(prompt, MaskHint):
            item = replace(prompt, mask=_resized(prompt.mask, photo.size_px))
        found.append(item)
    check(tuple(found), photo.image)
    return tuple(found)


def prompts_of(album: Album, given: Any) -> dict[str, Prompts]:
    """Return prompts by photo name, of their JSON, over those that came with the album.

    Raises:
        InputError: It is no object, or names a photo that is not there.
        PromptError: A prompt is wrong.
    """
    if not isinstance(given, dict):
        raise InputError('Corrections want a JSON object: {"photo.jpg": [{"kind": "points", …}]}.')
    found = {name: parse(items) for name, items in {**album.prompts, **given}.items()}
    for name in found:
        album.index(name)
    return found


def _resized(mask: NDArray[np.bool_], size: tuple[int, int]) -> NDArray[np.bool_]:
    import cv2

    return cv2.resize(mask.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 127


class _Work:
    """Outlines as they are found."""

    def __init__(self, album: Album, engine: str, placed: tuple[Tracks, tuple[View, ...]] | None) -> None:
        self.album, self.engine, self.placed = album, engine, placed
        self.masks: dict[int, NDArray[np.bool_]] = {}
        self.ways: dict[int, str] = {}
        self.engines: dict[str, Chosen] = {}
        self.doubts: dict[int, str] = {}

    def take(self, place: int, mask: NDArray[np.bool_], way: str) -> None:
        self.masks[place], self.ways[place] = np.ascontiguousarray(mask), way

    def prompted(self, place: int, prompts: Prompts) -> None:
        photo = self.album.photos[place]
        try:
            mask = self._segmented(photo, scaled_prompts(prompts, photo))
        except PromptError as error:
            raise PromptError(f"{photo.name}: {error.problem}", error.cure) from None
        if mask is None:
            raise PromptError(
                f"Nothing is found in {photo.name} by its prompts.", "Mark another place of it."
            )
        self.take(place, mask, PROMPTED)

    def take_standing(self, views: Sequence[View], floor: float, reach: float, progress: Progress) -> bool:
        """Take what differs from the ground, also in place of prompted masks that say nearly the same."""
        photos = [photo.image for photo in self.album.photos]
        found = outlines_on_ground(photos, views, floor, reach, marked=self.masks, progress=progress)
        if found is None:
            return False
        for i, mask in enumerate(found):
            if i not in self.masks:
                self.take(i, mask, CARRIED)
            elif self.ways[i] == PROMPTED and _iou(mask, self.masks[i]) > _NEARLY:
                self.take(i, mask, PROMPTED)
        return True

    def carry_all(self, progress: Progress) -> None:
        """Carry outlines to the photos without, from the nearest one (the last is beside the first)."""
        count = len(self.album.photos)
        apart = _in_order(count) if self.placed is None else _by_sight(self.placed[0])
        missing = [i for i in range(count) if i not in self.masks]
        for number in range(len(missing)):
            left = [i for i in missing if i not in self.ways]
            reach = [(min(apart[i, j] for j in self.masks), i) for i in left]
            _, place = min(reach)
            near = min(self.masks, key=lambda j: apart[place, j])
            progress.step(number / len(missing), f"carrying the mask to {self.album.photos[place].name}")
            self._carry(place, near)

    def repair(self, views: Sequence[View], floor: float | None, progress: Progress) -> None:
        """Look again where a carried outline contradicts the others: in the place that those leave for it."""
        places = sorted(self.masks)
        loose = [i for i, way in self.ways.items() if way in (CARRIED, FAILED)]
        if len(places) < 3 or not loose:
            return
        masks = [self.masks[i] for i in places]
        used = [views[i] for i in places]
        try:
            box = bounds(used, masks, floor=floor)
        except InputError:
            return
        outlines = [outline(view, mask) for view, mask in zip(used, masks, strict=True)]
        missed, uncovered = contradictions(outlines, masks, box, floor=floor)
        limit = float(np.median(uncovered)) + 2 * _REPAIRED
        points, inside = insides(outlines, box, floor)
        for number, place in enumerate(loose):
            progress.step(number / len(loose), "checking the masks against one another")
            row = places.index(place) if place in places else None
            if row is not None and missed[row] < _REPAIRED and uncovered[row] < limit:
                continue
            others = np.delete(inside, row, axis=0) if row is not None else inside
            kept = points[others.mean(0) > 0.92]
            if len(kept):
                self._again(place, seen(views[place], kept)[0])

    def leave_out(self, views: Sequence[View], floor: float | None) -> None:
        """Leave out carried outlines that still cut away what all the others show: at most a quarter."""
        places = sorted(self.masks)
        if len(places) < _ENOUGH:
            return
        used, masks = [views[i] for i in places], [self.masks[i] for i in places]
        outlines = [outline(view, mask) for view, mask in zip(used, masks, strict=True)]
        try:
            box = bounds(used, masks, floor=floor)
        except InputError:
            return
        missed, _ = contradictions(outlines, masks, box, floor=floor)
        limit = most_missed(missed, _CUTTING)
        worst = np.argsort(-missed)[: len(places) // 4]
        for row in worst:
            place = places[int(row)]
            if missed[row] > limit and self.ways[place] == CARRIED:
                self.ways[place] = FAILED
                del self.masks[place]

    def marks(self) -> Marks:
        """Return all outlines."""
        found = []
        for i, photo in enumerate(self.album.photos):
            width, height = photo.size_px
            found.append(self.masks.get(i, np.zeros((height, width), bool)))
        ways = tuple(self.ways[i] for i in range(len(found)))
        names = [self.album.photos[i].name for i, way in enumerate(ways) if way == FAILED]
        notes = (
            (f"The object was not found well in {', '.join(names[:6])}; left out. Mark it there.",)
            if names
            else ()
        )
        doubts = [self.album.photos[i].name for i in sorted(self.doubts) if ways[i] == CARRIED]
        if doubts:
            notes += (f"Look at the masks of {', '.join(doubts[:6])}: they differ from those beside them.",)
        return Marks(tuple(found), ways, tuple(self.engines.values()), notes)

    def _segmented(self, photo: Photo, prompts: Prompts) -> NDArray[np.bool_] | None:
        if all(isinstance(prompt, MaskHint) for prompt in prompts):
            return np.logical_or.reduce([p.mask for p in prompts if isinstance(p, MaskHint)])
        found = segment(photo.image, prompts, engine=self.engine)
        self.engines.update({chosen.spec.id: chosen for chosen in found.engines})
        if not len(found.masks):
            return None
        return np.asarray(found.masks.masks[int(np.argmax(found.masks.scores))])

    def _carry(self, place: int, near: int) -> None:
        photo, before = self.album.photos[place], self.album.photos[near]
        mask = self.masks[near]
        if photo.size_px != before.size_px:
            mask = _resized(mask, photo.size_px)
        made = self._by_points(place, near)
        made = self._tried(photo, mask_hints(mask)) if made is None else made
        if made is None:
            self.ways[place] = FAILED
            return
        share = made.sum() / max(int(mask.sum()), 1)
        like = _likeness(photo, made, before, self.masks[near])
        if like < _LIKENESS or not _SMALLEST < share < _LARGEST:
            self.doubts[place] = "differs"
        self.take(place, made, CARRIED)

    def _by_points(self, place: int, near: int) -> NDArray[np.bool_] | None:
        """Outline by points that others show too; click also where the outline is wrong at some."""
        if self.placed is None:
            return None
        tracks, views = self.placed
        sure = [i for i, way in self.ways.items() if way in (OWN, PROMPTED)]
        there = sight(tracks, place, near, self.masks, views, sure=sure)
        if there is None:
            return None
        best: NDArray[np.bool_] | None = None
        prompts: Prompts | None = there.prompts()
        for _ in range(_ROUNDS):
            made = self._tried(self.album.photos[place], prompts)
            if made is None:
                break
            if best is None or there.wrong(made) < there.wrong(best):
                best = made
            prompts = there.corrected(prompts, made)
            if prompts is None:
                break
        return best

    def _again(self, place: int, pixels: NDArray[np.float64]) -> None:
        photo = self.album.photos[place]
        width, height = photo.size_px
        there = ((pixels >= 0) & (pixels < (width, height))).all(1)
        if there.sum() < 10:
            return
        import cv2

        spots = pixels[there].astype(int)
        drawn = np.zeros((height, width), np.uint8)
        drawn[spots[:, 1], spots[:, 0]] = 1
        reach = max(3, round(0.03 * max(np.ptp(spots, axis=0).max(), 1)) * 2 + 1)
        hull = cv2.morphologyEx(drawn, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8)) > 0
        made = self._tried(photo, mask_hints(hull))
        if made is None:
            return
        old = self.masks.get(place)
        if old is None or _iou(made, hull) > _iou(old, hull):
            self.take(place, made, CARRIED)
            self.doubts.pop(place, None)

    def _tried(self, photo: Photo, prompts: Prompts) -> NDArray[np.bool_] | None:
        if not prompts:
            return None
        try:
            made = self._segmented(photo, prompts)
        except PromptError:
            return None
        return made if made is not None and made.any() else None


def _in_order(count: int) -> NDArray[np.float64]:
    """Return (N, N) how far photos are apart in their order; the last is beside the first."""
    steps = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    return np.minimum(steps, count - steps).astype(np.float64)


def _by_sight(tracks: Tracks) -> NDArray[np.float64]:
    """Return (N, N) how far photos are apart by what both show; 0 for most points in common."""
    shown = tracks.seen_in.astype(np.float64)
    return 1 - shown.T @ shown / max(len(shown), 1)


def _iou(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    return float((a & b).sum() / max(int((a | b).sum()), 1))


def _likeness(a: Photo, mask_a: NDArray[np.bool_], b: Photo, mask_b: NDArray[np.bool_]) -> float:
    """Return how alike the colours under two masks are, 0..1 (overlap of histograms)."""
    parts = []
    for photo, mask in ((a, mask_a), (b, mask_b)):
        code = (photo.image.pixels[mask] >> 6).astype(int) @ (1, 4, 16)
        parts.append(np.bincount(code, minlength=64) / max(len(code), 1))
    return float(np.minimum(*parts).sum())
