"""The verb of mask files: masks of a picture become files of the chosen forms, one module a form."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.discovery import declared
from shared.errors import ExportError
from shared.exporting import atomic
from shared.masks import Masks
from shared.media import Image
from shared.prompts import Prompts

FOLDER = "shared.export"


@dataclass(frozen=True, eq=False)
class MaskResult:
    """All that a mask file may be made from.

    Args:
        image: The picture.
        masks: Its masks, of the picture's size.
        source: The file that the picture was read from; None where it never was a file.
        prompts: What was asked for.
        options: Options of the segment task by name; a form reads what it declares and has a default
            for each.

    Raises:
        ExportError: The masks have another size than the picture.
    """

    image: Image
    masks: Masks
    source: Path | None = None
    prompts: Prompts = ()
    options: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        rows, columns = self.masks.masks.shape[1:]
        if (rows, columns) != (self.image.height, self.image.width):
            raise ExportError(
                f"The masks are {columns} x {rows} pixels, "
                f"but the picture is {self.image.width} x {self.image.height}."
            )

    def option(self, name: str, default: Any) -> Any:
        """Return an option of the task, or the default where it was not given."""
        return (self.options or {}).get(name, default)

    @property
    def simplify_px(self) -> float:
        """How far polygons may stray from the pixels."""
        return float(self.option("simplify_px", 1.0))

    @property
    def labels(self) -> tuple[str, ...]:
        """What each mask is called; "object" where it has no name."""
        return tuple(label or "object" for label in self.masks.labels)

    @property
    def names(self) -> list[str]:
        """The different labels in the order in which they come: the classes of data sets."""
        return list(dict.fromkeys(self.labels))


@dataclass(frozen=True)
class MaskForm:
    """One form of mask files; modules of this folder list theirs in `FORMS`.

    Args:
        name: As in a recipe: "cutout".
        title: What a person calls it.
        write: Writes its files into a folder and returns them.
        usual: Whether it is written when no form is named.
        missing: Tells what it lacks to run here, "" when nothing; answers in milliseconds.
        check: Refuses the file of a picture that it cannot be made of, before any work is done.
    """

    name: str
    title: str
    write: Callable[[MaskResult, Path], tuple[Path, ...]]
    usual: bool = False
    missing: Callable[[], str] = str
    check: Callable[[Path | None, dict[str, Any]], None] = lambda source, options: None


def mask_forms() -> tuple[MaskForm, ...]:
    """Return all forms, the usual ones first."""
    found: tuple[MaskForm, ...] = declared(FOLDER, "FORMS")
    return tuple(sorted(found, key=lambda form: not form.usual))


def write_masks(
    result: MaskResult, folder: str | Path, *, formats: Iterable[str] | None = None
) -> tuple[Path, ...]:
    """Write masks into a folder: mask_000.png …, cutout_000.png …, masks.json and more.

    Args:
        result: Picture, masks and where they come from.
        folder: Made when it is not there.
        formats: Names of forms, see `mask_forms`; the usual ones when None.

    Returns:
        The files, form by form.

    Raises:
        ExportError: An unknown form, one that cannot be made of this picture, or the folder cannot be
            written.
    """
    wanted = chosen_forms(formats)
    return tuple(path for form in wanted for path in form.write(result, Path(folder)))


def chosen_forms(formats: Iterable[str] | None = None) -> tuple[MaskForm, ...]:
    """Return the forms of these names, the usual ones when None; call it before any work is done.

    Raises:
        ExportError: An unknown form, or one that cannot be written on this machine.
    """
    known = {form.name: form for form in mask_forms()}
    names = [form.name for form in known.values() if form.usual] if formats is None else list(formats)
    if unknown := sorted(set(names) - set(known)):
        raise ExportError(
            f"There is no mask format {', '.join(unknown)}.", f"Choose from {', '.join(known)}."
        )
    wanted = tuple(form for name, form in known.items() if name in names)
    for form in wanted:
        if lacks := form.missing():
            raise ExportError(f"{form.title} cannot be written here: {lacks}")
    return wanted


def write_text(text: str, path: Path) -> Path:
    """Write a text in UTF-8; whole or not at all.

    Returns:
        The path.
    """
    with atomic(path) as draft:
        draft.write_text(text, "utf8")
    return path


def write_png(pixels: NDArray[np.uint8] | NDArray[np.uint16], path: Path) -> Path:
    """Write gray (H, W) of 8 or 16 bits, or RGB and RGBA (H, W, 3 or 4) of 8, as PNG; whole or not at all.

    Returns:
        The path.
    """
    with atomic(path) as draft:
        save_png(pixels, draft)
    return path


def save_png(pixels: NDArray[np.uint8] | NDArray[np.uint16], path: Path) -> None:
    """Write a PNG in place, see `write_png`."""
    from PIL import Image as Picture

    Picture.fromarray(pixels).save(path, format="PNG", compress_level=4)
