"""A 3D view of our own, drawn by three.js where set-up has installed it; it plays and shows a rig's bones."""

from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import gradio as gr

from apps.web.widget import Widget

SERVED = Path(__file__).with_name("javascript") / "served"
"""What `tools/setup/install_viewer.sh` makes; see `shown_by_three`."""
SCRIPTS = (
    "three.module.min.js",
    "three.core.min.js",
    "GLTFLoader.js",
    "OrbitControls.js",
    "BufferGeometryUtils.js",
)


@cache
def shown_by_three() -> bool:
    """Whether three.js is installed; if so, Gradio is told that its files may be read."""
    here = all((SERVED / name).is_file() for name in SCRIPTS)
    if here:
        gr.set_static_paths([SERVED])
    return here


class Stage(Widget):
    """Shows a GLB; it draws only while something moves.

    Its value is a file as `result_files.file_data` tells it, or None. A rig can be shown with its bones and
    at rest; clips play at any speed.

    Args:
        title: What is shown.
        height: Pixels.
    """

    files: ClassVar[str] = "stage"

    def __init__(self, value: Any = None, *, title: str, height: int, **settings: Any) -> None:
        own = {"title": title, "tall": height, "scripts": f"/gradio_api/file={SERVED}/"}
        super().__init__(value, **own, **settings)

    def api_info(self) -> dict[str, Any]:
        """Return the JSON schema of the value."""
        return {"type": "object"}
