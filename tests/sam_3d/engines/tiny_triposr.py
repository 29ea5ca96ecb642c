"""TripoSR's checkpoint in its published form: description, names of the weights, random values."""

import re
from pathlib import Path

import torch

from sam_3d.triposr.network import VIT, Sizes, TripoSR

TINY = Sizes(
    picture_px=64,
    vit=(2, 64, 1, 32, 16),
    vit_px=32,
    plane=4,
    width=32,
    heads=2,
    layers=2,
    features=4,
    neurons=8,
    hidden=2,
)
CONFIG = """cond_image_size: {picture}
image_tokenizer:
  pretrained_model_name_or_path: "facebook/dino-vitb16"
tokenizer:
  plane_size: {plane}
  num_channels: {width}
backbone:
  in_channels: {width}
  num_attention_heads: {heads}
  attention_head_dim: {head}
  num_layers: {layers}
  cross_attention_dim: {seen}
post_processor:
  in_channels: {width}
  out_channels: {features}
decoder:
  in_channels: {inputs}
  n_neurons: {neurons}
  n_hidden_layers: {hidden}
  activation: silu
renderer:
  radius: 0.87
  feature_reduction: concat
  density_activation: exp
  density_bias: -1.0
"""
# This suite's names of the transformer's layers, and those of the published weights.
_PUBLISHED = (
    (r"layers\.(\d+)\.attention\.q_proj\.", r"encoder.layer.\1.attention.attention.query."),
    (r"layers\.(\d+)\.attention\.k_proj\.", r"encoder.layer.\1.attention.attention.key."),
    (r"layers\.(\d+)\.attention\.v_proj\.", r"encoder.layer.\1.attention.attention.value."),
    (r"layers\.(\d+)\.attention\.o_proj\.", r"encoder.layer.\1.attention.output.dense."),
    (r"layers\.(\d+)\.mlp\.fc1\.", r"encoder.layer.\1.intermediate.dense."),
    (r"layers\.(\d+)\.mlp\.fc2\.", r"encoder.layer.\1.output.dense."),
    (r"layers\.(\d+)\.layernorm", r"encoder.layer.\1.layernorm"),
)


def described(sizes: Sizes) -> str:
    """Return config.yaml for a network of these sizes."""
    return CONFIG.format(
        picture=sizes.picture_px,
        plane=sizes.plane,
        width=sizes.width,
        heads=sizes.heads,
        head=sizes.width // sizes.heads,
        layers=sizes.layers,
        seen=sizes.vit[1],
        features=sizes.features,
        inputs=3 * sizes.features,
        neurons=sizes.neurons,
        hidden=sizes.hidden,
    )


def published(sizes: Sizes) -> dict[str, torch.Tensor]:
    """Return random weights of a network under their published names."""
    torch.manual_seed(6)
    network = TripoSR(sizes)
    network.tokenizer["embeddings"].data.normal_()
    # A density that is high somewhere and low elsewhere.
    network.decoder["layers"][-1].weight.data[0] *= 40
    network.decoder["layers"][-1].bias.data[0] = 3.5
    weights = {_published(name): value for name, value in network.state_dict().items()}
    width = sizes.vit[1]
    pooler = {f"{VIT}pooler.dense.weight": torch.zeros(width, width)}
    return weights | pooler | {f"{VIT}pooler.dense.bias": torch.zeros(width)}


def save(folder: Path, sizes: Sizes = TINY) -> Path:
    """Save config.yaml and model.ckpt."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yaml").write_text(described(sizes), "utf8")
    torch.save(published(sizes), folder / "model.ckpt")
    return folder


def _published(name: str) -> str:
    if name.startswith(VIT):
        for ours, theirs in _PUBLISHED:
            name = re.sub(ours, theirs, name)
    return name
