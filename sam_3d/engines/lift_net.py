"""The embedded learned lift: a small net of ours corrects the inflated outline by what the photo shows."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_3d.engines.inflate import Inflate
from sam_3d.inflation import field, outline
from sam_3d.inflation.cladding import clad_sheets
from sam_3d.inflation.outline import FloatGrid, Outline
from sam_3d.sheets.crop import Crop, cut
from sam_3d.sheets.solid import body_between
from sam_3d.types import Shape
from shared.media import Image
from shared.onnx import net
from shared.progress import Progress
from shared.prompts import MaskHint
from shared.registry import EngineSpec

FILE = "lift_net.onnx"
SIDE, MARGIN = 64, 3  # of the crop that the net was trained on, pixels
THICKNESS = 1.3  # of the inflation that the net corrects
# Of the thickness that the net answers with. It answers with the middle of the depths that it holds possible,
# and a body between middles is too thin. Chosen on views never trained on, by `tools/train_lift/fullness.py`.
FULLNESS = 1.1
# Expected error of the front, in widths of the crop: up to the first the net is taken as it is, from the
# second on the inflated outline; between them both are mixed.
TRUSTED, DOUBTED = 0.14, 0.20
_THIN, _SLIM = 2.0, 3.0  # pixels of the crop: nowhere wider than that, the net sees too little
_PLAIN = 0.01  # spread of colours, 0..1, below which there is nothing to read off them
_NOTE = (
    "The depth was estimated from outline and shading, and the back was made up, by a net trained on "
    "other things; one photo does not show them."
)
_DOUBT = "The lift net is unsure about this object, so {share:.0%} of the shape is the inflated outline."


@dataclass(frozen=True, eq=False)
class Sheets:
    """What the net says of one crop.

    Args:
        front: (64, 64) float32 depth of the front in widths of the crop, growing away from the viewer.
        back: (64, 64) float32 depth of the back.
        inflation: (64, 64) float32 half thickness of the inflated outline.
        expected_error: Mean error of the front that the net expects, in widths of the crop.
    """

    front: FloatGrid
    back: FloatGrid
    inflation: FloatGrid
    expected_error: float


class LiftNet:
    """Front and back depth of a masked object; see `tools/train_lift`."""

    def __call__(
        self, image: Image, mask: NDArray[np.bool_], *, thickness: float, progress: Progress, cells: int = 0
    ) -> Shape:
        """Lift the object under the mask; see `sam_3d.types.Lifter`.

        `thickness` stretches the estimated depth; 1.3 leaves it as estimated. `cells` as in `outline.trace`.
        """
        progress.step(0.05, "tracing the outline")
        traced = outline.trace(mask, cells=cells)
        progress.step(0.2, "estimating front and back")
        crop = cut(image.pixels, mask, traced, side=SIDE, margin=MARGIN)
        seen = look(crop)
        doubt = _doubt(seen)
        if doubt == 1:
            shape = Inflate()(image, mask, thickness=thickness, progress=progress.within(0.2, 1), cells=cells)
            return replace(shape, warnings=(_DOUBT.format(share=doubt), *shape.warnings))
        front, back = _on_the_grid(seen, crop, traced, doubt, thickness / THICKNESS)
        progress.step(0.4, "meshing")
        body = body_between(traced.coverage, front, back)
        points, faces = body.surface()
        progress.step(0.8, "painting")
        notes = (_NOTE, _DOUBT.format(share=doubt)) if doubt > 0.01 else (_NOTE,)
        facing, rim = body.normal_z(), body.middle
        return clad_sheets(points, faces, traced, image, mask, facing=facing, rim=rim, warnings=notes)


def _doubt(seen: Sheets) -> float:
    """Return how much of the shape is to be the inflated outline, 0 to 1."""
    widest = 2 * float(seen.inflation.max()) * SIDE / THICKNESS
    unsure = (seen.expected_error - TRUSTED) / (DOUBTED - TRUSTED)
    return float(np.clip(max(unsure, (_SLIM - widest) / (_SLIM - _THIN)), 0, 1))


def look(crop: Crop) -> Sheets:
    """Run the net on a crop and on its mirror image, and average."""
    half = np.sqrt(np.maximum(field.squared_height(crop.coverage), 0)) * np.float32(THICKNESS / SIDE)
    x = inputs(crop, half)
    both = np.stack([x, _mirrored(x)])
    straight, turned = net(FILE)(x=both)["y"]
    front, back, error = (straight + turned[..., ::-1]) / 2
    inside = crop.coverage > 0.5
    expected = np.exp(error[inside] - 3) - 0.01
    return Sheets(front, back, half, float(expected.mean()) if inside.any() else np.inf)


def inputs(crop: Crop, inflation: FloatGrid) -> NDArray[np.float32]:
    """Return what the net takes, (8, n, n) float32: colour 3, has colour, mask, inflation, place 2.

    Colours are centred on the object's mean and divided by their spread; an object of one flat colour counts
    as without colour. Without an inside everything is 0 but the place.
    """
    side = crop.coverage.shape[0]
    inside = crop.coverage > 0.5
    count = max(int(inside.sum()), 1)
    color = crop.color.transpose(2, 0, 1) * inside
    centred = (color - color.sum((1, 2), keepdims=True) / count) * inside
    spread = float(np.sqrt((centred**2).sum() / (3 * count)))
    colored = float(spread > _PLAIN)
    line = np.linspace(-1, 1, side, dtype=np.float32)
    x = np.zeros((8, side, side), np.float32)
    x[:3] = centred / (spread + 0.08) / 2 * colored
    x[3] = colored
    x[4] = crop.coverage
    x[5] = 2 * np.where(inside, np.maximum(inflation, 0.01), 0)
    x[6], x[7] = line[None, :], line[:, None]
    return x


def _mirrored(x: NDArray[np.float32]) -> NDArray[np.float32]:
    turned = x[..., ::-1].copy()
    turned[6] = x[6]
    return turned


def _on_the_grid(
    seen: Sheets, crop: Crop, traced: Outline, doubt: float, stretch: float
) -> tuple[FloatGrid, FloatGrid]:
    """Return front and back in cells of the outline's grid, mixed with the inflated outline where unsure.

    Parts too thin for a pixel of the crop keep the net's middle and the inflation's thickness.
    """
    from scipy import ndimage

    inside = crop.coverage > 0.5
    nearest = ndimage.distance_transform_edt(~inside, return_distances=False, return_indices=True)
    spread = tuple(np.asarray(nearest))
    fuller = np.float32(FULLNESS * (1 - doubt) + doubt)
    front = seen.front * (1 - doubt) - seen.inflation * doubt
    back = seen.back * (1 - doubt) + seen.inflation * doubt
    height, width = traced.coverage.shape
    scale = np.float32(SIDE * crop.step * stretch)
    middle, half = (
        crop.to_grid(sheet[spread].astype(np.float32), (height, width)) * scale
        for sheet in ((front + back) / 2, (back - front) / 2 * fuller)
    )
    inflated = np.sqrt(np.maximum(field.squared_height(traced.coverage), 0)) * np.float32(THICKNESS * stretch)
    known = np.clip(2 * crop.to_grid(crop.coverage, (height, width)), 0, 1)
    half = known * half + (1 - known) * inflated
    return np.asarray(middle - half, np.float32), np.asarray(middle + half, np.float32)


SPECS = (
    EngineSpec(
        id="lift_net",
        task="lift",
        tier="embedded",
        title="Lift net",
        summary="Estimates front and back from outline and shading; trained by this project.",
        accepts=frozenset({MaskHint}),
        licence="Apache-2.0",
        version="1",
        load=lambda device: LiftNet(),
        weights=(FILE,),
        default=True,
    ),
)
