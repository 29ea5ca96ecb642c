"""The shapes that a mask can be lifted to, one file each."""
