"""Depth maps: read from files, cleaned under a mask, fitted to the object, and closed by an inflated back."""
