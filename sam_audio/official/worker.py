"""Answer requests with Meta's SAM Audio, in the environment where it is installed; see `shared.worker_child`.

Imports nothing of the suite, whose package of sounds has the same name. Written to the interface of
facebookresearch/sam-audio at commit 68b48d4; not run with its weights.
"""

import importlib
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

_TEXT_ENCODER = "t5-base"


class Unfit(Exception):
    """What this environment lacks; `kind` is one of those of `shared.worker_child`."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        super().__init__(text)


@dataclass
class State:
    """The loaded model, its processor, where it lies and how many candidates it makes."""

    model: Any
    processor: Any
    device: str
    candidates: int


def load(settings: dict[str, Any]) -> State:
    """Load model and processor.

    Args:
        settings: "folder" with config.json and checkpoint.pt, "code" ("" or a folder that holds the package),
            "device" ("" for CUDA where there is, else the processor), "candidates".
    """
    if settings["code"]:
        sys.path.insert(0, settings["code"])
    import torch

    package = importlib.import_module("sam_audio")
    if not hasattr(package, "SAMAudio") or not hasattr(package, "SAMAudioProcessor"):
        raise Unfit("package", f"{package.__file__} is not Meta's sam_audio.")
    device = settings["device"] or ("cuda" if torch.cuda.is_available() else "cpu")
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise Unfit("device", f"{device} was asked for, but torch {torch.__version__} there sees no CUDA.")
    with tempfile.TemporaryDirectory(prefix="segstudio-") as home:
        lean = _lean(Path(settings["folder"]), Path(home), settings["candidates"])
        model = package.SAMAudio.from_pretrained(str(lean)).eval().to(device)
    processor = package.SAMAudioProcessor.from_pretrained(settings["folder"])
    return State(model, processor, device, settings["candidates"])


def _lean(folder: Path, home: Path, candidates: int) -> Path:
    """Give the checkpoint a configuration without what is not used: the span predictor, and the rankers.

    They are models of their own, which the constructor loads, or downloads, before the checkpoint.
    """
    config = json.loads((folder / "config.json").read_text("utf8"))
    config |= {"span_predictor": None, "visual_ranker": None}
    if candidates == 1:
        config["text_ranker"] = None
    if (folder / _TEXT_ENCODER).is_dir():
        config["text_encoder"] = {**(config.get("text_encoder") or {}), "name": str(folder / _TEXT_ENCODER)}
    (home / "config.json").write_text(json.dumps(config), "utf8")
    (home / "checkpoint.pt").symlink_to((folder / "checkpoint.pt").resolve())
    return home


def answer(
    state: State, told: dict[str, Any], arrays: dict[str, np.ndarray], step: Any
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Answer one request.

    Args:
        state: Of `load`.
        told: "ask" is "facts", or "separate" with "text", "anchors" (lists of "+" or "-", start and end in
            seconds) and "seed".
        arrays: To separate, "sound": (T,) float32 at the model's rate.
        step: Not used.

    Returns:
        "rate_hz", "device"; and for sound "target" and "residual", (T',) float32 each, T' at least T.
    """
    facts = {"rate_hz": int(state.processor.audio_sampling_rate), "device": state.device}
    if told["ask"] == "facts":
        return facts, {}
    import torch

    sound = torch.from_numpy(arrays["sound"])[None]
    anchors = [[tuple(anchor) for anchor in told["anchors"]]] if told["anchors"] else None
    batch = state.processor(descriptions=[told["text"]], audios=[sound], anchors=anchors).to(state.device)
    torch.manual_seed(told["seed"])
    with torch.inference_mode():
        made = state.model.separate(batch, reranking_candidates=state.candidates, predict_spans=False)
    parts = {"target": made.target[0], "residual": made.residual[0]}
    return facts, {name: part.float().cpu().numpy() for name, part in parts.items()}
