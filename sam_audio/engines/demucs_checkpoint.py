"""Read Demucs checkpoints without running anything that lies in them.

A folder holds one model, or several that a .yaml binds to one ("bag": `models` by signature, `weights` of
each model for each source). A model is a `.safetensors` file with its arguments in the header, as the
author's repositories have it, or a `.th` file, as the Demucs package saves it: a pickle, read with torch's
restricted unpickler, which knows tensors, plain values, fractions and the one class that is allowed. The
first eight digits of a .th file's sha256 stand in its name; the files of `segstudio models get` have their
whole one in the catalogue; both are checked before the file is opened.
"""

import hashlib
import inspect
import json
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from shared import hub
from shared.errors import WeightsError

CLASS = "demucs.htdemucs.HTDemucs"
SUFFIXES = (".safetensors", ".th")
_CURE = (
    "The files are incomplete, damaged or of another model: get them again, `segstudio models get htdemucs`."
)


@dataclass(frozen=True)
class Bag:
    """Models that make one together.

    Args:
        models: Loaded `demucs.htdemucs.HTDemucs`, in evaluation mode.
        weights: (models, sources): how much of each source comes from each model.
    """

    models: tuple[Any, ...]
    weights: tuple[tuple[float, ...], ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """What the models tell apart: "drums", "bass", "other", "vocals", in their order."""
        return tuple(self.models[0].sources)

    @property
    def rate_hz(self) -> int:
        """Sample rate of the models."""
        return int(self.models[0].samplerate)

    @property
    def window(self) -> int:
        """Frames that the models were trained on."""
        return min(int(model.segment * model.samplerate) for model in self.models)


def load_bag(folder: Path, device: str) -> Bag:
    """Load the model of a folder.

    Args:
        folder: Holds checkpoints, and a .yaml where several make one model.
        device: "cpu", "cuda" or "mps".

    Raises:
        WeightsError: No or several models; a file that was altered, is of another kind, or holds code.
    """
    names, weights, segment = _bound(folder)
    models = [_model(_file(folder, name)) for name in names]
    first = models[0]
    if any(m.sources != first.sources or m.samplerate != first.samplerate for m in models):
        raise WeightsError(f"The models in {folder} are not for one another.", _CURE)
    for model in models:
        if segment is not None and 0 < segment <= model.segment:
            model.segment = segment
    rows = weights or [[1.0] * len(first.sources) for _ in models]
    if len(rows) != len(models) or any(len(row) != len(first.sources) for row in rows):
        raise WeightsError(f"The .yaml in {folder} has no weight for each model and source.", _CURE)
    if any(sum(column) <= 0 for column in zip(*rows, strict=True)):
        raise WeightsError(f"The .yaml in {folder} leaves a source without a model.", _CURE)
    ready = (model.eval().requires_grad_(False).to(device) for model in models)
    return Bag(tuple(ready), tuple(tuple(float(value) for value in row) for row in rows))


def _bound(folder: Path) -> tuple[list[str], list[list[float]] | None, Fraction | None]:
    """Return signatures, weights and segment length (s) that the folder's .yaml gives, or its one file."""
    import yaml

    bags = sorted(folder.glob("*.yaml"))
    if len(bags) > 1:
        names = ", ".join(path.name for path in bags)
        raise WeightsError(
            f"{folder} holds several models: {names}.", "Keep one .yaml and its checkpoints in it."
        )
    if not bags:
        files = hub.checkpoints(folder)
        if len(files) != 1:
            raise WeightsError(
                f"{folder} holds {len(files)} checkpoints and no .yaml that binds them.",
                "Keep one checkpoint in the folder, or add the model's .yaml.",
            )
        return [_signature(files[0])], None, None
    try:
        told = yaml.safe_load(bags[0].read_text("utf8"))
        names = [str(name) for name in told["models"]]
        weights = told.get("weights")
        segment = Fraction(str(told["segment"])) if told.get("segment") else None
        rows = [[float(value) for value in row] for row in weights] if weights else None
    except (OSError, UnicodeError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise WeightsError(f"{bags[0]} does not name the models it is made of.", _CURE) from error
    if not names:
        raise WeightsError(f"{bags[0]} names no model.", _CURE)
    return names, rows, segment


def _signature(path: Path) -> str:
    return path.stem.partition("-")[0]


def _file(folder: Path, name: str) -> Path:
    found = [path for path in hub.checkpoints(folder) if _signature(path) == name]
    if not found:
        raise WeightsError(f"{folder} lacks the checkpoint {name} (.safetensors or .th).", _CURE)
    return min(found, key=lambda path: SUFFIXES.index(path.suffix))


def _model(path: Path) -> Any:
    _check_content(path)
    package = _from_safetensors(path) if path.suffix == ".safetensors" else _from_pickle(path)
    from demucs.htdemucs import HTDemucs

    if package["klass"] not in (CLASS, HTDemucs):
        raise WeightsError(f"{path.name} holds {package['klass']}; only {CLASS} is read.", _CURE)
    known = inspect.signature(HTDemucs).parameters
    kwargs = {key: value for key, value in package["kwargs"].items() if key in known}
    try:
        model = HTDemucs(*package["args"], **kwargs)
        model.load_state_dict(package["state"])
    except Exception as error:  # whatever wrong arguments and tensors make the model and torch raise
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise WeightsError(f"{path.name} does not fit its model ({first[:160]}).", _CURE) from error
    return model


def _check_content(path: Path) -> None:
    """Compare with the hash in the catalogue, else with the start of it in the file's name."""
    in_name = re.search(r"-([0-9a-f]{8})$", path.stem)
    want = hub.pinned_sha256(path) or (in_name[1] if in_name else "")
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest() if want else ""
    if not found.startswith(want):
        raise WeightsError(f"{path.name} was altered (sha256 {found[:12]}…, wanted {want[:12]}…).", _CURE)


def _from_safetensors(path: Path) -> dict[str, Any]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="pt") as file:
            told = file.metadata() or {}
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        args, kwargs = (_plain(json.loads(told[key])) for key in ("args", "kwargs"))
        return {"klass": told["klass"], "args": list(args), "kwargs": dict(kwargs), "state": state}
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise WeightsError(f"{path.name} cannot be read as a Demucs model.", _CURE) from error


def _plain(value: Any) -> Any:
    """Undo the header's JSON: fractions are objects there."""
    if isinstance(value, dict):
        if value.get("_type") == "fraction":
            return Fraction(int(value["numerator"]), int(value["denominator"]))
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _from_pickle(path: Path) -> dict[str, Any]:
    from pickle import UnpicklingError

    import torch
    from demucs.htdemucs import HTDemucs

    try:
        with torch.serialization.safe_globals([HTDemucs, Fraction]):
            package = torch.load(path, map_location="cpu", weights_only=True)
        return {key: package[key] for key in ("klass", "args", "kwargs", "state")}
    except UnpicklingError as error:
        raise WeightsError(
            f"{path.name} holds more than weights and the arguments of {CLASS}, and is not opened.", _CURE
        ) from error
    except (RuntimeError, OSError, EOFError, KeyError, TypeError, ValueError) as error:
        raise WeightsError(f"{path.name} cannot be read as a Demucs model.", _CURE) from error
