"""Interactive segmentation without a learned mask net: graph cuts on colour, edges and clicks."""
