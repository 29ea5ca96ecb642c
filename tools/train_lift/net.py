"""A small U-Net: a masked crop to front and back depth, as corrections of the inflated outline.

8 input channels: colour 3, whether there is colour 1, mask 1, inflation 1, place 2. 6 output channels: front,
back, normal 3 (for training only: it makes the net read the shading), logarithm of the expected error 1. With
the last layer at zero the answer is the inflation itself.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

INPUTS, OUTPUTS = 8, 6
WIDTHS = (32, 48, 96, 128, 192)


class Block(nn.Module):
    """Two 3 × 3 convolutions and a way around them (He et al. 2016)."""

    def __init__(self, given: int, made: int, stride: int = 1) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(given, made, 3, stride, 1, bias=False),
            nn.BatchNorm2d(made),
            nn.ReLU(),
            nn.Conv2d(made, made, 3, 1, 1, bias=False),
            nn.BatchNorm2d(made),
        )
        around: list[nn.Module] = [nn.AvgPool2d(stride)] if stride > 1 else []
        around += [nn.Conv2d(given, made, 1, bias=False), nn.BatchNorm2d(made)] if given != made else []
        self.around = nn.Sequential(*around)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.body(x) + self.around(x))


class LiftNet(nn.Module):
    """(B, 8, 64, 64) to (B, 6, 64, 64); sides may be any multiple of 32."""

    def __init__(self, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        first, last = widths[0], widths[-1]
        self.stem = nn.Sequential(
            nn.Conv2d(INPUTS, first, 5, 2, 2, bias=False),
            nn.BatchNorm2d(first),
            nn.ReLU(),
            Block(first, first),
        )
        steps = list(zip(widths, widths[1:], strict=False))
        self.down = nn.ModuleList(Block(a, b, 2) for a, b in steps)
        self.whole = nn.Sequential(nn.Linear(last, last), nn.ReLU(), nn.Linear(last, last))
        self.middle = Block(last, last)
        self.lateral = nn.ModuleList(nn.Conv2d(b, a, 1, bias=False) for a, b in steps)
        self.up = nn.ModuleList(Block(a, a) for a, _ in steps)
        self.head = nn.Conv2d(first, 4 * OUTPUTS, 3, 1, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias if self.head.bias is not None else torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        mask, inflation = x[:, 4:5], x[:, 5:6] / 2
        levels = [self.stem(x)]
        for block in self.down:
            levels.append(block(levels[-1]))
        y = levels[-1]
        y = self.middle(y + self.whole(y.mean((2, 3)))[..., None, None])
        for lateral, block, level in zip(self.lateral[::-1], self.up[::-1], levels[-2::-1], strict=True):
            y = functional.interpolate(lateral(y), scale_factor=2, mode="bilinear", align_corners=False)
            y = block(y + level)
        y = functional.pixel_shuffle(self.head(y), 2)
        front = y[:, :1] - inflation
        back = torch.maximum(y[:, 1:2] + inflation, front)
        return torch.cat([front, back, y[:, 2:]], 1) * (mask > 0)


def inputs(color: Tensor, mask: Tensor, inflation: Tensor, has_color: Tensor) -> Tensor:
    """Return the net's input.

    Args:
        color: (B, 3, H, W) in 0..1.
        mask: (B, 1, H, W) coverage in 0..1.
        inflation: (B, 1, H, W) half thickness, crop widths.
        has_color: (B, 1, 1, 1); 0 drops the colours.
    """
    inside = (mask > 0.5).float()
    count = inside.sum((2, 3), keepdim=True).clamp(min=1)
    mean = (color * inside).sum((2, 3), keepdim=True) / count
    spread = (((color - mean) * inside) ** 2).sum((1, 2, 3), keepdim=True) / (3 * count)
    color = (color - mean) / (spread.sqrt() + 0.08) * inside * has_color / 2
    batch, _, high, wide = mask.shape
    down, across = torch.meshgrid(torch.linspace(-1, 1, high), torch.linspace(-1, 1, wide), indexing="ij")
    place = torch.stack([across, down]).expand(batch, 2, high, wide)
    return torch.cat([color, has_color.expand_as(mask), mask, 2 * inflation, place], 1)
