"""The network of TripoSR, written anew after its report, with the names of its published weights.

Tochilkin et al., "TripoSR: Fast 3D Object Reconstruction from a Single Image", 2024 (arXiv 2403.02151), after
Hong et al., "LRM: Large Reconstruction Model for Single Image to 3D", 2023 (arXiv 2311.04400): a DINO vision
transformer reads the picture; learned tokens of three planes attend to it; at any place in space the planes'
features, concatenated, give density and colour through a small perceptron.
"""

import re
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

_MEAN, _SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
# What the weights call a layer of the vision transformer, and what transformers 5 calls it.
_VIT_NAMES = (
    (r"encoder\.layer\.(\d+)\.attention\.attention\.query\.", r"layers.\1.attention.q_proj."),
    (r"encoder\.layer\.(\d+)\.attention\.attention\.key\.", r"layers.\1.attention.k_proj."),
    (r"encoder\.layer\.(\d+)\.attention\.attention\.value\.", r"layers.\1.attention.v_proj."),
    (r"encoder\.layer\.(\d+)\.attention\.output\.dense\.", r"layers.\1.attention.o_proj."),
    (r"encoder\.layer\.(\d+)\.intermediate\.dense\.", r"layers.\1.mlp.fc1."),
    (r"encoder\.layer\.(\d+)\.output\.dense\.", r"layers.\1.mlp.fc2."),
    (r"encoder\.layer\.(\d+)\.", r"layers.\1."),
)
VIT = "image_tokenizer.model."


@dataclass(frozen=True)
class Sizes:
    """How large the network is; the defaults are those of the published weights.

    Args:
        picture_px: Side of the picture that is read.
        vit: Layers, width, heads, inner width and patch side of the vision transformer.
        vit_px: Side of the picture that its positions are learned for.
        plane: Tokens along a side of each plane.
        width: Of the tokens.
        heads: Of their attention.
        layers: Of their transformer.
        features: Of a plane at the places of space.
        neurons: Of the perceptron.
        hidden: Layers of the perceptron.
        radius: Half the side of the cube that is made.
        density_bias: Added to the density before its exponential.
    """

    picture_px: int = 512
    vit: tuple[int, int, int, int, int] = (12, 768, 12, 3072, 16)
    vit_px: int = 224
    plane: int = 32
    width: int = 1024
    heads: int = 16
    layers: int = 16
    features: int = 40
    neurons: int = 64
    hidden: int = 9
    radius: float = 0.87
    density_bias: float = -1.0


class TripoSR(nn.Module):
    """The whole network."""

    def __init__(self, sizes: Sizes) -> None:
        from transformers import ViTConfig, ViTModel

        super().__init__()
        self.sizes = sizes
        layers, width, heads, inner, patch = sizes.vit
        config = ViTConfig(
            hidden_size=width,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            intermediate_size=inner,
            image_size=sizes.vit_px,
            patch_size=patch,
        )
        self.image_tokenizer = nn.ModuleDict({"model": ViTModel(config, add_pooling_layer=False)})
        planes = torch.zeros(3, sizes.width, sizes.plane, sizes.plane)
        self.tokenizer = nn.ParameterDict({"embeddings": nn.Parameter(planes)})
        self.backbone = _Backbone(sizes)
        self.post_processor = nn.ModuleDict(
            {"upsample": nn.ConvTranspose2d(sizes.width, sizes.features, kernel_size=2, stride=2)}
        )
        self.decoder = nn.ModuleDict({"layers": _perceptron(3 * sizes.features, sizes.neurons, sizes.hidden)})

    @torch.inference_mode()
    def planes(self, picture: Tensor) -> Tensor:
        """Return the planes (3, features, 2·plane, 2·plane) of a picture (3, px, px) with values 0..1."""
        mean, spread = (torch.tensor(v, device=picture.device)[:, None, None] for v in (_MEAN, _SPREAD))
        seen = self.image_tokenizer["model"](
            ((picture - mean) / spread)[None], interpolate_pos_encoding=True
        ).last_hidden_state
        tokens = self.tokenizer["embeddings"].permute(1, 0, 2, 3).flatten(1)[None]
        made = self.backbone(tokens, seen)[0]
        grid = made.reshape(self.sizes.width, 3, self.sizes.plane, self.sizes.plane).permute(1, 0, 2, 3)
        return self.post_processor["upsample"](grid)

    @torch.inference_mode()
    def at(self, planes: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
        """Return density (N,) and colour (N, 3), 0..1, at places (N, 3) within the cube of ±radius."""
        scaled = places / self.sizes.radius
        spots = torch.stack([scaled[:, [0, 1]], scaled[:, [0, 2]], scaled[:, [1, 2]]])[:, None]
        found = functional.grid_sample(planes, spots, mode="bilinear", align_corners=False)
        said = self.decoder["layers"](found[:, :, 0].permute(2, 0, 1).flatten(1))
        return torch.exp(said[:, 0] + self.sizes.density_bias), torch.sigmoid(said[:, 1:])


class _Backbone(nn.Module):
    """Tokens of the planes attend to one another and to the picture."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        width = sizes.width
        self.norm = nn.GroupNorm(32, width, eps=1e-6)
        self.proj_in = nn.Linear(width, width)
        self.transformer_blocks = nn.ModuleList(
            _Block(width, sizes.vit[1], sizes.heads) for _ in range(sizes.layers)
        )
        self.proj_out = nn.Linear(width, width)

    def forward(self, tokens: Tensor, seen: Tensor) -> Tensor:
        """Return tokens (1, width, N) changed by what was seen (1, M, vit width)."""
        inner = self.proj_in(self.norm(tokens).transpose(1, 2))
        for block in self.transformer_blocks:
            inner = block(inner, seen)
        return tokens + self.proj_out(inner).transpose(1, 2)


class _Block(nn.Module):
    def __init__(self, width: int, seen_width: int, heads: int) -> None:
        super().__init__()
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(width) for _ in range(3))
        self.attn1 = _Attention(width, width, heads)
        self.attn2 = _Attention(width, seen_width, heads)
        # Numbered as in the weights: 1 is a dropout there, which does nothing when nobody trains.
        self.ff = nn.ModuleDict(
            {"net": nn.ModuleDict({"0": _GatedLinear(width, 4 * width), "2": nn.Linear(4 * width, width)})}
        )

    def forward(self, tokens: Tensor, seen: Tensor) -> Tensor:
        normed = self.norm1(tokens)
        tokens = tokens + self.attn1(normed, normed)
        tokens = tokens + self.attn2(self.norm2(tokens), seen)
        net: Any = self.ff["net"]
        return tokens + net["2"](net["0"](self.norm3(tokens)))


class _Attention(nn.Module):
    def __init__(self, width: int, seen_width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_k = nn.Linear(seen_width, width, bias=False)
        self.to_v = nn.Linear(seen_width, width, bias=False)
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def forward(self, tokens: Tensor, seen: Tensor) -> Tensor:
        query, key, value = (
            layer(given).unflatten(2, (self.heads, -1)).transpose(1, 2)
            for layer, given in ((self.to_q, tokens), (self.to_k, seen), (self.to_v, seen))
        )
        mixed = functional.scaled_dot_product_attention(query, key, value)
        return self.to_out[0](mixed.transpose(1, 2).flatten(2))


class _GatedLinear(nn.Module):
    def __init__(self, width: int, wider: int) -> None:
        super().__init__()
        self.proj = nn.Linear(width, 2 * wider)

    def forward(self, tokens: Tensor) -> Tensor:
        value, gate = self.proj(tokens).chunk(2, dim=-1)
        return value * functional.gelu(gate)


def _perceptron(inputs: int, neurons: int, hidden: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for number in range(hidden):
        layers += [nn.Linear(neurons if number else inputs, neurons), nn.SiLU()]
    return nn.Sequential(*layers, nn.Linear(neurons, 4))


def renamed(weights: dict[str, Any]) -> dict[str, Any]:
    """Return published weights under this network's names: theirs, but for those of the transformer."""
    return {_renamed(name): value for name, value in weights.items()}


def _renamed(name: str) -> str:
    if not name.startswith(VIT):
        return name
    for old, new in _VIT_NAMES:
        name, count = re.subn(old, new, name)
        if count:
            break
    return name
