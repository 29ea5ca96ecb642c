"""Soft edges: how much of each pixel belongs to the object, and which colour that part has."""
