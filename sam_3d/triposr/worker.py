"""Run TripoSR in a process of its own: it takes gigabytes that are free again afterwards, and can be ended.

    python -m sam_3d.triposr.worker FOLDER DEVICE CELLS REQUEST.npz REPLY.npz

is the process; `made_in_worker` starts it.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import EngineUnavailable, InputError, StudioError, WeightsError
from shared.progress import Progress
from shared.worker_process import run_module

_ERRORS: dict[str, type[StudioError]] = {kind.__name__: kind for kind in (InputError, WeightsError)}
Made = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.uint8]]


def made_in_worker(
    folder: Path, device: str, picture: NDArray[np.float32], *, cells: int, progress: Progress
) -> Made:
    """Make a mesh of a picture as `sam_3d.triposr.solid.solid` does, in another process.

    Args:
        folder: Holds config.yaml and model.ckpt.
        device: "cpu", "cuda" or "mps".
        picture: (h, w, 3) float32, 0..1, square; brought to the network's size there.
        cells: Of the grid along each side.
        progress: May cancel; the process is ended then.

    Raises:
        InputError: The network saw no solid.
        WeightsError: The weights cannot be used.
        EngineUnavailable: The process died, as it does without enough memory.
        Cancelled: The run was cancelled.
    """
    with tempfile.TemporaryDirectory(prefix="segstudio-triposr-") as home:
        request, reply = Path(home) / "request.npz", Path(home) / "reply.npz"
        np.savez(request, picture=picture)
        words = [str(folder), device, str(cells), str(request), str(reply)]
        return _answer(reply, run_module(__name__, words, progress.check))


def _answer(reply: Path, code: int) -> Made:
    if not reply.is_file():
        raise EngineUnavailable(
            f"TripoSR's process ended early (status {code}).",
            "It needs about 4 GB of free memory: close other programs, or use a smaller engine.",
        )
    with np.load(reply, allow_pickle=False) as held:
        if "error" in held.files:
            told: dict[str, Any] = json.loads(str(held["error"]))
            raise _ERRORS[told["kind"]](told["problem"], told["cure"])
        return held["vertices"], held["faces"], held["colors"]


def main(words: list[str]) -> None:
    """Answer one request."""
    import cv2

    from sam_3d.triposr.solid import load, solid

    folder, device, cells, request, reply = words
    try:
        network = load(Path(folder), device)
        with np.load(request, allow_pickle=False) as held:
            picture = held["picture"]
        side = network.sizes.picture_px
        picture = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
        vertices, faces, colors = solid(network, np.asarray(picture, np.float32), int(cells))
        np.savez(reply, vertices=vertices, faces=faces, colors=colors)
    except StudioError as error:
        told = {"kind": type(error).__name__, "problem": error.problem, "cure": error.cure}
        np.savez(reply, error=json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1:])
