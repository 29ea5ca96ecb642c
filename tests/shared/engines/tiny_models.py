"""Tiny random checkpoints in the form in which the hub holds the real ones.

The hub's SAM 2.1 and SAM 3 repositories hold the *video* models' weights under their raw names, which
the picture models of transformers read in part. (`save_pretrained` of `Sam3VideoModel` writes other,
doubled names in transformers 5.23, so the raw `state_dict` is saved.)
"""

import json
from pathlib import Path
from typing import Any

SIZE = 128  # of the tiny SAM 2.1's input; a power of two as in the real one
SIZE3 = 224  # of the tiny SAM 3's


def save_sam2(folder: Path) -> Path:
    """Save a random SAM 2.1 of 0.3 M parameters."""
    import torch
    from transformers import Sam2ImageProcessor, Sam2Processor, Sam2VideoConfig, Sam2VideoModel

    backbone = {
        "model_type": "sam2_hiera_det_model",
        "hidden_size": 8,
        "num_attention_heads": 1,
        "image_size": [SIZE, SIZE],
        "blocks_per_stage": [1, 1, 2, 1],
        "embed_dim_per_stage": [8, 16, 32, 64],
        "num_attention_heads_per_stage": [1, 1, 2, 2],
        "window_size_per_stage": [8, 4, 4, 4],
        "global_attention_blocks": [3],
        "window_positional_embedding_background_size": [4, 4],
    }
    vision = {
        "model_type": "sam2_vision_model",
        "fpn_hidden_size": 32,
        "backbone_channel_list": [64, 32, 16, 8],
        "backbone_feature_sizes": [[32, 32], [16, 16], [8, 8]],
        "backbone_config": backbone,
    }
    config = Sam2VideoConfig(
        vision_config=vision,
        image_size=SIZE,
        prompt_encoder_config={
            "hidden_size": 32,
            "image_size": SIZE,
            "patch_size": 16,
            "mask_input_channels": 8,
        },
        mask_decoder_config=_decoder(32, 32),
        memory_encoder_output_channels=16,
        memory_attention_rope_feat_sizes=[8, 8],
        **_memory(32, 32),
    )
    torch.manual_seed(5)
    model = Sam2VideoModel(config)
    _spread(model)
    _save_raw(model, config, folder)
    image_processor = Sam2ImageProcessor(
        size={"height": SIZE, "width": SIZE}, mask_size={"height": 32, "width": 32}
    )
    Sam2Processor(image_processor).save_pretrained(folder)
    return folder


def save_sam3(folder: Path) -> Path:
    """Save a random SAM 3 of about 3 M parameters, with a byte-level tokenizer."""
    import torch
    from transformers import Sam3VideoConfig, Sam3VideoModel

    vision = {
        "model_type": "sam3_vision_model",
        "fpn_hidden_size": 128,
        "backbone_feature_sizes": [[64, 64], [32, 32], [16, 16]],
        "backbone_config": {
            "model_type": "sam3_vit_model",
            "hidden_size": 128,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": SIZE3,
            "patch_size": 14,
            "window_size": 4,
            "global_attn_indexes": [1],
            "pretrain_image_size": SIZE3,
        },
    }
    config = Sam3VideoConfig(
        detector_config={"model_type": "sam3", **_detector(vision)},
        tracker_config=_tracker(vision),
        low_res_mask_size=64,
    )
    torch.manual_seed(6)
    model = Sam3VideoModel(config)
    torch.nn.init.normal_(model.tracker_model.no_memory_embedding)
    _spread(model.tracker_model)
    _save_raw(model, config, folder)
    _save_sam3_processor(folder)
    return folder


def _detector(vision: dict[str, Any]) -> dict[str, Any]:
    small = {"hidden_size": 128, "num_attention_heads": 2}
    text = {
        "model_type": "clip_text_model",
        "vocab_size": 300,
        "hidden_size": 128,
        "intermediate_size": 64,
        "projection_dim": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_position_embeddings": 32,
        "bos_token_id": 257,
        "eos_token_id": 256,
        "pad_token_id": 256,
    }
    return {
        "vision_config": vision,
        "text_config": text,
        "geometry_encoder_config": {**small, "num_layers": 1, "intermediate_size": 64},
        "detr_encoder_config": {**small, "num_layers": 1, "intermediate_size": 64},
        "detr_decoder_config": {**small, "num_layers": 2, "num_queries": 10, "intermediate_size": 64},
        "mask_decoder_config": {**small, "num_upsampling_stages": 3},
    }


def _tracker(vision: dict[str, Any]) -> dict[str, Any]:
    return {
        "model_type": "sam3_tracker_video",
        "vision_config": vision,
        "image_size": SIZE3,
        "prompt_encoder_config": {
            "hidden_size": 128,
            "image_size": SIZE3,
            "patch_size": 14,
            "mask_input_channels": 16,
        },
        "mask_decoder_config": _decoder(128, 64),
        "memory_encoder_output_channels": 64,
        "memory_attention_rope_feat_sizes": [16, 16],
        **_memory(128, 64),
    }


def _decoder(hidden: int, inner: int) -> dict[str, Any]:
    return {
        "hidden_size": hidden,
        "mlp_dim": inner,
        "num_attention_heads": 2,
        "num_hidden_layers": 2,
        "iou_head_hidden_dim": hidden,
    }


def _memory(hidden: int, inner: int) -> dict[str, Any]:
    return {
        "memory_attention_hidden_size": hidden,
        "memory_attention_num_layers": 1,
        "memory_attention_num_attention_heads": 1,
        "memory_attention_feed_forward_hidden_size": inner,
        "memory_encoder_hidden_size": hidden,
        "mask_downsampler_embed_dim": hidden,
        "memory_fuser_embed_dim": hidden,
        "memory_fuser_intermediate_dim": inner,
    }


def _spread(model: Any) -> None:
    """Enlarge the decoder's random weights, so that masks and scores differ between prompts."""
    for name, weights in model.named_parameters():
        if weights.dim() > 1 and any(part in name for part in ("mask_decoder", "prompt_encoder", "mask_tok")):
            weights.data *= 8


def _save_raw(model: Any, config: Any, folder: Path) -> None:
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: value.contiguous().clone() for name, value in model.state_dict().items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    config.architectures = [type(model).__name__]
    config.save_pretrained(folder)


def _save_sam3_processor(folder: Path) -> None:
    """Save the processor with a byte-level CLIP vocabulary of 258 entries and no merges."""
    from transformers import CLIPTokenizer, Sam3ImageProcessor, Sam3Processor

    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = [chr(b) for b in visible] + [chr(256 + n) for n in range(256 - len(visible))]
    tokens = [*letters[:128], *(f"{letter}</w>" for letter in letters[:128])]
    tokens += ["<|endoftext|>", "<|startoftext|>"]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), "utf8")
    (folder / "merges.txt").write_text("#version: 0.2\n", "utf8")
    tokenizer = CLIPTokenizer.from_pretrained(folder)
    image_processor = Sam3ImageProcessor(
        size={"height": SIZE3, "width": SIZE3}, mask_size={"height": 64, "width": 64}
    )
    Sam3Processor(image_processor, tokenizer).save_pretrained(folder)


def rewrite_weights(
    source: Path, folder: Path, *, rename: dict[str, str] | None = None, drop: str = ""
) -> Path:
    """Copy a model's folder, renaming the start of tensor names or dropping tensors that start so."""
    import shutil

    from safetensors.torch import load_file, save_file

    def renamed(name: str) -> str:
        for old, new in (rename or {}).items():
            if name.startswith(old):
                return new + name.removeprefix(old)
        return name

    shutil.copytree(source, folder)
    tensors = load_file(folder / "model.safetensors")
    kept = {renamed(n): value for n, value in tensors.items() if not drop or not n.startswith(drop)}
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def safetensors_bytes(model: Any) -> int:
    """Return how large the file of a model's raw float32 state would be: length, header, tensors."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, tensor in sorted(model.state_dict().items()):
        start, end = end, end + 4 * tensor.numel()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [start, end]}
    text = len(json.dumps(header, separators=(",", ":")))
    return 8 + -(-text // 8) * 8 + end
