"""Separate sound by prompt: stems, effects, remix, export."""
