"""Engines that turn prompts into image masks, one file each."""
