"""From a mask to a closed, textured surface: outline, height field, surface, texture. Plain arrays only."""
