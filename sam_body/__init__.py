"""Estimate people in a photo as posed, rigged bodies, and export them."""
