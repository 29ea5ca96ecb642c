"""Body engines, one file each."""
