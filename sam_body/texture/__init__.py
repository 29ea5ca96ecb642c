"""Paint a body from its photo."""
