"""Exporters of stems, one file each."""
