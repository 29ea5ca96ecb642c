"""Sentence embeddings of short texts: MiniLM-L6 in numpy, from shipped int8 weights.

The model is sentence-transformers' all-MiniLM-L6-v2: six BERT layers of width 384, mean of the word
pieces, length one. The cosine of two embeddings says how alike two phrases are in meaning.
"""

import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared import weights

HEADS = 12
LAYERS = 6
MAX_TOKENS = 128
LAYER_NORM_FLOOR = 1e-12  # config.json: layer_norm_eps
Array = NDArray[np.float32]


class TextEncoder:
    """Load the weights once; `encode` may be called from several threads."""

    def __init__(self) -> None:
        from tokenizers import Tokenizer

        self._tokenizer: Any = Tokenizer.from_file(str(weights.path("minilm_tokenizer.json")))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        with np.load(weights.path("minilm.npz")) as stored:
            raw = {name: stored[name] for name in stored.files}
        self._words, self._word_scales = raw.pop("words.matrix"), raw.pop("words.scale")
        self._arrays: dict[str, Array] = {}
        for name, array in raw.items():
            if name.endswith(".matrix"):
                scale = raw[name.replace(".matrix", ".scale")]
                self._arrays[name] = np.ascontiguousarray((array * scale).T)
            elif not name.endswith(".scale"):
                self._arrays[name] = array

    def encode(self, texts: Sequence[str]) -> Array:
        """Return one embedding a text.

        Args:
            texts: Short phrases; beyond 128 word pieces the rest is not read.

        Returns:
            (N, 384) float32, each row of length one.
        """
        pieces = [self._tokenizer.encode(text).ids for text in texts]
        found = np.zeros((len(pieces), self._words.shape[1]), np.float32)
        for length in sorted({len(ids) for ids in pieces}):
            same = [row for row, ids in enumerate(pieces) if len(ids) == length]
            found[same] = self._embedded(np.array([pieces[row] for row in same]))
        return found

    def _embedded(self, ids: NDArray[np.int64]) -> Array:
        """Embed (N, T) word pieces."""
        words = self._words[ids] * self._word_scales[ids]
        x = self._normalised(words + self._arrays["places"][: ids.shape[1]], "start")
        for layer in range(LAYERS):
            name = f"layer{layer}"
            x = self._normalised(x + self._linear(self._attended(x, name), f"{name}.mix"), f"{name}.mixed")
            wide = _gelu(self._linear(x, f"{name}.widen"))
            x = self._normalised(x + self._linear(wide, f"{name}.narrow"), f"{name}.narrowed")
        mean = x.mean(1)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)

    def _attended(self, x: Array, name: str) -> Array:
        """Multi-head self-attention of (N, T, 384)."""
        count, tokens, width = x.shape
        look = self._linear(x, f"{name}.look").reshape(count, tokens, 3, HEADS, width // HEADS)
        query, key, value = look.transpose(2, 0, 3, 1, 4)
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(width // HEADS))
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        return (shares @ value).transpose(0, 2, 1, 3).reshape(count, tokens, width)

    def _linear(self, x: Array, name: str) -> Array:
        return x @ self._arrays[f"{name}.matrix"] + self._arrays[f"{name}.bias"]

    def _normalised(self, x: Array, name: str) -> Array:
        centred = x - x.mean(-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(-1, keepdims=True) + LAYER_NORM_FLOOR)
        return centred / spread * self._arrays[f"{name}.factor"] + self._arrays[f"{name}.shift"]


def _gelu(x: Array) -> Array:
    """Gaussian error linear unit, exact form (Hendrycks and Gimpel, arXiv 1606.08415)."""
    from scipy.special import erf

    return x * (0.5 + 0.5 * erf(x * np.float32(np.sqrt(0.5))))


_loading = threading.Lock()


def text_encoder() -> TextEncoder:
    """Return the encoder, loaded once a process.

    Raises:
        WeightsError: The shipped weights are missing or altered.
    """
    with _loading:
        return _encoder()


@cache
def _encoder() -> TextEncoder:
    return TextEncoder()
