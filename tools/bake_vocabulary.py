"""Make `shared/weights/audio_vocabulary.npz`: the embeddings of the words in `sam_audio/vocabulary.py`.

    python tools/bake_vocabulary.py

The router compares prompts with these; phrases that are not in the file are embedded when first needed, so
run this again after the vocabulary has changed.
"""

import sys
from pathlib import Path

import numpy as np
from onnx_files import WEIGHTS, publish

sys.path.insert(0, str(Path(__file__).parents[1]))

from sam_audio.router import BAKED, anchor_phrases
from shared.encoders.text import text_encoder


def main() -> None:
    """Embed, store as int8 with a scale a row, and publish."""
    phrases = sorted({phrase for listed in anchor_phrases().values() for phrase in listed})
    vectors = text_encoder().encode(phrases)
    scale = np.abs(vectors).max(1, keepdims=True) / 127
    file = WEIGHTS / BAKED
    np.savez_compressed(
        file, phrases=np.array(phrases), scale=scale, vectors=np.round(vectors / scale).astype(np.int8)
    )
    publish(
        file,
        title="MiniLM embeddings of the audio vocabulary, int8 per row",
        source="sam_audio/vocabulary.py through shared/encoders/text.py",
        licence="Apache-2.0 (this project)",
        made_by="tools/bake_vocabulary.py",
    )


if __name__ == "__main__":
    main()
