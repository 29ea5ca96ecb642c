"""A second Python with the stand-in of SAM 3D Body, and folders of its weights."""

import shutil
from pathlib import Path

from tests.shared.other_python import make_python

SETTING = "SEGSTUDIO_SAM_3D_BODY"


def install(home: Path) -> dict[str, str]:
    """Return the settings that name it; folders beside its weights make it fail in ways of their own."""
    from tests.sam_body.mhr.fake_mhr import save_fake_mhr

    package = home / "clone" / "sam_3d_body"
    package.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("stand_in.py"), package / "__init__.py")
    (package / "sam_3d_body_estimator.py").write_text("")
    rig = save_fake_mhr(home / "mhr_model.pt")
    for kind in ("whole", "memory", "axes", "camera", "shapes"):
        (home / kind / "assets").mkdir(parents=True)
        (home / kind / "assets" / "mhr_model.pt").symlink_to(rig)
        (home / kind / "model.ckpt").write_text(kind)
        (home / kind / "model_config.yaml").write_text("")
    return {
        SETTING: str(home / "whole"),
        f"{SETTING}_PYTHON": str(make_python(home / "env")),
        f"{SETTING}_CODE": str(package.parent),
        f"{SETTING}_DEVICE": "cpu",
    }
