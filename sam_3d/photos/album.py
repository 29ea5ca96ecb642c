"""Several photos of one object, and what came with them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError
from shared.media import Image

MOST_PHOTOS = 200


@dataclass(frozen=True, eq=False)
class Photo:
    """One photo.

    Args:
        name: File name, or the second of a video that it was taken at.
        image: Its pixels, upright.
        focal_px: Focal length that the file tells (EXIF), in pixels of `image`; None where it tells none.
        mask: (H, W) bool outline that came with it (transparency, or a file NAME.mask.png); None without.
        original_px: Width and height of the file where `image` is smaller; prompts and cameras are told in
            its pixels.
    """

    name: str
    image: Image
    focal_px: float | None = None
    mask: NDArray[np.bool_] | None = None
    original_px: tuple[int, int] | None = None

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        return self.image.width, self.image.height

    @property
    def factor(self) -> float:
        """Pixels of `image` for one of the file's."""
        return self.image.width / self.original_px[0] if self.original_px else 1.0


@dataclass(frozen=True, eq=False)
class Album:
    """Photos in the order that they were taken.

    Args:
        photos: At least `least`.
        cameras: The JSON of `cameras.json` beside the photos; None without.
        prompts: The JSON of `prompts.json` beside the photos: prompts by photo name.
        warnings: What a user should know about the reading.
        least: How many photos there must be.

    Raises:
        InputError: Too few or too many photos, or two of one name.
    """

    photos: tuple[Photo, ...]
    cameras: Any = None
    prompts: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    least: int = 3

    def __post_init__(self) -> None:
        if not self.least <= len(self.photos) <= MOST_PHOTOS:
            raise InputError(
                f"Several photos want {self.least} to {MOST_PHOTOS} of them, but got {len(self.photos)}.",
                "Take 12 to 24 photos all around the object; one photo alone can be lifted with `3d lift`.",
            )
        names = [photo.name for photo in self.photos]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise InputError(f"Two photos are called {twice[0]!r}.", "Give each its own name.")
        if unknown := sorted(set(self.prompts) - set(names)):
            raise InputError(
                f"prompts.json names {unknown[0]!r}, which is not among the photos.",
                f"Names are such as {names[0]!r}.",
            )

    def index(self, name: str) -> int:
        """Return the place of the photo of this name.

        Raises:
            InputError: There is none.
        """
        for place, photo in enumerate(self.photos):
            if photo.name == name:
                return place
        raise InputError(f"There is no photo {name!r}.", f"Names are such as {self.photos[0].name!r}.")
