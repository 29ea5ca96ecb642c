"""Names of files that leave the suite: song, stem and engine, so that they explain themselves anywhere."""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

LONGEST = 60


def download_name(song: str, stem: str, engines: Sequence[str], suffix: str) -> str:
    """Return "<song>_<stem>_<engines>.<suffix>": "my-song_drums_hpss.flac".

    Args:
        song: Name of the recording, without a suffix; left out when empty.
        stem: What is in the file: the prompt's words, "residual", "remix".
        engines: Ids of the engines that made it; may be empty.
        suffix: With the dot.
    """
    parts = (_word(song, ""), _word(stem, "stem"), "+".join(engines))
    return "_".join(part for part in parts if part) + suffix


def _word(text: str, otherwise: str) -> str:
    """Keep letters and digits of any script, dots inside, and hyphens for the rest; no path comes through."""
    kept = re.sub(r"[^\w.]+|_", "-", unicodedata.normalize("NFC", text))
    return kept[:LONGEST].strip("-.") or otherwise


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names, with a number where one came before: "a.wav", "a-2.wav".

    Upper and lower case are the same here, as they are on many disks.
    """
    taken: dict[str, None] = {}
    for name in names:
        start, suffix = Path(name).stem, Path(name).suffix
        candidate, count = name, 2
        while candidate.lower() in {other.lower() for other in taken}:
            candidate, count = f"{start}-{count}{suffix}", count + 1
        taken[candidate] = None
    return tuple(taken)
