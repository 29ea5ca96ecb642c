"""A folder with a very small CLAP of random weights, in the form of the released ones."""

import json
from pathlib import Path
from typing import Any

WORDS = "this is a sound of speech dog rain barking drums birds singing wind"


def save(folder: Path, seed: int = 0) -> Path:
    """Write model, tokenizer and configuration of the features; returns the folder."""
    import torch
    from tokenizers import ByteLevelBPETokenizer
    from transformers import (
        ClapAudioConfig,
        ClapConfig,
        ClapFeatureExtractor,
        ClapModel,
        ClapProcessor,
        ClapTextConfig,
        RobertaTokenizer,
    )
    from transformers.utils import logging

    logging.disable_progress_bar()
    made = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    made.train_from_iterator([WORDS], vocab_size=300, special_tokens=special, show_progress=False)
    made.save_model(str(folder))
    vocab: Any = str(folder / "vocab.json")
    tokenizer = RobertaTokenizer(vocab=vocab, merges=str(folder / "merges.txt"))
    audio = ClapAudioConfig(
        window_size=4,
        num_mel_bins=8,
        spec_size=32,
        patch_size=4,
        patch_stride=[4, 4],
        depths=[1, 1],
        num_attention_heads=[2, 2],
        patch_embeds_hidden_size=16,
        hidden_size=32,
        num_classes=4,
    )
    text = ClapTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=90,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        config = ClapConfig(text_config=text.to_dict(), audio_config=audio.to_dict(), projection_dim=16)
        model = ClapModel(config).eval()
    # Coarser frames than the real ones, so that the small picture holds ten seconds.
    features = ClapFeatureExtractor(
        feature_size=8, hop_length=4800, truncation="rand_trunc", padding="repeatpad"
    )
    ClapProcessor(features, tokenizer).save_pretrained(folder)
    model.save_pretrained(folder)
    logging.enable_progress_bar()
    return folder


def drop_a_tensor(folder: Path) -> str:
    """Take one tensor out of the weights; returns its name."""
    from safetensors.torch import load_file, save_file

    path = folder / "model.safetensors"
    state = load_file(path)
    name = sorted(state)[0]
    del state[name]
    save_file(state, path, {"format": "pt"})
    json.loads((folder / "config.json").read_text("utf8"))
    return name
