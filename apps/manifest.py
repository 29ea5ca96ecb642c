"""What each result folder says about itself: `manifest.json`."""

import hashlib
import json
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from apps.recipes import Recipe
from apps.task import Outcome
from shared import weights
from shared.progress import Progress
from shared.prompts import FILED
from shared.registry import Chosen

NAME = "manifest.json"
READ_BYTES = 1 << 22


def suite_version() -> str:
    """Return the version of the installed distribution, or "source" when it is not installed."""
    try:
        return version("segment-studio")
    except PackageNotFoundError:
        return "source"


def sha256_of(path: Path, progress: Progress | None = None) -> str:
    """Return the sha256 (hex) of a file; it may be gigabytes, so `progress` can stop it.

    Of a folder, that of the names and hashes of the files in it.
    """
    digest, progress = hashlib.sha256(), progress or Progress()
    if path.is_dir():
        for file in sorted(f for f in path.iterdir() if f.is_file()):
            digest.update(f"{file.name}\0{sha256_of(file, progress)}\n".encode())
        return digest.hexdigest()
    with path.open("rb", buffering=0) as stream:
        while data := stream.read(READ_BYTES):
            progress.check()
            digest.update(data)
    return digest.hexdigest()


def describe(
    recipe: Recipe, outcome: Outcome, folder: Path, seconds: float, progress: Progress | None = None
) -> dict[str, Any]:
    """Return the manifest of the files in `folder`.

    Args:
        recipe: What was run, with the sha256 of its input.
        outcome: What the task told.
        folder: Holds the finished files.
        seconds: How long the run took.
        progress: When to stop.
    """
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != NAME)
    files = [path for path in files if not path.name.startswith(".")]  # the suite's own notes
    return {
        "suite": {"name": "segment-studio", "version": suite_version()},
        "recipe": recipe.to_json(),
        "engines": [_engine(chosen) for chosen in outcome.engines],
        "seconds": round(seconds, 3),
        "warnings": list(outcome.warnings),
        "facts": outcome.facts,
        "files": [_file(path, outcome.download_names, progress) for path in files],
    }


def _file(path: Path, download_names: dict[str, str], progress: Progress | None) -> dict[str, Any]:
    told = {"name": path.name, "bytes": path.stat().st_size, "sha256": sha256_of(path, progress)}
    other = download_names.get(path.name)
    return {**told, "download_name": other} if other else told


def download_names(manifest: dict[str, Any]) -> dict[str, str]:
    """Return what each file of a result is called where it is taken home."""
    return {item["name"]: item.get("download_name", item["name"]) for item in manifest["files"]}


def write(manifest: dict[str, Any], folder: Path) -> None:
    """Write the manifest into its folder."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / NAME).write_text(text + "\n", "utf8")


def anonymous(recipe: Recipe) -> Recipe:
    """Return the recipe with file names in place of paths (for shared servers)."""
    prompts = (
        replace(prompt, file=Path(prompt.file).name) if isinstance(prompt, FILED) else prompt
        for prompt in recipe.prompts
    )
    return replace(recipe, input=Path(recipe.input).name, prompts=tuple(prompts))


def _engine(chosen: Chosen) -> dict[str, Any]:
    spec = chosen.spec
    return {
        "id": spec.id,
        "title": spec.title,
        "tier": spec.tier,
        "version": spec.version,
        "licence": spec.licence,
        "why": chosen.why,
        "weights": {name: _sha256_of_weights(name) for name in spec.weights},
        **({"origin": spec.origin()} if spec.origin else {}),
    }


def _sha256_of_weights(name: str) -> str:
    known = weights.table()
    return known[name].sha256 if name in known else "see the engine's own record"
