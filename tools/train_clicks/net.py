"""The click net: how likely each cell of a photo belongs to what is asked for.

A small U-Net looks at the whole photo on the detector's grids: what is asked, as numbers a place, and the
detector's own maps. A second net of three layers reads, a cell, those numbers there and what the U-Net found.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from shared.cut.asked import COUNT

MAPS, SEEN = 128, (16, 16, 24)  # channels of the detector's maps, and what is kept of each
WIDE, FOUND, HIDDEN = (32, 40, 56), 16, (48, 24)
DROPPED = 0.2


class ClickNet(nn.Module):
    """Odds of cells, and of places of the finest grid for training."""

    mean: Tensor
    spread: Tensor

    def __init__(self) -> None:
        super().__init__()
        fine, middle, coarse = WIDE
        self.register_buffer("mean", torch.zeros(COUNT))
        self.register_buffer("spread", torch.ones(COUNT))
        for level in range(len(SEEN)):
            self.register_buffer(f"map_mean_{level}", torch.zeros(MAPS))
            self.register_buffer(f"map_spread_{level}", torch.ones(MAPS))
        self.seen = nn.ModuleList(nn.Conv2d(MAPS, kept, 1) for kept in SEEN)
        self.drop = nn.Dropout2d(DROPPED)
        self.fine = nn.Conv2d(COUNT + SEEN[0], fine, 1)
        self.down_1, self.middle = _conv(fine, middle, stride=2), _conv(middle + SEEN[1], middle)
        self.down_2, self.coarse = _conv(middle, coarse, stride=2), _conv(coarse + SEEN[2], coarse)
        self.wide, self.whole = _conv(coarse, coarse, dilation=2), nn.Linear(coarse, coarse)
        self.up_1, self.up_2 = _conv(coarse + middle, middle), _conv(middle + fine, FOUND)
        self.place_odds = nn.Conv2d(FOUND, 1, 1)
        self.cell = nn.Sequential(
            *(nn.Linear(COUNT + FOUND, HIDDEN[0]), nn.ReLU(), nn.Linear(*HIDDEN), nn.ReLU()),
            nn.Linear(HIDDEN[1], 1),
        )

    def forward(
        self, cells: Tensor, place: Tensor, grid: Tensor, map_0: Tensor, map_1: Tensor, map_2: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return (B, n) log odds of cells and (B, 1, 52, 52) of places.

        Args:
            cells: (B, n, 46) what is asked, a cell.
            place: (B, n, 2) middle of each cell in shares of the photo's width and height.
            grid: (B, 46, 52, 52) what is asked, a place.
            map_0: (B, 128, 52, 52) the detector's finest map behind its pyramid.
            map_1: (B, 128, 26, 26) the next.
            map_2: (B, 128, 13, 13) the coarsest.
        """
        grid = (grid - self.mean[:, None, None]) / self.spread[:, None, None]
        seen = [self._seen(level, one) for level, one in enumerate((map_0, map_1, map_2))]
        fine = functional.relu(self.fine(torch.cat([grid, seen[0]], 1)))
        middle = self.middle(torch.cat([self.down_1(fine), seen[1]], 1))
        coarse = self.coarse(torch.cat([self.down_2(middle), seen[2]], 1))
        coarse = self.wide(coarse) + self.whole(coarse.mean((2, 3)))[:, :, None, None]
        found = self.up_1(torch.cat([functional.interpolate(coarse, scale_factor=2.0), middle], 1))
        found = self.up_2(torch.cat([functional.interpolate(found, scale_factor=2.0), fine], 1))
        there = functional.grid_sample(
            found, (2 * place - 1)[:, :, None], padding_mode="border", align_corners=False
        )[..., 0].transpose(1, 2)
        told = torch.cat([(cells - self.mean) / self.spread, there], 2)
        return self.cell(told)[..., 0], self.place_odds(found)

    def _seen(self, level: int, features: Tensor) -> Tensor:
        mean, spread = getattr(self, f"map_mean_{level}"), getattr(self, f"map_spread_{level}")
        scaled = (features - mean[:, None, None]) / spread[:, None, None]
        return functional.relu(self.seen[level](self.drop(scaled)))


def _conv(inner: int, outer: int, *, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inner, outer, 3, stride, padding=dilation, dilation=dilation), nn.ReLU())
