"""Train the net that tells the graph cut what clicks mean, on freely licensed photos with true masks."""
