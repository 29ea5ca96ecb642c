"""Exporters of bodies, one file each."""
