"""What a user may set about a fit: the camera, and what is believed beside the landmarks."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from sam_body.measures import GIRTHS, MEASURES, checked
from sam_body.photo_camera import View, exif_view, given_view
from shared.mesh import Camera
from shared.params import Choice, Doc, Range, validated

UNKNOWN = 0.0
CLOTHES_M = {"tight": 0.004, "usual": 0.012, "loose": 0.03}
"""Off the skin of the trunk. Shirts are cut with 5 to 10 cm more girth than the body: 8 to 16 mm around."""


@dataclass(frozen=True)
class Beliefs:
    """What is believed beside the landmarks.

    Args:
        upright: The back is upright in depth.
        ground: Both feet stand on level ground.
        shape: (6 numbers in 0..1) the shape, where it is known.
        measures_cm: Measures that the person has, by name.
        clothes_m: How far clothes lie off the skin where the outline is that of clothes.
    """

    upright: bool = True
    ground: bool = False
    shape: tuple[float, ...] | None = None
    measures_cm: dict[str, float] = field(default_factory=dict)
    clothes_m: float = 0.0

    def without_girths(self) -> "Beliefs":
        """Return these beliefs with no measures but lengths, which tell the size of a person."""
        lengths = {name: value for name, value in self.measures_cm.items() if name not in GIRTHS}
        return replace(self, measures_cm=lengths)

    def with_shape(self, shape: tuple[float, ...]) -> "Beliefs":
        """Return these beliefs with a shape in place of measures."""
        return replace(self, measures_cm={}, shape=shape)


@dataclass(frozen=True)
class Wishes:
    """What an engine is told beside photo and prompts.

    Args:
        view: The photo's camera and how it is known.
        beliefs: What is believed beside the landmarks.
        outline: Whether the outline follows the mask.
        most_people: Most people to estimate where nobody is marked.
    """

    view: View
    beliefs: Beliefs
    outline: bool
    most_people: int


@dataclass(frozen=True)
class FitSettings:
    """Beliefs of a fit, its camera, and measures. Zeros of camera and measures mean: not known."""

    outline: Annotated[bool, Doc("Let the body's outline follow the person's mask.")] = True
    upright: Annotated[bool, Doc("Believe that the back is upright where the photo cannot tell.")] = True
    ground: Annotated[bool, Doc("Believe that both feet stand on level ground.")] = False
    clothes: Annotated[str, Choice(tuple(CLOTHES_M)), Doc("How the clothes fit that make the outline.")] = (
        "usual"
    )
    most_people: Annotated[int, Range(1, 30), Doc("Most people to estimate where nobody is marked.")] = 10
    fov_deg: Annotated[float, Range(0, 150, "°"), Doc("Field of view along the longer side, if known.")] = (
        UNKNOWN
    )
    focal_px: Annotated[float, Range(0, 100_000, "px"), Doc("Focal length in pixels, if known.")] = UNKNOWN
    center_x_px: Annotated[float, Range(0, 100_000, "px"), Doc("Column of the lens axis; 0: the middle.")] = (
        UNKNOWN
    )
    center_y_px: Annotated[float, Range(0, 100_000, "px"), Doc("Row of the lens axis; 0: the middle.")] = (
        UNKNOWN
    )

    height_cm: Annotated[float, Range(0, 230, "cm"), Doc("Height of the person, if known.")] = UNKNOWN
    chest_cm: Annotated[float, Range(0, 180, "cm"), Doc("Girth of the chest, if known.")] = UNKNOWN
    waist_cm: Annotated[float, Range(0, 180, "cm"), Doc("Girth of the waist, if known.")] = UNKNOWN
    hip_cm: Annotated[float, Range(0, 190, "cm"), Doc("Girth of the hips, if known.")] = UNKNOWN
    inseam_cm: Annotated[float, Range(0, 115, "cm"), Doc("Crotch above the floor, if known.")] = UNKNOWN
    arm_cm: Annotated[float, Range(0, 85, "cm"), Doc("Shoulder to wrist, if known.")] = UNKNOWN

    def __post_init__(self) -> None:
        validated(self)

    def beliefs(self) -> Beliefs:
        """Return what is believed of the people.

        Raises:
            InputError: A measure is none that a person has.
        """
        measures = {name: value for name in MEASURES if (value := getattr(self, f"{name}_cm"))}
        checked(measures)
        return Beliefs(self.upright, self.ground, measures_cm=measures, clothes_m=CLOTHES_M[self.clothes])

    def view(self, width: int, height: int, *, path: str | None = None, exif_px: float | None = None) -> View:
        """Return a photo's camera: as given, else as its EXIF tells, else the usual one.

        Args:
            width: Of the photo, pixels.
            height: Of the photo, pixels.
            path: The photo's file, for its EXIF.
            exif_px: Focal length that its EXIF was found to tell, in place of the file.

        Raises:
            InputError: Field of view and focal length are both given, or the lens axis lies far outside.
        """
        centre = (self.center_x_px or width / 2, self.center_y_px or height / 2)
        given = given_view((width, height), centre, fov_deg=self.fov_deg, focal_px=self.focal_px)
        if given is None and exif_px:
            return View(Camera(exif_px, centre, (width, height)), "exif")
        return given or exif_view(path, (width, height), centre)

    def wishes(self, width: int, height: int, *, path: str | None = None) -> Wishes:
        """Return the wishes for a photo; see `view` and `beliefs`, also for what is refused."""
        view = self.view(width, height, path=path)
        return Wishes(view, self.beliefs(), self.outline, self.most_people)
