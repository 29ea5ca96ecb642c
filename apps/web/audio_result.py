"""A separation on the page: its stems in the mixer, the recording and the remix to compare with."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from apps.manifest import download_names
from apps.mixes import FINISHED, REMIX, RESIDUAL, WET, stem_files
from apps.runner import Result
from apps.web.mixer import mixer_value, track
from sam_audio.mix_settings import StemSetting
from sam_audio.preview import GAP, LEFT, RIGHT, TOP, WAVE_HEIGHT, WIDTH

ACROSS = LEFT + WIDTH + RIGHT
PLOT = (LEFT / ACROSS, WIDTH / ACROSS, ACROSS / (TOP + WAVE_HEIGHT + GAP / 2))
LABELS = {"target": "Target", RESIDUAL: "Everything else", REMIX: "All with effects"}


def mixer_of(result: Result, run: str) -> dict[str, Any]:
    """Return the mixer's value: the recording, each target, the rest, and what has effects.

    The first target is soloed: it is what was asked for.

    Args:
        result: Of the task "separate".
        run: Id of its job.
    """
    import soundfile

    from sam_audio.balance import loudness_products

    picture = {path.stem: path for path in result.files if path.suffix == ".png"}
    sounds = stem_files(result, others=FINISHED)
    facts = result.manifest["facts"].get("targets", ())
    called = {fact["file"]: fact.get("prompt") or "" for fact in facts}
    rows = [_original(result.manifest["facts"], sounds, picture.get("mix"))]
    saved = download_names(result.manifest)
    for name, path in sounds.items():
        label, role = _label(name, called), "other" if name in FINISHED else "stem"
        rows.append(track(name, label, role, sound=path, picture=picture.get(name), save_as=saved[path.name]))
    form = soundfile.info(next(iter(sounds.values())))
    return mixer_value(
        run,
        rows,
        form=(form.samplerate, form.channels, form.frames),
        plot=PLOT,
        products=loudness_products(list(sounds.values())).tolist(),
        stems={next(iter(sounds)): StemSetting(solo=True)},
    )


def _original(facts: dict[str, Any], sounds: Iterable[str], picture: Path | None) -> dict[str, Any]:
    """Return the row of the sum of all stems: the recording, unless targets were brought to another level."""
    if set(facts.get("gain_db", ())) & {name for name in sounds if name not in FINISHED}:
        return track("original", "All stems", "original", sound=None, picture=None)
    return track("original", "Original", "original", sound=None, picture=picture)


def _label(name: str, called: dict[str, str]) -> str:
    """Return a sound's name for people: the words that asked for it, where there were some."""
    if name == WET:
        only = next(iter(called)) if len(called) == 1 else ""
        return f"{_label(only, called) if only else 'Targets'} with effects"
    words = called.get(name, "").strip() or LABELS.get(name) or name.removeprefix("target_").replace("_", " ")
    return words[:1].upper() + words[1:]
