"""From a picture to a closed, coloured mesh by TripoSR; for the worker's process."""

import re
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError, WeightsError

if TYPE_CHECKING:
    from sam_3d.triposr.network import Sizes, TripoSR

_DENSITY = 25.0  # what counts as solid, as published
_PLACES_AT_ONCE = 1 << 17
_HEAD_WIDTH = 64  # of the vision transformer's attention


def load(folder: Path, device: str) -> "TripoSR":
    """Load the network that config.yaml describes, with the weights of model.ckpt.

    Raises:
        WeightsError: A file cannot be read, or is of another network.
    """
    import torch

    from sam_3d.triposr.network import TripoSR, renamed

    try:
        given = torch.load(folder / "model.ckpt", map_location="cpu", weights_only=True, mmap=True)
        sizes = sizes_of((folder / "config.yaml").read_text("utf8"), given)
        with torch.device("meta"):
            network = TripoSR(sizes)
    except (
        OSError,
        RuntimeError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        UnpicklingError,
    ) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise WeightsError(
            f"TripoSR cannot be read from {folder} ({first[:200]}).",
            "The files are incomplete, damaged or of another model: get them again.",
        ) from error
    weights = renamed(given)
    _refuse_others(network, weights, folder)
    network.load_state_dict(weights, strict=False, assign=True)
    return network.float().eval().requires_grad_(False).to(device)


def _refuse_others(network: "TripoSR", weights: dict[str, Any], folder: Path) -> None:
    wanted = network.state_dict()
    lacking = sorted(name for name in wanted if name not in weights)
    wrong = sorted(k for k in wanted if k in weights and weights[k].shape != wanted[k].shape)
    for names, what in ((lacking, "lack"), (wrong, "have another shape for")):
        if names:
            raise WeightsError(
                f"The weights in {folder} {what} {len(names)} of the tensors of TripoSR, such as {names[0]}.",
                "Use the files of the model's own repository unchanged.",
            )


def sizes_of(text: str, weights: dict[str, Any]) -> "Sizes":
    """Read the sizes of a network off its published description, and the transformer's off its weights.

    Args:
        text: The description, YAML.
        weights: Under their published names.

    Raises:
        LookupError, TypeError, ValueError: It describes another network.
    """
    import yaml

    from sam_3d.triposr.network import VIT, Sizes

    try:
        config = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError("config.yaml is not YAML") from error
    planes, backbone = config["tokenizer"], config["backbone"]
    decoder, renderer = config["decoder"], config["renderer"]
    layers = [
        int(m[1]) for name in weights if (m := re.match(rf"{re.escape(VIT)}encoder\.layer\.(\d+)\.", name))
    ]
    vit_width, _, patch, _ = weights[f"{VIT}embeddings.patch_embeddings.projection.weight"].shape
    inner = len(weights[f"{VIT}encoder.layer.0.intermediate.dense.bias"])
    places = weights[f"{VIT}embeddings.position_embeddings"].shape[1] - 1
    return Sizes(
        picture_px=int(config["cond_image_size"]),
        vit=(max(layers) + 1, vit_width, max(1, vit_width // _HEAD_WIDTH), inner, patch),
        vit_px=patch * round(places**0.5),
        plane=int(planes["plane_size"]),
        width=int(planes["num_channels"]),
        heads=int(backbone["num_attention_heads"]),
        layers=int(backbone["num_layers"]),
        features=int(config["post_processor"]["out_channels"]),
        neurons=int(decoder["n_neurons"]),
        hidden=int(decoder["n_hidden_layers"]),
        radius=float(renderer["radius"]),
        density_bias=float(renderer["density_bias"]),
    )


def solid(
    network: "TripoSR", picture: NDArray[np.float32], cells: int
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.uint8]]:
    """Make a mesh of a picture.

    Args:
        network: Loaded.
        picture: (px, px, 3) float32, 0..1, the object on grey.
        cells: Of the grid along each side.

    Returns:
        Vertices (V, 3), y up, z towards the camera, in ±radius; faces (F, 3), counter-clockwise from outside;
        colours (V, 3).

    Raises:
        InputError: The network saw no solid in the picture.
    """
    import torch
    from skimage import measure

    device = next(network.parameters()).device
    seen = torch.from_numpy(picture).to(device).permute(2, 0, 1)
    planes = network.planes(seen)
    line = torch.linspace(-network.sizes.radius, network.sizes.radius, cells, device=device)
    density = np.empty((cells, cells, cells), np.float32)
    slabs = max(1, _PLACES_AT_ONCE // cells**2)
    for first in range(0, cells, slabs):
        part = line[first : first + slabs]
        places = torch.stack(torch.meshgrid(part, line, line, indexing="ij"), dim=-1).reshape(-1, 3)
        values = network.at(planes, places)[0]
        density[first : first + len(part)] = values.reshape(len(part), cells, cells).cpu().numpy()
    # The logarithm is nearly linear where the density crosses the threshold; the cube's faces are closed.
    level = np.log(np.maximum(density, 1e-6) / _DENSITY)
    for axis in range(3):
        np.moveaxis(level, axis, 0)[[0, -1]] = np.minimum(np.moveaxis(level, axis, 0)[[0, -1]], -1e-3)
    if not level.max() > 0:
        raise InputError(
            "TripoSR saw no solid object in the picture.", "Mark the whole object, or use inflate."
        )
    grid, faces, _, _ = measure.marching_cubes(level, 0.0)
    places = grid / (cells - 1) * 2 * network.sizes.radius - network.sizes.radius
    colors = _colors(network, planes, places)
    # Its axes are back (towards the camera), right, up; ours are right, up, back.
    return places[:, [1, 2, 0]].astype(np.float64), faces.astype(np.int64)[:, ::-1].copy(), colors


def _colors(network: "TripoSR", planes: Any, places: NDArray[np.floating]) -> NDArray[np.uint8]:
    import torch

    spots = torch.from_numpy(places.astype(np.float32)).to(planes.device)
    parts = [network.at(planes, part)[1].cpu().numpy() for part in spots.split(_PLACES_AT_ONCE)]
    return (np.concatenate(parts) * 255).round().clip(0, 255).astype(np.uint8)
