"""Train the suite's own sound separator: bank of sounds, procedural sounds, trainer, evaluation, export."""
