"""Do as `blender --background --factory-startup --python-exit-code N --python SCRIPT -- ARGS`, by bpy.

Runs in the environment of its own that `tools/setup/install_blender.sh` makes; nothing of the suite is there.
"""

import runpy
import sys
import traceback

import bpy  # pyright: ignore[reportMissingImports]


def main(words: list[str]) -> int:
    """Run the script named; return what Blender would end with."""
    own = words[: words.index("--")] if "--" in words else words
    script = own[own.index("--python") + 1]
    failed = int(own[own.index("--python-exit-code") + 1]) if "--python-exit-code" in own else 0
    bpy.ops.wm.read_factory_settings()
    try:
        runpy.run_path(script, run_name="__main__")
    except Exception:
        traceback.print_exc()
        return failed
    return 0


sys.exit(main(sys.argv[1:]))
