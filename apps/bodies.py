"""What can be done with a body after the photo: shape it, and give it a motion. For every face."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.errors import InputError

if TYPE_CHECKING:
    from sam_body.motion import Motion
    from sam_body.types import Body

BODY_FORMATS = ("glb", "bvh", "stl", "json", "obj", "ply", "npz", "csv")
MOTION_FORMATS = ("glb", "bvh")
"""Those written when none are named."""
MORE_FORMATS = ("usdc", "usdz", "fbx")
"""Those that need a package or a program besides."""


def shaped(
    path: str | Path | None,
    shape: dict[str, float] | None = None,
    measures_cm: dict[str, float] | None = None,
    *,
    rig: str | None = None,
    rest: str | None = None,
) -> tuple["Body", tuple[str, ...]]:
    """Return a body with another shape in the same pose, and warnings.

    Args:
        path: A body.json of this suite; None for an average person who stands.
        shape: Name to value in 0..1: gender, age, muscle, weight, height, proportions.
        measures_cm: Measure to centimetres: height, chest, waist, hip, inseam, arm.
        rig: Name of a rig; the body's own when not given.
        rest: Rest pose; the body's own when not given.

    Raises:
        InputError: The file is no body, or a name or a value does not fit.
    """
    import numpy as np

    from sam_body.building import reshaped
    from sam_body.loading import load_body, standing_body
    from sam_body.measures import missed_words, shape_with
    from sam_body.model import SHAPES
    from sam_body.rest_pose import with_rest

    body = load_body(path) if path else standing_body(rig or "game_engine")
    values = body.shape | (shape or {})
    standing_body(shape=values)  # refuses what is no shape
    numbers = np.array([values[name] for name in SHAPES])
    warnings: tuple[str, ...] = ()
    if measures_cm:
        solved = shape_with(measures_cm, numbers)
        numbers, warnings = solved.shape, missed_words(solved)
    made = reshaped(body, numbers, rig or body.rig.name)
    return with_rest(made, rest or body.rest), warnings


def moved(body_path: str | Path | None, motion_path: str | Path, *, rig: str | None = None) -> "Motion":
    """Return the motion of a BVH file on a body.

    Args:
        body_path: A body.json of this suite; None for an average person.
        motion_path: A BVH file of any skeleton with known joint names.
        rig: Name of a rig; the body's own when not given.

    Raises:
        InputError: A file cannot be used.
    """
    from sam_body.bvh import read_bvh
    from sam_body.retarget import retarget

    body, _ = shaped(body_path, rig=rig)
    return retarget(body, read_bvh(motion_path), name=Path(motion_path).stem)


def written(result: Any, folder: str | Path, stem: str, formats: tuple[str, ...]) -> list[Path]:
    """Write a body or a motion as `stem.FORMAT`, all or nothing; return the paths.

    Args:
        result: A `Body` or a `Motion`.
        folder: Where to.
        stem: Name of the files.
        formats: Of BODY_FORMATS or MOTION_FORMATS, and of MORE_FORMATS; empty for all but the latter.

    Raises:
        InputError: A format that there is not.
        ExportError: The folder cannot be written.
    """
    from sam_body.motion import Motion
    from shared.exporting import export, staged_folder

    usual = MOTION_FORMATS if isinstance(result, Motion) else BODY_FORMATS
    if wrong := [name for name in formats if name not in (*usual, *MORE_FORMATS)]:
        offer = ", ".join((*usual, *MORE_FORMATS))
        raise InputError(f"This cannot be written as {', '.join(wrong)}.", f"Choose from {offer}.")
    with staged_folder(folder) as draft:
        for suffix in formats or usual:
            export(result, draft / f"{stem}.{suffix}", package="sam_body.export")
    return [Path(folder) / f"{stem}.{suffix}" for suffix in formats or usual]


def facts(body: "Body") -> dict[str, Any]:
    """Return height, shape and measures of a body as JSON types."""
    from sam_body.measures import measures_of

    return body.facts() | {"measures_cm": measures_of(body)}
