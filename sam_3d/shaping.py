"""The shapes that a lift can give a mask: declared in `sam_3d.modes`, named as `revolve:inside=vessel`."""

from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from sam_3d.types import Shape
from shared.chain import parse_step, step_text
from shared.discovery import declared
from shared.errors import InputError
from shared.media import Image
from shared.params import build, to_dict
from shared.progress import Progress
from shared.prompts import MaskHint
from shared.registry import Chosen, EngineSpec

PACKAGE = "sam_3d.modes"
ROUND = "round"


class Mode(Protocol):
    """A frozen dataclass of declared parameters that makes a closed shape of masks.

    `id` and `title` name it, its docstring says what it is good for, and `several` whether it takes all masks
    (each a part) or the first alone.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    several: ClassVar[bool]

    def __call__(self, image: Image, masks: NDArray[np.bool_], *, cells: int, progress: Progress) -> Shape:
        """Make the shape.

        Args:
            image: The photo.
            masks: (N, H, W) bool of the picture's size, none empty.
            cells: Cells of the working grid along the long side, for a quick look; 0 for the full quality.
            progress: Told of each stage; may cancel.
        """
        ...


def modes() -> dict[str, type]:
    """Return the classes of all modes by id, the round body first."""
    found = {kind.id: kind for kind in declared(PACKAGE, "MODES")}
    return {ROUND: found.pop(ROUND), **found}


def parse_mode(text: str) -> Any:
    """Make a mode from its text form: `extrude:depth_percent=8,edge=bevel`.

    Raises:
        InputError: There is no such mode, or a parameter is wrong.
    """
    item = parse_step(text)
    known = modes()
    kind = known.get(str(item.pop("id")))
    if kind is None:
        raise InputError(
            f"There is no shape {text.partition(':')[0]!r}.", f"Choose auto or one of {', '.join(known)}."
        )
    return build(kind, item)


def mode_text(mode: Any) -> str:
    """Return the text form of a mode, which `parse_mode` reads back."""
    return step_text({"id": mode.id, **to_dict(mode)})


def summary(kind: Any) -> str:
    """Return one sentence of what a mode is good for."""
    return " ".join((kind.__doc__ or kind.title).split())


def chosen(mode: Any, why: str) -> Chosen:
    """Describe a mode as the engine that made a shape, for the manifest."""
    spec = EngineSpec(
        id=mode.id,
        task="lift",
        tier="embedded",
        title=mode.title,
        summary=summary(mode),
        accepts=frozenset({MaskHint}),
        licence="Apache-2.0",
        version="1",
        load=lambda device: mode,
    )
    return Chosen(spec, why)
