"""Run every benchmark of this folder, one process each: `make bench`."""

import subprocess
import sys
from pathlib import Path

ALSO = ("audio_prompts", "audio_reference", "masks", "body", "body_looks", "body_video", "body_gestures")


def main() -> int:
    """Run all `*_bars.py` and the long ones; returns the number of those that failed or missed a bar."""
    names = [*sorted(path.stem for path in Path(__file__).parent.glob("*_bars.py")), *ALSO]
    failed = 0
    for name in names:
        print(f"== {name}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
