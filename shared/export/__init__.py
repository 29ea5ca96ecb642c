"""Exporters of image masks, one file each."""
