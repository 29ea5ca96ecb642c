"""The verb: lift a masked object of a photo to a closed, textured mesh."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d import shaping
from sam_3d.inflation import texture
from sam_3d.mirroring import SIDES, symmetrised
from sam_3d.seen import with_seen
from sam_3d.types import Lifter, Reconstruction, Shape
from shared.errors import InputError, PromptError
from shared.masks import Masks
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Depth, MaskHint, check
from shared.registry import Chosen, choose, engines, loaded

THICKNESS_RANGE = (0.3, 2.0)
BACKS = ("made_up", "mirrored")


def lift(
    image: Image,
    masks: Masks | NDArray[np.bool_],
    *,
    engine: str = "auto",
    mode: Any = shaping.ROUND,
    thickness: float = 1.3,
    symmetry: str = "none",
    back: str = "made_up",
    depth: Any = None,
    progress: Progress | None = None,
) -> Reconstruction:
    """Lift one object to a watertight mesh.

    Args:
        image: The photo.
        masks: Masks of the picture's size; the one with the highest score is lifted, by modes that join parts
            the best of each object. Or one (H, W) mask.
        engine: "auto" or the id of an engine in `sam_3d.engines`, for the mode "round".
        mode: A shape of `sam_3d.modes`, or its text form such as "revolve:inside=vessel"; "auto" takes what
            `sam_3d.suggest` thinks best.
        thickness: How deep the mode "round" makes the object, 0.3 (flat) to 2; engines that measure depth may
            ignore it.
        symmetry: "left" or "right": that half is mirrored onto the other first; "none" leaves both.
        back: "made_up" from the colours of the rim, or the front "mirrored".
        depth: How far away the photo's pixels are, for the mode "round": a path, a `Depth` prompt, a
            `sam_3d.depth.depth_map.DepthMap` or an array; the front then follows it.
        progress: Told of each stage; may cancel.

    Returns:
        The object; its mesh's longest edge is 1 ("relative") unless its true size is known.

    Raises:
        PromptError: There is no mask, it is empty, or it has another size than the picture.
        InputError: The mode, the thickness, the depth map or another option is wrong.
        EngineUnavailable: The named engine is unknown or cannot run here.
        Cancelled: The run was cancelled.
    """
    progress = progress or Progress()
    _check(thickness, symmetry, back)
    mode = _mode_for_depth(mode, symmetry) if depth is not None else mode
    each = one_each(masks)
    check(tuple(MaskHint(mask) for mask in each), image)
    wanted, why = _wanted(image, each, mode, progress)
    if wanted.id != shaping.ROUND and engine != "auto":
        raise InputError(
            f"The mode {wanted.id} makes its own shape and takes no engine, but got {engine!r}.",
            "Leave the engine at auto, or take the mode round.",
        )
    layers = each if wanted.several else _best(masks)[None]
    layers.setflags(write=False)
    picture, layers, notes = symmetrised(image, layers, symmetry)
    if wanted.id == shaping.ROUND:
        shape, chosen = _rounded(picture, layers[0], engine, float(thickness), depth, progress)
    else:
        progress.step(0.0, f"lifting to the shape {wanted.id}")
        shape = wanted(picture, layers, cells=0, progress=progress)
        chosen = shaping.chosen(wanted, why)
    if back == "mirrored":
        shape = _with_mirrored_back(shape)
    progress.step(1.0, "lifted")
    added = None if picture is image else (picture.pixels != image.pixels).any(axis=2)
    return Reconstruction(
        with_seen(shape, added), shape.camera, shape.position, notes + shape.warnings, shape.tilt_rad, chosen
    )


def one_each(masks: Masks | NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (N, H, W): the best mask of each object, in the order of their ids.

    Raises:
        PromptError: There is none, or it is no mask.
    """
    if not isinstance(masks, Masks):
        array = np.asarray(masks)
        if array.ndim != 2 or array.dtype != np.bool_:
            raise PromptError(f"A mask wants (H, W) true/false values, but got {array.shape} {array.dtype}.")
        return array[None]
    if not len(masks):
        raise PromptError(
            "There is no mask to lift.", "Mark an object with a point, a box, a text or a mask."
        )
    best = {masks.object_ids[i]: i for i in np.argsort(masks.scores, kind="stable")}
    return masks.masks[[best[object_id] for object_id in sorted(best)]]


def _best(masks: Masks | NDArray[np.bool_]) -> NDArray[np.bool_]:
    return masks.masks[int(np.argmax(masks.scores))] if isinstance(masks, Masks) else np.asarray(masks)


def _check(thickness: float, symmetry: str, back: str) -> None:
    low, high = THICKNESS_RANGE
    if not low <= thickness <= high:
        raise InputError(f"thickness wants {low:g} to {high:g}, but got {thickness!r}.")
    for name, value, known in (("symmetry", symmetry, SIDES), ("back", back, BACKS)):
        if value not in known:
            raise InputError(f"{name} wants one of {', '.join(known)}, but got {value!r}.")


def _wanted(image: Image, masks: NDArray[np.bool_], mode: Any, progress: Progress) -> tuple[Any, str]:
    """Return the mode, and why it was taken."""
    if not isinstance(mode, str):
        return mode, f"the mode {mode.id} was asked for"
    if mode != "auto":
        found = shaping.parse_mode(mode)
        return found, f"the mode {found.id} was asked for"
    from sam_3d.suggest import suggest

    first = suggest(image, masks, pictures=False, progress=progress.within(0, 0.05))[0]
    return shaping.parse_mode(first.mode), f"suggested for this mask: {first.reason}"


def _mode_for_depth(mode: Any, symmetry: str) -> Any:
    """Return the mode that follows a depth map; others make their own shape."""
    if symmetry != "none":
        raise InputError(
            "A depth map measures both halves, so that none is mirrored onto the other.",
            "Leave the symmetry at none, or the depth map out.",
        )
    text = mode if isinstance(mode, str) else mode.id
    if text not in ("auto", shaping.ROUND):
        raise InputError(
            f"The mode {text} makes its own shape and takes no depth map.",
            "Leave the depth map out, or take the mode round.",
        )
    return shaping.ROUND


def _rounded(
    image: Image, mask: NDArray[np.bool_], engine: str, thickness: float, depth: Any, progress: Progress
) -> tuple[Shape, Chosen]:
    given: dict[str, Any] = {} if depth is None else {"depth": depth}
    prompts = (
        MaskHint(mask),
        *((depth if isinstance(depth, Depth) else Depth("a depth map"),) if given else ()),
    )
    chosen = choose(engines("sam_3d.engines"), prompts, engine)
    progress.step(0.0, f"lifting with {chosen.spec.id}")
    lifter: Lifter = loaded(chosen.spec)
    return lifter(image, mask, thickness=thickness, progress=progress, **given), chosen


def _with_mirrored_back(shape: Shape) -> Shape:
    if not texture.has_two_charts(shape.mesh) or shape.mesh.texture is None:
        note = "The back of this shape has a paint of its own; it was not mirrored."
        return replace(shape, warnings=(*shape.warnings, note))
    mesh = replace(shape.mesh, texture=texture.mirrored_back(shape.mesh.texture))
    return replace(shape, mesh=mesh)
