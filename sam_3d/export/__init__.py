"""Exporters of meshes, one file each."""
