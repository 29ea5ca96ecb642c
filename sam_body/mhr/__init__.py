"""MHR, Meta's Momentum Human Rig, as a second body where its file is given."""
