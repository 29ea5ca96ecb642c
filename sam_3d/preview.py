"""Show a lifted object: one picture, and a turntable."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sam_3d.types import Reconstruction
from shared.backdrop import compose
from shared.exporting import atomic
from shared.mesh import Mesh
from shared.progress import Progress
from shared.render import View, orbit, render

PICTURE_PX = (960, 720)
TURNTABLE_PX = (400, 400)
TURNTABLE_FRAMES = 24
MOVIE_PX = (480, 480)
MOVIE_FRAMES = 60
_MOVIE_S = 4
_FRAME_MS = 90
_AZIMUTH_DEG = 22.0
_COLOURS = 255


@dataclass(frozen=True)
class Drawn:
    """What drew pictures.

    Args:
        renderer: "pyrender" or "numpy"; "" when nothing was drawn.
        warnings: Why it was not the better renderer; empty when all went well.
    """

    renderer: str = ""
    warnings: tuple[str, ...] = ()

    def and_then(self, later: "Drawn") -> "Drawn":
        """Return what both tell; the later renderer counts."""
        warnings = dict.fromkeys((*self.warnings, *later.warnings))
        return Drawn(later.renderer or self.renderer, tuple(warnings))


def three_quarter_view(meshes: list[Mesh]) -> View:
    """Return the view of `preview.png`, which shows the front, the right side and the top."""
    return orbit(meshes, _AZIMUTH_DEG, size_px=PICTURE_PX, elevation_deg=14.0)


def front_and_back(meshes: list[Mesh]) -> list[View]:
    """Return two views, each half as wide as `preview.png`: its own, and the one from behind."""
    size_px = (PICTURE_PX[0] // 2, PICTURE_PX[1])
    return [
        orbit(meshes, azimuth_deg, size_px=size_px, elevation_deg=14.0)
        for azimuth_deg in (_AZIMUTH_DEG, _AZIMUTH_DEG + 180)
    ]


def write_previews(
    reconstruction: Reconstruction,
    folder: Path,
    *,
    gif: bool = True,
    movie: bool = False,
    timeout_s: float = 90.0,
    progress: Progress | None = None,
) -> Drawn:
    """Write `preview.png` (three-quarter view) and `turntable.gif` (one turn, from the photo's side on).

    Args:
        reconstruction: A lifted object.
        folder: Where both go; it must exist.
        gif: Write `turntable.gif`.
        movie: Write `turntable.mp4` as well, larger and smoother.
        timeout_s: Longest time for each with pyrender; numpy draws when it is over.
        progress: Told of each few frames; may cancel.

    Returns:
        Which renderer drew them, and why it was not the better one.
    """
    progress = progress or Progress()
    share = 0.5 if movie else 1.0
    drawn = write_views(
        [reconstruction.mesh], folder, gif=gif, timeout_s=timeout_s, progress=progress.within(0, share)
    )
    if not movie:
        return drawn
    path, rest = Path(folder) / "turntable.mp4", progress.within(share, 1)
    # Without OpenGL each picture takes its time: the movie then turns in as many steps as the GIF.
    frames = MOVIE_FRAMES if drawn.renderer == "pyrender" else TURNTABLE_FRAMES
    meshes = [reconstruction.mesh]
    return drawn.and_then(
        turntable_movie(meshes, path, frames=frames, timeout_s=2 * timeout_s, progress=rest)
    )


def write_views(
    meshes: list[Mesh],
    folder: Path,
    *,
    gif: bool = True,
    timeout_s: float = 90.0,
    progress: Progress | None = None,
) -> Drawn:
    """Write `preview.png` and `turntable.gif` of meshes in one frame, as `write_previews` does."""
    progress = progress or Progress()
    half = progress.within(0.0, 0.2)
    view = three_quarter_view(meshes)
    picture = render(meshes, [view], timeout_s=timeout_s, progress=half)
    _save_png(compose(picture.frames, [view], meshes)[0], Path(folder) / "preview.png")
    told = Drawn(picture.renderer, picture.warnings)
    if not gif:
        return told
    turned = turntable(
        meshes, Path(folder) / "turntable.gif", timeout_s=timeout_s, progress=progress.within(0.2, 1.0)
    )
    return told.and_then(turned)


def turntable(
    meshes: list[Mesh],
    path: Path,
    *,
    frames: int = TURNTABLE_FRAMES,
    timeout_s: float = 90.0,
    progress: Progress | None = None,
) -> Drawn:
    """Write one full turn as a looping GIF; tell the renderer, as `write_previews` does."""
    views = _around(meshes, frames, TURNTABLE_PX)
    drawn = render(meshes, views, timeout_s=timeout_s, progress=progress)
    _save_gif(compose(drawn.frames, views, meshes, gradient=False), path)
    return Drawn(drawn.renderer, drawn.warnings)


def turntable_movie(
    meshes: list[Mesh],
    path: Path,
    *,
    frames: int = MOVIE_FRAMES,
    timeout_s: float = 90.0,
    progress: Progress | None = None,
) -> Drawn:
    """Write one full turn of four seconds as an MP4 (H.264) that loops without a jump."""
    views = _around(meshes, frames, MOVIE_PX)
    drawn = render(meshes, views, timeout_s=timeout_s, progress=progress)
    _save_mp4(compose(drawn.frames, views, meshes), path)
    return Drawn(drawn.renderer, drawn.warnings)


def _around(meshes: list[Mesh], frames: int, size_px: tuple[int, int]) -> list[View]:
    return [orbit(meshes, 360.0 * i / frames, size_px=size_px) for i in range(frames)]


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


def _save_mp4(frames: NDArray[np.uint8], path: Path) -> None:
    import av

    with atomic(path) as draft, av.open(str(draft), "w", format="mp4") as container:
        stream = container.add_stream("h264", rate=max(round(len(frames) / _MOVIE_S), 1))
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": "20", "preset": "fast"}
        for picture in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())


def _colour_sample(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a (1, N, 3) picture where rare colours count for more than their area: details keep theirs."""
    pixels = frames[:: max(1, len(frames) // 6)].reshape(-1, 3) >> 2
    code = (pixels.astype(np.int64) * (1, 64, 4096)).sum(1)
    found, counts = np.unique(code, return_counts=True)
    code = np.repeat(found, np.ceil(np.sqrt(counts)).astype(np.int64))
    return (np.stack([code % 64, code // 64 % 64, code // 4096], axis=1) * 4 + 2).astype(np.uint8)[None]
