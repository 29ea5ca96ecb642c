"""What a user should know of masks that are of little use as they are."""

from shared.masks import Masks

FEW_PX = 16


def notes(masks: Masks) -> tuple[str, ...]:
    """Return a sentence for each kind of mask that is hardly meant: the whole picture, or next to nothing."""
    areas = masks.masks.sum(axis=(1, 2))
    whole = masks.masks[0].size if len(masks) else 0
    found = []
    if (areas == whole).any():
        found.append("A mask covers the whole picture: nothing is cut off. Mark what does not belong to it.")
    if (areas < FEW_PX).any():
        found.append(
            f"A mask has {areas.min()} pixel{'' if areas.min() == 1 else 's'} only. "
            "Click again, or draw a box around the object."
        )
    return tuple(found)
