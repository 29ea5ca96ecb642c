"""Embed the phrases of the classes: what the net's codes start from."""

import numpy as np
import torch
from torch import Tensor

from sam_audio.sound_names import NAMES
from shared.encoders.text import text_encoder
from tools.train_separator.sources import sounds


def embeddings() -> Tensor:
    """Return the mean MiniLM embedding of each class's phrases, (classes, 384) of length one."""
    rows = []
    for sound in sounds():
        mean = text_encoder().encode(NAMES[sound].phrases).mean(0)
        rows.append(mean / np.linalg.norm(mean))
    return torch.from_numpy(np.stack(rows).astype(np.float32))
