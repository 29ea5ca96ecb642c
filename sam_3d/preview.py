"""Show a lifted object: one picture, and a turntable."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sam_3d.types import Reconstruction
from shared.backdrop import compose
from shared.exporting import atomic
from shared.mesh import Mesh
from shared.progress import Progress
from shared.render import orbit, render

PICTURE_PX = (960, 720)
TURNTABLE_PX = (400, 400)
TURNTABLE_FRAMES = 24
_FRAME_MS = 90
_AZIMUTH_DEG = 22.0
_COLOURS = 255


def write_previews(
    reconstruction: Reconstruction,
    folder: Path,
    *,
    timeout_s: float = 90.0,
    progress: Progress | None = None,
) -> tuple[str, ...]:
    """Write `preview.png` (three-quarter view) and `turntable.gif` (one turn, from the photo's side on).

    Args:
        reconstruction: A lifted object.
        folder: Where both go; it must exist.
        timeout_s: Longest time for each with pyrender; numpy draws when it is over.
        progress: Told of each few frames; may cancel.

    Returns:
        Warnings: which renderer had to step in, and why; empty when all went well.
    """
    return write_views([reconstruction.mesh], folder, timeout_s=timeout_s, progress=progress)


def write_views(
    meshes: list[Mesh], folder: Path, *, timeout_s: float = 90.0, progress: Progress | None = None
) -> tuple[str, ...]:
    """Write `preview.png` and `turntable.gif` of meshes in one frame, as `write_previews` does."""
    progress = progress or Progress()
    half = progress.within(0.0, 0.2)
    view = orbit(meshes, _AZIMUTH_DEG, size_px=PICTURE_PX, elevation_deg=14.0)
    picture = render(meshes, [view], timeout_s=timeout_s, progress=half)
    _save_png(compose(picture.frames, [view], meshes)[0], Path(folder) / "preview.png")
    warnings = turntable(
        meshes, Path(folder) / "turntable.gif", timeout_s=timeout_s, progress=progress.within(0.2, 1.0)
    )
    return tuple(dict.fromkeys((*picture.warnings, *warnings)))


def turntable(
    meshes: list[Mesh],
    path: Path,
    *,
    frames: int = TURNTABLE_FRAMES,
    timeout_s: float = 90.0,
    progress: Progress | None = None,
) -> tuple[str, ...]:
    """Write one full turn as a looping GIF; return warnings, as `write_previews` does."""
    angles = [360.0 * i / frames for i in range(frames)]
    views = [orbit(meshes, angle, size_px=TURNTABLE_PX) for angle in angles]
    drawn = render(meshes, views, timeout_s=timeout_s, progress=progress)
    _save_gif(compose(drawn.frames, views, meshes, gradient=False), path)
    return drawn.warnings


def _save_png(picture: NDArray[np.uint8], path: Path) -> None:
    from PIL import Image

    with atomic(path) as draft:
        Image.fromarray(picture).save(draft, "PNG")


def _save_gif(frames: NDArray[np.uint8], path: Path) -> None:
    """Save with one palette for all frames, so that colours do not flicker while it turns."""
    from PIL import Image

    sample = Image.fromarray(_colour_sample(frames))
    palette = sample.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=2)
    pictures = [Image.fromarray(f).quantize(palette=palette, dither=Image.Dither.NONE) for f in frames]
    with atomic(path) as draft:
        pictures[0].save(
            draft,
            "GIF",
            save_all=True,
            append_images=pictures[1:],
            duration=_FRAME_MS,
            loop=0,
            optimize=False,
        )


def _colour_sample(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a (1, N, 3) picture where rare colours count for more than their area: details keep theirs."""
    pixels = frames[:: max(1, len(frames) // 6)].reshape(-1, 3) >> 2
    code = (pixels.astype(np.int64) * (1, 64, 4096)).sum(1)
    found, counts = np.unique(code, return_counts=True)
    code = np.repeat(found, np.ceil(np.sqrt(counts)).astype(np.int64))
    return (np.stack([code % 64, code // 64 % 64, code // 4096], axis=1) * 4 + 2).astype(np.uint8)[None]
