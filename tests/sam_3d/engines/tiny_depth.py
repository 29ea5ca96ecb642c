"""Tiny random depth networks in the form in which the hub holds the real ones."""

from pathlib import Path
from typing import Any


def save_depth_anything(folder: Path) -> Path:
    """Save a random Depth Anything V2 for pictures of 70 pixels."""
    import torch
    from transformers import (
        DepthAnythingConfig,
        DepthAnythingForDepthEstimation,
        Dinov2Config,
        DPTImageProcessor,
    )

    backbone = Dinov2Config(
        hidden_size=16,
        num_hidden_layers=4,
        num_attention_heads=2,
        image_size=70,
        out_indices=[1, 2, 3, 4],
        apply_layernorm=True,
        reshape_hidden_states=False,
    )
    config = DepthAnythingConfig(
        backbone_config=backbone,
        reassemble_hidden_size=16,
        neck_hidden_sizes=[8, 8, 8, 8],
        fusion_hidden_size=8,
        head_hidden_size=4,
    )
    torch.manual_seed(3)
    processor = DPTImageProcessor(
        size={"height": 70, "width": 70}, keep_aspect_ratio=True, ensure_multiple_of=14
    )
    return _saved(DepthAnythingForDepthEstimation(config), processor, folder)


def save_depth_pro(folder: Path) -> Path:
    """Save a random Depth Pro for pictures of 64 pixels, which tells the field of view."""
    import torch
    from transformers import DepthProConfig, DepthProForDepthEstimation, DepthProImageProcessor

    part = {
        "model_type": "dinov2",
        "num_hidden_layers": 4,
        "hidden_size": 8,
        "intermediate_size": 16,
        "num_attention_heads": 2,
        "layerscale_value": 1.0,
        "image_size": 16,
        "patch_size": 8,
    }
    config = DepthProConfig(
        image_model_config=part,
        patch_model_config=part,
        fov_model_config=part,
        patch_size=16,
        fusion_hidden_size=8,
        intermediate_hook_ids=[1, 0],
        intermediate_feature_dims=[8, 8],
        scaled_images_ratios=[0.5, 1.0],
        scaled_images_overlap_ratios=[0.0, 0.25],
        scaled_images_feature_dims=[8, 8],
        num_fov_head_layers=1,
        use_fov_model=True,
    )
    torch.manual_seed(4)
    processor = DepthProImageProcessor(size={"height": 32, "width": 32})
    return _saved(DepthProForDepthEstimation(config), processor, folder)


def _saved(model: Any, processor: Any, folder: Path) -> Path:
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder
