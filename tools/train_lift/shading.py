"""Light and paint views afresh at each pass: random colours, patterns and lamps."""

import torch
from torch import Tensor
from torch.nn import functional

LAMPS = 3
WAVES = 6


def shade(normal: Tensor, front: Tensor, part: Tensor, mask: Tensor, draw: torch.Generator) -> Tensor:
    """Return pictures of views.

    Args:
        normal: (B, 3, H, W) camera's axes (right, down, away), length 1 inside.
        front: (B, 1, H, W) depth in crop widths.
        part: (B, H, W) int64, piece seen.
        mask: (B, 1, H, W) 1 inside.
        draw: Source of chance.

    Returns:
        (B, 3, H, W) in 0..1, 0 outside.
    """
    count = len(normal)
    chance = _Chance(draw, count)
    color = _albedo(front, part, chance)
    light, shine = _light(normal, front, mask, chance)
    plain = chance.some(0.12)  # painted, but lit from all sides
    light = torch.where(plain, chance.between(0.5, 1.1), light)
    picture = color * light + torch.where(plain, 0.0, shine)
    picture = (picture * chance.between(0.7, 1.2)).clamp(1e-4, 1) ** chance.between(0.6, 1.3)
    picture = picture + torch.randn(picture.shape, generator=draw) * chance.between(0, 0.03) * chance.some(
        0.7
    )
    blurred = functional.avg_pool2d(picture, 3, 1, 1)
    picture = torch.lerp(picture, blurred, chance.between(0.3, 1.0) * chance.some(0.4))
    return picture.clamp(0, 1) * mask


class _Chance:
    """Random numbers, one for each picture, shaped to spread over it."""

    def __init__(self, draw: torch.Generator, count: int) -> None:
        self._draw = draw
        self._count = count

    def between(self, low: float, high: float, channels: int = 1) -> Tensor:
        return low + (high - low) * torch.rand(self._count, channels, 1, 1, generator=self._draw)

    def some(self, share: float) -> Tensor:
        return torch.rand(self._count, 1, 1, 1, generator=self._draw) < share

    def normal(self, *shape: int) -> Tensor:
        return torch.randn(self._count, *shape, generator=self._draw)

    def rows(self, high: int) -> Tensor:
        return torch.randint(high, (self._count, 1, 1, 1), generator=self._draw)


def _albedo(front: Tensor, part: Tensor, chance: _Chance) -> Tensor:
    side = front.shape[-1]
    line = torch.linspace(-0.5, 0.5, side)
    down, across = torch.meshgrid(line, line, indexing="ij")
    place = torch.cat([across.expand_as(front), down.expand_as(front), front], 1)
    grey = chance.between(0.15, 0.95) * chance.between(0.9, 1.1, 3)
    color = torch.where(chance.some(0.6), chance.between(0.1, 0.95, 3), grey).expand(-1, 3, side, side)
    for share in (0.5, 0.25):
        pattern = _pattern(place, chance) * chance.between(0.2, 1.0) * chance.some(share)
        color = torch.lerp(color, chance.between(0.05, 1.0, 3).expand_as(color), pattern)
    palette = 0.1 + 0.9 * torch.rand(len(front), 3, 16, generator=chance._draw)
    pieces = palette.gather(2, (part % 16).flatten(1)[:, None].expand(-1, 3, -1)).view_as(color)
    return torch.lerp(color, pieces, chance.between(0.3, 1.0) * chance.some(0.45))


def _pattern(place: Tensor, chance: _Chance) -> Tensor:
    """Return (B, 1, H, W) in 0..1: clouds, spots, stripes, or a soft border."""
    frequency = torch.exp(chance.between(0.5, 3.6)).flatten()[:, None, None]
    waves = torch.einsum("bkc,bchw->bkhw", chance.normal(WAVES, 3) * frequency, place)
    clouds = torch.sin(waves + chance.between(0, 6.28, WAVES)).mean(1, keepdim=True) * 1.6
    stripes = (torch.sin(2 * waves[:, :1]) > chance.between(-0.8, 0.8)).float()
    slope = torch.einsum("bc,bchw->bhw", chance.normal(3), place)[:, None]
    border = torch.sigmoid((slope - chance.between(-0.2, 0.2)) * chance.between(4, 60))
    spots = (clouds > chance.between(-0.6, 0.6)).float()
    kinds = torch.cat([clouds.mul(0.5).add(0.5).clamp(0, 1), spots, stripes, border], 1)
    return kinds.gather(1, chance.rows(4).expand(-1, 1, *place.shape[2:]))


def _light(normal: Tensor, front: Tensor, mask: Tensor, chance: _Chance) -> tuple[Tensor, Tensor]:
    """Return what falls on a surface (B, 3, H, W), and what shines off it (B, 1, H, W)."""
    light = chance.between(0.05, 0.5) * (1 + 0.06 * chance.normal(3, 1, 1))
    light = light.expand(-1, 3, *normal.shape[2:])
    shine = torch.zeros_like(mask)
    for lamp in range(LAMPS):
        way = chance.normal(3) * torch.tensor([0.9, 0.6, 0.6]) + torch.tensor([0.0, -0.8, 0.0])
        way[:, 2] = -(way[:, 2] + 0.5).abs()
        way = functional.normalize(way, dim=1)[:, :, None, None]
        on = chance.some(1.0 if lamp == 0 else 0.5)
        wrap = chance.between(0, 0.6) * chance.some(0.5)
        facing = (((normal * way).sum(1, keepdim=True) + wrap) / (1 + wrap)).clamp(min=0)
        tint = 1 + 0.12 * chance.normal(3, 1, 1)
        light = light + facing * chance.between(0.3, 1.0) / (lamp + 1) * tint * on
        half = functional.normalize(way + torch.tensor([0.0, 0.0, -1.0]).view(1, 3, 1, 1), dim=1)
        gloss = (normal * half).sum(1, keepdim=True).clamp(min=0) ** torch.exp(chance.between(2.0, 5.0))
        shine = shine + gloss * chance.between(0.1, 0.5) / (lamp + 1) * chance.some(0.4) * on
    sky = 1 + chance.between(0.1, 0.5) * chance.some(0.4) * -normal[:, 1:2]
    size = 9
    near = functional.avg_pool2d(mask, size, 1, size // 2).clamp(min=1e-3)
    around = functional.avg_pool2d(front * mask, size, 1, size // 2) / near
    hollow = 1 - (front - around).clamp(min=0) * chance.between(1, 6) * chance.some(0.6)
    return light * sky * hollow.clamp(0.3, 1), shine
