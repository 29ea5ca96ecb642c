"""A second Python with the stand-in of SAM 3D Objects, and folders of its weights."""

import shutil
from pathlib import Path

from tests.shared.other_python import make_python

SETTING = "SEGSTUDIO_SAM_3D_OBJECTS"


def install(home: Path) -> dict[str, str]:
    """Return the settings that name it; folders beside its weights make it fail in ways of their own."""
    package = home / "clone" / "sam3d_objects"
    (package / "pipeline").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "pipeline" / "inference_pipeline_pointmap.py").write_text("")
    (home / "clone" / "notebook").mkdir()
    shutil.copy(Path(__file__).with_name("stand_in.py"), home / "clone" / "notebook" / "inference.py")
    for kind in ("whole", "open", "shapes", "memory"):
        (home / kind / "checkpoints").mkdir(parents=True)
        (home / kind / "checkpoints" / "pipeline.yaml").write_text(kind)
    python = make_python(home / "env", package.parent)
    return {SETTING: str(home / "whole"), f"{SETTING}_PYTHON": str(python), f"{SETTING}_DEVICE": "cpu"}
