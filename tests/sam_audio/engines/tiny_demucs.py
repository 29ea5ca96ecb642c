"""Checkpoint folders of a very small HTDemucs with random weights, in both forms the package knows."""

import hashlib
import io
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

RATE_HZ = 8000
SOURCES = ["drums", "bass", "other", "vocals"]
ARGUMENTS: dict[str, Any] = {
    "channels": 8,
    "nfft": 1024,
    "depth": 4,
    "bottom_channels": 16,
    "t_layers": 1,
    "t_heads": 2,
    "t_hidden_scale": 1.0,
    "dconv_depth": 1,
    "dconv_comp": 4,
    "samplerate": RATE_HZ,
    "segment": Fraction(1, 2),
}


def model(seed: int = 0, sources: list[str] = SOURCES) -> Any:
    """Make the model."""
    import torch
    from demucs.htdemucs import HTDemucs

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return HTDemucs(sources=list(sources), **ARGUMENTS).eval()


def package(made: Any, klass: Any = None, **more: Any) -> dict[str, Any]:
    """Return what the Demucs package saves of a model: class, arguments, half-precision weights."""
    state = {name: tensor.half() for name, tensor in made.state_dict().items()}
    arguments = {"sources": list(made.sources), **ARGUMENTS, "an_old_one": 1}
    told = {"klass": klass or type(made), "args": (), "kwargs": arguments, "state": state}
    return {**told, "training_args": {"optim": {"lr": 3e-4}, "epochs": 1}, **more}


def save_th(folder: Path, signature: str, content: dict[str, Any]) -> Path:
    """Save a checkpoint with the start of its sha256 in its name."""
    import torch

    stream = io.BytesIO()
    torch.save(content, stream)
    digest = hashlib.sha256(stream.getvalue()).hexdigest()[:8]
    path = folder / f"{signature}-{digest}.th"
    path.write_bytes(stream.getvalue())
    return path


def save_safetensors(
    folder: Path, signature: str, made: Any, klass: str = "demucs.htdemucs.HTDemucs"
) -> Path:
    """Save a checkpoint with its arguments in the header."""
    from safetensors.torch import save_file

    def plain(value: Any) -> Any:
        if isinstance(value, Fraction):
            return {"_type": "fraction", "numerator": value.numerator, "denominator": value.denominator}
        return value

    kwargs = {name: plain(value) for name, value in {"sources": list(made.sources), **ARGUMENTS}.items()}
    header = {"klass": klass, "args": "[]", "kwargs": json.dumps(kwargs)}
    path = folder / f"{signature}.safetensors"
    state = {name: tensor.half().contiguous() for name, tensor in made.state_dict().items()}
    save_file(state, path, header)
    return path
