"""How estimated bodies look: details, clothes, texture, and privacy."""
