"""Whether an object prints, what is in the way, and what mends it."""
