"""Masks as YOLO segmentation labels: one line an object, corners as parts of the picture's size."""

from pathlib import Path

from shared.export.masks import MaskForm, MaskResult, write_text
from shared.outlines import one_ring, outlines


def write_yolo(result: MaskResult, folder: Path) -> tuple[Path, ...]:
    """Write yolo.txt ("class x y x y …", 0..1) and yolo_classes.txt (a name a line, the first is class 0).

    Parts and holes of an object are joined by bridges without width, as the format knows one polygon only.
    """
    masks, names = result.masks, result.names
    width, height = result.image.width, result.image.height
    lines = []
    for mask, label in zip(masks.masks, result.labels, strict=True):
        if mask.any():
            ring = one_ring(outlines(mask, simplify_px=result.simplify_px)) / (width, height)
            lines.append(" ".join([str(names.index(label)), *(f"{v:.6f}" for v in ring.ravel())]))
    return (
        write_text("".join(f"{line}\n" for line in lines), folder / "yolo.txt"),
        write_text("".join(f"{name}\n" for name in names), folder / "yolo_classes.txt"),
    )


FORMS = (MaskForm("yolo", "YOLO segmentation labels (TXT)", write_yolo),)
