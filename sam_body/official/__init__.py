"""Meta's SAM 3D Body, run in the Python environment where it is installed."""
