"""Lifting engines, one file each."""
