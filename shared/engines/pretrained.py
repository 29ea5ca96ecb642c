"""Load models of the transformers library from a folder, whole or not at all."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared.errors import EngineUnavailable, WeightsError
from shared.registry import Missing

PACKAGES = ("torch", "torchvision", "transformers", "safetensors")


def missing_packages() -> Missing | None:
    """Say which package the transformers engines lack here; None when all are installed."""
    lacking = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if not lacking:
        return None
    return Missing(f"It needs {', '.join(lacking)}.", f"Run `pip install {' '.join(lacking)}`.")


def missing_model(found: Path | Missing) -> Missing | None:
    """Say why an engine of the transformers library cannot run: a package or its model is not here.

    Args:
        found: What `hub.locate` or `hub.locate_unlisted` answers.
    """
    return missing_packages() or (found if isinstance(found, Missing) else None)


def model_folder(found: Path | Missing, *, title: str) -> Path:
    """Return the folder of a model that is here.

    Args:
        found: What `hub.locate` or `hub.locate_unlisted` answers.
        title: What a person calls the engine.

    Raises:
        EngineUnavailable: It is not here; says what would change that.
    """
    if isinstance(found, Missing):
        raise EngineUnavailable(f"{title} cannot run here: {found.reason}", found.cure)
    return found


def load_model(kind: Any, folder: Path, device: str, *, title: str) -> Any:
    """Load a model in float32, ready to infer; the network is never asked.

    Args:
        kind: Its class in transformers.
        folder: Holds config.json and safetensors weights.
        device: "cpu", "cuda" or "mps".
        title: What a person calls the model.

    Raises:
        WeightsError: The files cannot be read, or lack a weight of the model (which transformers
            would fill with random numbers without an error).
    """
    with _quiet(), _explained(folder, title):
        model, report = kind.from_pretrained(
            folder, output_loading_info=True, local_files_only=True, use_safetensors=True, dtype="float32"
        )
    _refuse(report, folder, title)
    return model.eval().requires_grad_(False).to(device)


def load_processor(kind: Any, folder: Path, *, title: str) -> Any:
    """Load what turns pictures and prompts into a model's input.

    Raises:
        WeightsError: The files cannot be read.
    """
    with _quiet(), _explained(folder, title):
        return kind.from_pretrained(folder, local_files_only=True)


def _refuse(report: dict[str, Any], folder: Path, title: str) -> None:
    lacking = sorted(report["missing_keys"])
    wrong = sorted(str(item[0]) for item in report["mismatched_keys"])
    for names, what in ((lacking, "lack"), (wrong, "have another shape for")):
        if names:
            raise WeightsError(
                f"The weights in {folder} {what} {len(names)} of the tensors of {title}, such as {names[0]}.",
                "Use the files of the model's own repository unchanged.",
            )


@contextmanager
def _explained(folder: Path, title: str) -> Iterator[None]:
    try:
        yield
    except (MemoryError, WeightsError):
        raise
    except Exception as error:  # whatever a foreign file makes json, safetensors or transformers raise
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise WeightsError(
            f"{title} cannot be read from {folder} ({first[:200]}).",
            "The files are incomplete, damaged or of another model: get them again.",
        ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's progress bars and loading reports off the terminal; `_refuse` reads them."""
    from logging import CRITICAL

    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(CRITICAL)
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


@contextmanager
def encoding(device: str, *, title: str) -> Iterator[None]:
    """Run a picture's encoder: bfloat16 on GPUs that have it, else float32, and explain a full GPU.

    The small heads stay in float32: rounding would move a click by pixels.
    """
    import torch

    half = device == "cuda" and torch.cuda.is_bf16_supported()
    try:
        with torch.inference_mode(), torch.autocast(device, torch.bfloat16, enabled=half):
            yield
    except torch.OutOfMemoryError as error:
        raise EngineUnavailable(
            f"The memory of the GPU is too small for {title}.",
            "Close other programs that use it, or choose a smaller engine.",
        ) from error
