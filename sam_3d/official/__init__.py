"""Meta's SAM 3D Objects, run in the Python environment where it is installed."""
