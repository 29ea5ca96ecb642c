"""An object from several photos: where the cameras stood, what the outlines leave, and its colours."""
