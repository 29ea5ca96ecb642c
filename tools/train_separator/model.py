"""The net: one shared encoder that names what sounds, and a decoder that masks the sound it is asked for.

Frames of 64 ms every 16 ms at 24 kHz; 769 bins in 128 bands (64 single bins to 1 kHz, then 64 log-spaced).
Patches of 4 bands × 4 frames go through a convolutional encoder and a two-way recurrent layer, from which
a tagger reads the presence of every class. The decoder is modulated by a class code (FiLM; Perez et al.,
2018), made from the MiniLM embedding of the class's phrases and a learned offset.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

RATE_HZ, N_FFT, HOP = 24_000, 1536, 384
BINS, BANDS = N_FFT // 2 + 1, 128
LINEAR = 64
FRAMES_A_COLUMN = 16  # of the tagger: 0.256 s
CODE = 128
WIDTHS = (48, 96, 160)
STATE = 144


def edges() -> Any:
    """Return the first bin of each band and one past the last, (129,)."""
    found = list(range(LINEAR + 1))
    for value in np.geomspace(LINEAR, BINS, BANDS - LINEAR + 1)[1:]:
        found.append(max(found[-1] + 1, round(value)))
    found[-1] = BINS
    return np.array(found)


def band_matrix() -> Tensor:
    """Return (128, 769): one where a bin lies in a band."""
    matrix = torch.zeros(BANDS, BINS)
    for place, (start, stop) in enumerate(zip(edges()[:-1], edges()[1:], strict=True)):
        matrix[place, start:stop] = 1
    return matrix


def features(power: Tensor) -> Tensor:
    """Return what the net sees of band powers (N, 128, F): their log, levelled over the window."""
    width = torch.from_numpy(np.diff(edges())).to(power)[None, :, None]
    power = power / width
    level = power.mean((1, 2), keepdim=True) + 1e-12
    return torch.log(power / level + 1e-6) / 6 + 0.5


class Block(nn.Module):
    """Two convolutions with a skip; optionally modulated by a code."""

    def __init__(self, given: int, width: int, stride: int = 1, code: int = 0) -> None:
        super().__init__()
        self.first = nn.Conv2d(given, width, 3, stride, 1, bias=False)
        self.first_norm = nn.GroupNorm(8, width)
        self.second = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.second_norm = nn.GroupNorm(8, width)
        self.film = nn.Linear(code, 4 * width) if code else None
        if self.film is not None:
            nn.init.normal_(self.film.weight, 0, 0.03)
            nn.init.zeros_(self.film.bias)

    def forward(self, x: Tensor, code: Tensor | None = None) -> Tensor:
        """Return (N, width, H, W)."""
        x = self.first_norm(self.first(x))
        if self.film is None or code is None:
            x = functional.silu(x)
            return x + functional.silu(self.second_norm(self.second(x)))
        scale, shift, scale2, shift2 = self.film(code)[:, :, None, None].chunk(4, 1)
        x = functional.silu(x * (1 + scale) + shift)
        return x + functional.silu(self.second_norm(self.second(x)) * (1 + scale2) + shift2)


class Encoder(nn.Module):
    """From features to a map for the decoder, skips, and logits of every class a column."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        a, b, c = WIDTHS
        self.into = nn.Conv2d(32, a, 3, 1, 1)
        self.blocks = nn.ModuleList([Block(a, a), Block(a, b, 2), Block(b, c, 2), Block(c, c)])
        self.squeeze = nn.Linear(c * 8, 256)
        self.level = nn.LayerNorm(256)  # without it the recurrent layer saturates
        self.recur = nn.GRU(256, STATE, 2, batch_first=True, bidirectional=True)
        self.spread = nn.Linear(2 * STATE, c * 8)
        self.tagger = nn.Sequential(nn.Linear(2 * STATE + 256, 192), nn.SiLU(), nn.Linear(192, classes))

    def forward(self, seen: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Take (N, 128, F), F a multiple of 16; give map, two skips, logits (N, F / 16, classes)."""
        n, _, frames = seen.shape
        place = torch.linspace(-1, 1, BANDS, device=seen.device, dtype=seen.dtype)[None, :, None].expand_as(
            seen
        )
        x = torch.stack((seen, place), 1).reshape(n, 2, 32, 4, frames // 4, 4)
        x = x.permute(0, 1, 3, 5, 2, 4).reshape(n, 32, 32, frames // 4)
        x = x.contiguous(memory_format=torch.channels_last)
        fine = self.blocks[0](self.into(x))
        middle = self.blocks[1](fine)
        coarse = self.blocks[3](self.blocks[2](middle))
        _, width, height, columns = coarse.shape
        flat = coarse.permute(0, 3, 1, 2).reshape(n, columns, width * height)
        now = functional.silu(self.level(self.squeeze(flat)))
        line, _ = self.recur(now)
        coarse = coarse + self.spread(line).reshape(n, columns, width, height).permute(0, 2, 3, 1)
        return coarse, middle, fine, self.tagger(torch.cat((line, now), 2))


class Decoder(nn.Module):
    """From the encoder's map and a code to a mask a band and frame."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c = WIDTHS
        self.code = nn.Sequential(nn.Linear(CODE, 192), nn.SiLU(), nn.Linear(192, 192), nn.SiLU())
        self.blocks = nn.ModuleList(
            [Block(c, c, 1, 192), Block(c, c, 1, 192), Block(c + b, b, 1, 192), Block(b + a, a, 1, 192)]
        )
        self.out = nn.Conv2d(a, 16, 3, 1, 1)

    def forward(self, coarse: Tensor, middle: Tensor, fine: Tensor, code: Tensor) -> Tensor:
        """Return mask logits (N, 128, F)."""
        code = self.code(code)
        x = self.blocks[1](self.blocks[0](coarse, code), code)
        x = self.blocks[2](torch.cat((_doubled(x), middle), 1), code)
        x = self.out(self.blocks[3](torch.cat((_doubled(x), fine), 1), code))
        n, _, height, width = x.shape
        return x.reshape(n, 4, 4, height, width).permute(0, 3, 1, 4, 2).reshape(n, BANDS, width * 4)


def _doubled(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")


class Separator(nn.Module):
    """Encoder, decoder and the codes of the classes.

    Args:
        phrases: (classes, 384) mean MiniLM embedding of each class's phrases.
    """

    phrases: Tensor

    def __init__(self, phrases: Tensor) -> None:
        super().__init__()
        self.register_buffer("phrases", phrases)
        self.project = nn.Linear(phrases.shape[1], CODE)
        self.offset = nn.Parameter(torch.randn(len(phrases), CODE) * 0.3)
        self.encoder = Encoder(len(phrases))
        self.decoder = Decoder()

    def codes(self) -> Tensor:
        """Return the code of every class, (classes, 128)."""
        return self.project(self.phrases * 10) + self.offset
