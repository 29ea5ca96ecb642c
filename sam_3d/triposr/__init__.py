"""TripoSR: a transformer that turns one picture into three feature planes, and these into a solid."""
