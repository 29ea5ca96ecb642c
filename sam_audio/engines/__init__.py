"""Separation engines, one file each."""
