"""Tiny random checkpoints of the engines that read any text, in the form in which the hub holds them."""

import json
from pathlib import Path

WORDS = ("red", "cup", "cat", "dog", "sky", "and", "white", "black", "a", "the")


def save_grounding(folder: Path) -> Path:
    """Save a random Grounding DINO of 0.3 M parameters with a vocabulary of ten words."""
    import torch
    from transformers import (
        BertTokenizer,
        GroundingDinoConfig,
        GroundingDinoForObjectDetection,
        GroundingDinoImageProcessor,
        GroundingDinoProcessor,
    )

    folder.mkdir(parents=True, exist_ok=True)
    swin = {
        "model_type": "swin",
        "embed_dim": 16,
        "depths": [1, 1, 1, 1],
        "num_heads": [1, 1, 2, 2],
        "window_size": 4,
        "image_size": 128,
        "out_indices": [2, 3, 4],
    }
    bert = {
        "model_type": "bert",
        "vocab_size": 32,
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
        "max_position_embeddings": 24,
    }
    config = GroundingDinoConfig(
        backbone_config=swin,
        text_config=bert,
        num_queries=12,
        encoder_layers=1,
        decoder_layers=2,
        encoder_ffn_dim=16,
        decoder_ffn_dim=16,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        d_model=32,
        max_text_len=24,
    )
    torch.manual_seed(7)
    model = GroundingDinoForObjectDetection(config)
    model.save_pretrained(folder)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", "?", *WORDS]
    (folder / "vocab.txt").write_text("\n".join(words), "utf8")
    size = {"shortest_edge": 96, "longest_edge": 128}
    tokenizer = BertTokenizer.from_pretrained(folder)
    GroundingDinoProcessor(GroundingDinoImageProcessor(size=size), tokenizer).save_pretrained(folder)
    return folder


def save_clipseg(folder: Path) -> Path:
    """Save a random CLIPSeg of 0.1 M parameters with a byte-level vocabulary of 258 entries."""
    import torch
    from transformers import (
        CLIPSegConfig,
        CLIPSegForImageSegmentation,
        CLIPSegProcessor,
        CLIPTokenizer,
        ViTImageProcessor,
    )

    folder.mkdir(parents=True, exist_ok=True)
    tower = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2}
    text = {"vocab_size": 258, "max_position_embeddings": 16, "bos_token_id": 257, "eos_token_id": 256}
    config = CLIPSegConfig(
        text_config={**tower, **text, "pad_token_id": 256},
        vision_config={**tower, "image_size": 32, "patch_size": 8},
        projection_dim=16,
        reduce_dim=16,
        extract_layers=[0, 1, 2],
        decoder_intermediate_size=32,
        use_complex_transposed_convolution=True,
    )
    torch.manual_seed(8)
    model = CLIPSegForImageSegmentation(config)
    for name, weights in model.named_parameters():
        if "film" in name or "text_projection" in name:
            weights.data *= 20  # so that the answer differs between phrases
    model.save_pretrained(folder)
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = [chr(b) for b in visible] + [chr(256 + n) for n in range(256 - len(visible))]
    tokens = [*letters[:128], *(f"{letter}</w>" for letter in letters[:128])]
    tokens += ["<|endoftext|>", "<|startoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({t: n for n, t in enumerate(tokens)}), "utf8")
    (folder / "merges.txt").write_text("#version: 0.2\n", "utf8")
    image_processor = ViTImageProcessor(size={"height": 64, "width": 64})
    CLIPSegProcessor(image_processor, CLIPTokenizer.from_pretrained(folder)).save_pretrained(folder)
    return folder
