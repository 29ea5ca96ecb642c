"""Widen a body to the outline of its clothes and hair."""
