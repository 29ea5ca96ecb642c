"""Effects on sound, one file each."""
