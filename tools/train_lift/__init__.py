"""Train the net that lifts a masked photo to front and back depth; see README.md for the order of steps."""
