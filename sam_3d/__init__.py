"""Lift masked objects of a photo to meshes, prepare and export them."""
