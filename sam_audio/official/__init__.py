"""Meta's SAM Audio, run in the Python environment where it is installed."""
