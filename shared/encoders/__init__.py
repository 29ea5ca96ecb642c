"""Encoders: turn media into what engines compute on, once a medium."""
