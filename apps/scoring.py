"""Score the stems of a result against the words that asked for them (CLAP, a proxy)."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sam_audio.listening import PACKAGE, score_facts
from shared.loading import load_audio
from shared.media import AudioSource
from shared.progress import Progress
from shared.registry import choose, engines

RESIDUAL = "residual"


def check_clap() -> None:
    """Refuse at once, before the long work, when CLAP is not on this machine.

    Raises:
        EngineUnavailable: With what would change that.
    """
    choose(engines(PACKAGE), (), "clap")


def clap_scores(
    mix: AudioSource,
    folder: Path,
    files: Iterable[str],
    targets: Sequence[dict[str, Any]],
    texts: Iterable[str],
    progress: Progress,
) -> dict[str, Any]:
    """Score the files of a separation; see `sam_audio.listening.score_facts`.

    Args:
        mix: What was separated.
        folder: Holds the files.
        files: Their names, each stem in at least one format of sound.
        targets: The stems as the facts tell them, with "prompt" and "file".
        texts: Words that were asked for; stems of other prompts have no words to be scored against.
        progress: Where to report and when to stop.
    """
    sounds: dict[str, Any] = {}
    for name in files:
        if not name.endswith(".png"):
            sounds.setdefault(Path(name).stem, folder / name)
    asked = {fact["file"]: fact["prompt"] for fact in targets if fact["prompt"] in set(texts)}
    stems: dict[str, Any] = {name: (words, load_audio(sounds[name])) for name, words in asked.items()}
    residual: Any = load_audio(sounds[RESIDUAL])
    return score_facts(mix, stems, residual, progress=progress) if stems else {}
