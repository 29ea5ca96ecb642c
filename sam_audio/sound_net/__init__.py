"""The suite's own net for everyday sounds and instruments: names, spectra, masks."""
