"""People in a video: followed, fitted with one shape each, smoothed, and set on their feet."""
