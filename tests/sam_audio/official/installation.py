"""A second Python with the stand-in of SAM Audio, and a folder of its weights."""

import json
import shutil
from pathlib import Path

from tests.shared.other_python import make_python


def install(home: Path) -> dict[str, str]:
    """Return the settings that name it."""
    import torch

    package = home / "site" / "sam_audio"
    package.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("stand_in.py"), package / "__init__.py")
    (package / "processor.py").write_text("")
    weights = home / "sam-audio-large"
    weights.mkdir()
    config = {"audio_codec": {"sample_rate": 48_000}, "text_ranker": {"kind": "judge"}}
    (weights / "config.json").write_text(json.dumps(config))
    torch.save({"gap": torch.tensor(1e-3)}, weights / "checkpoint.pt")
    python = make_python(home / "env", package.parent)
    return {"SEGSTUDIO_SAM_AUDIO": str(weights), "SEGSTUDIO_SAM_AUDIO_PYTHON": str(python)}
