"""What a user may set about the people of a video."""

from dataclasses import dataclass
from typing import Annotated

from sam_body.measures import checked
from sam_body.settings import Beliefs
from shared.params import Doc, Range, validated


@dataclass(frozen=True)
class VideoSettings:
    """Which part, which people, how smooth. Zeros of camera and height mean: not known."""

    from_s: Annotated[float, Range(0, 36_000, "s"), Doc("Where the part of the video begins.")] = 0.0
    to_s: Annotated[float, Range(0, 36_000, "s"), Doc("Where it ends; 0: the end of the video.")] = 0.0
    at_s: Annotated[
        float, Range(0, 36_000, "s"), Doc("Second of the frame in which points and boxes show who is meant.")
    ] = 0.0
    most_fps: Annotated[float, Range(1, 120, "1/s"), Doc("Frames a second that are read at most.")] = 30.0
    most_people: Annotated[int, Range(1, 10), Doc("Most people to follow at once.")] = 3
    smooth_hz: Annotated[
        float, Range(0, 15, "Hz"), Doc("Motion faster than this is smoothed away; 0 smooths nothing.")
    ] = 4.0
    pin_feet: Annotated[bool, Doc("Hold planted feet where they stand.")] = True
    details: Annotated[
        bool, Doc("Turn head, wrists and fingers as the nets for face and hands see them.")
    ] = True
    upright: Annotated[bool, Doc("Believe that the back is upright where the video cannot tell.")] = True
    fov_deg: Annotated[float, Range(0, 150, "°"), Doc("Field of view along the longer side, if known.")] = 0.0
    focal_px: Annotated[float, Range(0, 100_000, "px"), Doc("Focal length in pixels, if known.")] = 0.0
    height_cm: Annotated[float, Range(0, 230, "cm"), Doc("Height of the person, if known.")] = 0.0

    def __post_init__(self) -> None:
        validated(self)
        if self.height_cm:
            checked({"height": self.height_cm})

    def beliefs(self) -> Beliefs:
        """Return what is believed beside the landmarks."""
        return Beliefs(upright=self.upright)
