"""Segment a picture by clicks, boxes or text into masks and cut-outs."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from apps.task import Outcome, TaskKind, Work
from shared.export.masks import MaskResult, chosen_forms, mask_forms, write_masks
from shared.masks import Masks
from shared.params import Choice, Doc, Range


@dataclass(frozen=True)
class SegmentOptions:
    """Options of image segmentation."""

    threshold: Annotated[
        float, Range(0, 1), Doc("Least score of what a text or everything finds; 0 takes the engine's own.")
    ] = 0.0
    edge: Annotated[
        str,
        Choice(("matte", "feather", "hard")),
        Doc("Edge of cut-outs: matte finds hair, holes and clean colours; feather softens by one pixel."),
    ] = "matte"
    edge_px: Annotated[
        float, Range(0, 200, "px"), Doc("How far hair reaches from the outline; 0 fits it to the object.")
    ] = 0.0
    segmentation: Annotated[
        str, Choice(("rle", "polygons")), Doc("How COCO annotations hold a mask: rle is exact.")
    ] = "rle"
    simplify_px: Annotated[
        float, Range(0, 50, "px"), Doc("How far polygons may stray from the pixels; 0 keeps every corner.")
    ] = 1.0
    coordinates: Annotated[
        str,
        Choice(("longitude_latitude", "file")),
        Doc("Coordinates of GeoJSON: file keeps the raster's own."),
    ] = "longitude_latitude"
    shrink: Annotated[
        int, Range(1, 64), Doc("Read a large TIFF at 1/N of its size; prompts are in pixels of what is read.")
    ] = 1


def _run(work: Work) -> Outcome:
    from shared.segment import segment

    source, options = Path(work.recipe.input), asdict(work.options)
    for form in chosen_forms(work.formats):
        form.check(source, options)
    found = segment(
        work.media,
        work.recipe.prompts,
        engine=work.recipe.engine,
        threshold=work.options.threshold or None,
        progress=work.progress.within(0, 0.8),
    )
    work.progress.step(0.85, "write masks and cut-outs")
    result = MaskResult(work.media, found.masks, source, work.recipe.prompts, options)
    write_masks(result, work.folder, formats=work.formats)
    return Outcome(found.engines, found.warnings, {"masks": mask_facts(found.masks)})


def mask_facts(masks: Masks) -> list[dict[str, Any]]:
    """Return label, score, box (xyxy, pixels) and area (pixels) of each mask."""
    return [
        {
            "label": masks.labels[i],
            "score": round(masks.scores[i], 4),
            "box_xyxy_px": [float(v) for v in masks.boxes_xyxy[i]],
            "area_px": int(masks.masks[i].sum()),
            "object_id": masks.object_ids[i],
        }
        for i in range(len(masks))
    ]


TASKS = (
    TaskKind(
        name="segment",
        command=("image", "segment"),
        title="Image segmentation",
        media="picture",
        engines=("shared.engines",),
        options=SegmentOptions,
        formats=tuple(form.name for form in mask_forms()),
        default_formats=tuple(form.name for form in mask_forms() if form.usual),
        run=_run,
    ),
)
