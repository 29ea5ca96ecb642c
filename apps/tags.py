"""What `segstudio audio tags` tells: the sounds in a recording, how sure, and where."""

from collections.abc import Sequence
from typing import Any

from sam_audio.listening import Heard, listen
from shared.loading import load_audio
from shared.progress import Progress


def heard(path: str, names: Sequence[str], engine: str, progress: Progress) -> Heard:
    """Listen to a file.

    Args:
        path: A sound file.
        names: Sounds to look for; the engine's own list when empty.
        engine: "auto" or an engine id.
        progress: Where to report and when to stop.

    Raises:
        InputError: The file cannot be read.
        EngineUnavailable: Nothing on this machine names sounds, or the named engine cannot run.
    """
    source: Any = load_audio(path)
    return listen(source, names=names, engine=engine, progress=progress)


def as_text(told: Heard) -> str:
    """Lay out for a terminal: a line a sound with score, name and the times at which it was heard."""
    lines = [f"{told.chosen.spec.title} [{told.chosen.spec.tier}]: {told.chosen.why}"]
    width = max((len(tag.name) for tag in told.tags), default=0)
    for tag in told.tags:
        times = ", ".join(f"{start_s:.1f}-{end_s:.1f}" for start_s, end_s in tag.spans)
        lines.append(f"{tag.score:5.2f}  {tag.name:<{width}}  {times} s")
    if not told.tags:
        lines.append("nothing of what was looked for")
    return "\n".join([*lines, f"score: {told.meaning}"])
