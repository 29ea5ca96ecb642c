"""Jobs: recipes with a state."""
