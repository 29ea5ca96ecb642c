"""Independent programs that judge what the suite writes."""
