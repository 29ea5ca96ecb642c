"""Make examples/body/walk.mp4: a mannequin that walks past the camera.

python -m tools.make_example_walk
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from sam_body.video.writing import write_frames
from sam_body.walking import Stage, random_walk

PATH = Path(__file__).parents[1] / "examples" / "body" / "walk.mp4"
FPS, SECONDS = 25, 3.0


def main() -> None:
    """Render and write."""
    walk = replace(random_walk(7, heading_rad=1.0, speed_m_s=1.15), start_m=(-1.6, -1.7))
    stage = Stage((walk,), size_px=(640, 480), fps=FPS)
    times = np.arange(round(FPS * SECONDS)) / FPS
    write_frames(zip(times, stage.pictures(times), strict=True), PATH, FPS, quality=26)
    print(f"{PATH}: {PATH.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
