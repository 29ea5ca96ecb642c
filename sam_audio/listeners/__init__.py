"""Engines that say what is in a sound."""
