"""Models that a user may download: what they are, what they weigh, and where they lie on this machine.

Nothing here touches the network (see `shared.hub_download`) or imports more than the standard library.
`models.json` pins each model to one commit of its repository and, where they are known, each file to
its size and sha256. Settings that are respected: HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE, HF_ENDPOINT.
"""

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from shared.errors import WeightsError
from shared.hub_settings import endpoint, repo_folder
from shared.registry import Missing

WEIGHTS = ("model.safetensors", "model.safetensors.index.json")
Layout = Literal["transformers", "demucs", "triposr", "sam-audio", "sam-3d-objects", "sam-3d-body"]
# Files of the layouts that are told by names alone, in the folder or its subfolder "checkpoints".
NAMES: dict[Layout, tuple[str, ...]] = {
    "triposr": ("config.yaml", "model.ckpt"),
    "sam-audio": ("config.json", "checkpoint.pt"),
    "sam-3d-objects": ("pipeline.yaml",),
    "sam-3d-body": ("model.ckpt", "model_config.yaml", "assets/mhr_model.pt"),
}


@dataclass(frozen=True)
class ModelFile:
    """One file of a model; bytes is 0 and sha256 empty where only the revision pins it."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Model:
    """One downloadable model.

    Args:
        id: Name for `segstudio models get`: "sam2.1-tiny".
        title: What a person calls it.
        summary: What it is good for, in a few words.
        repo: Its repository on the hub.
        revision: The commit that is downloaded: 40 hexadecimal digits.
        licence: Licence of the weights, SPDX where there is one.
        gated: Whether its owner must grant access first.
        setting: Environment variable that names a folder (or repository) to use in its place.
        files: What is downloaded.
        layout: What a folder of it holds: "transformers" is config.json with model.safetensors, "demucs"
            is checkpoints (.safetensors or .th), with a .yaml where several make one model; the files of
            the others are in `NAMES`.
        about_bytes: Size to tell where the sizes of the files are pinned by the revision only.
    """

    id: str
    title: str
    summary: str
    repo: str
    revision: str
    licence: str
    gated: bool
    setting: str
    files: tuple[ModelFile, ...]
    layout: Layout = "transformers"
    about_bytes: int = 0

    @property
    def bytes(self) -> int:
        """Size of the download."""
        return self.about_bytes or sum(file.bytes for file in self.files)

    @property
    def page(self) -> str:
        """Address of the model's page on the hub."""
        return f"{endpoint()}/{self.repo}"

    @property
    def offer(self) -> str:
        """One line for a button: "sharper clicks: 156 MB, Apache-2.0"."""
        gated = ", access on request" if self.gated else ""
        return f"{self.summary}: {size_text(self.bytes)}, {self.licence}{gated}"

    @property
    def preload(self) -> str:
        """The line of a Space's `preload_from_hub`: repository, files, commit."""
        return f"{self.repo} {','.join(file.name for file in self.files)} {self.revision}"


def _catalogue() -> dict[str, Model]:
    rows = json.loads(Path(__file__).with_name("models.json").read_text("utf8"))
    files = {row["id"]: tuple(ModelFile(**file) for file in row["files"]) for row in rows}
    return {row["id"]: Model(**{**row, "files": files[row["id"]]}) for row in rows}


MODELS: dict[str, Model] = _catalogue()


def model(name: str) -> Model:
    """Return a model of the catalogue.

    Raises:
        WeightsError: There is none of this name.
    """
    try:
        return MODELS[name]
    except KeyError:
        raise WeightsError(
            f"There is no model {name!r} to download.", f"Choose from {', '.join(MODELS)}."
        ) from None


def size_text(count: int) -> str:
    """Write a number of bytes for people: "12 kB", "156 MB", "3.4 GB"."""
    if count >= 1e9:
        return f"{count / 1e9:.1f} GB"
    return f"{count / 1e6:.0f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def snapshot(name: str) -> Path:
    """Return the folder that the pinned revision has (or will have) in the hub's cache."""
    wanted = model(name)
    return repo_folder(wanted.repo) / "snapshots" / wanted.revision


def folder(name: str) -> Path | None:
    """Return the folder of a downloaded model, or None unless each file is there in full size."""
    home = snapshot(name)
    return home if all(_whole(home / file.name, file.bytes) for file in model(name).files) else None


def _whole(path: Path, count: int) -> bool:
    try:
        return path.stat().st_size == count if count else path.is_file()
    except OSError:
        return False


def locate(name: str, *, own: bool = True) -> Path | Missing:
    """Find a model on this machine: the folder that its setting names, else the download.

    Args:
        name: A name of the catalogue.
        own: Whether the model's setting is looked at.

    Returns:
        The folder, or why there is none and what would change that.
    """
    wanted = model(name)
    if own and (value := os.environ.get(wanted.setting, "").strip()):
        return _named_by_setting(wanted, value)
    return folder(name) or _not_downloaded(wanted, own=own)


def locate_unlisted(wanted: Model) -> Path | Missing:
    """Find a model that the catalogue does not offer: where its setting says, and nowhere else.

    Args:
        wanted: Its repository is one that the user downloads without the suite.

    Returns:
        The folder, or why there is none and what would change that.
    """
    if value := os.environ.get(wanted.setting, "").strip():
        return _named_by_setting(wanted, value)
    access = f"Where {wanted.page} allows your use, run"
    if wanted.gated:
        access = f"Ask for access at {wanted.page}, sign in with `hf auth login`, then run"
    return Missing(
        f"Its weights ({wanted.licence}) are not offered by the suite.",
        f"{access} `hf download {wanted.repo}` and set {wanted.setting}={wanted.repo}, or set it to a folder "
        "that holds the files.",
    )


def _not_downloaded(wanted: Model, *, own: bool) -> Missing:
    reason = f"Its weights ({size_text(wanted.bytes)}, {wanted.licence}) are not on this machine."
    if wanted.gated:
        return Missing(reason, how_to_get_access(wanted), wanted.id)
    or_folder = f", or set {wanted.setting} to a folder that holds them" if own else ""
    return Missing(reason, f"Run `segstudio models get {wanted.id}`{or_folder}.", wanted.id)


def how_to_get_access(wanted: Model) -> str:
    """Say how gated weights are come by."""
    return (
        f"Its owner grants access on request: ask at {wanted.page}, sign in with `hf auth login`, then run "
        f"`segstudio models get {wanted.id}`; or set {wanted.setting} to a folder that holds the files."
    )


def _named_by_setting(wanted: Model, value: str) -> Path | Missing:
    path = Path(value).expanduser()
    if path.exists():
        return _checked_folder(wanted, path)
    if value in MODELS:
        return folder(value) or _not_downloaded(MODELS[value], own=False)
    if value.count("/") == 1 and not value.startswith((".", "/", "~")):
        return _cached_repo(wanted, value)
    reason = f"{wanted.setting} is {value!r}, which is neither a folder nor a model that is known here."
    return Missing(reason, f"Set it to a folder, a repository, or one of {', '.join(MODELS)}.")


def _checked_folder(wanted: Model, path: Path) -> Path | Missing:
    home = path if path.is_dir() else path.parent
    if wanted.layout == "demucs":
        return _checked_checkpoints(wanted, home)
    if wanted.layout in NAMES:
        return _checked_names(wanted, home)
    originals = [path] if path.suffix == ".pt" else sorted(home.glob("*.pt"))
    if path.suffix == ".pt" or (originals and not any((home / name).is_file() for name in WEIGHTS)):
        return Missing(
            f"{originals[0].name} is Meta's own checkpoint, which only Meta's own package reads.",
            f"The suite reads the transformers form: put config.json and {WEIGHTS[0]} of {wanted.repo} "
            f"beside it, or run `segstudio models get {wanted.id}`.",
        )
    if not (home / "config.json").is_file() or not any((home / name).is_file() for name in WEIGHTS):
        return Missing(
            f"{home}, which {wanted.setting} names, holds no config.json with {WEIGHTS[0]}.",
            "Name the folder that holds both.",
        )
    return home


def _checked_checkpoints(wanted: Model, home: Path) -> Path | Missing:
    if checkpoints(home):
        return home
    return Missing(
        f"{home}, which {wanted.setting} names, holds no checkpoint (.safetensors or .th).",
        "Name the folder that holds the checkpoints, and their .yaml where several make one model.",
    )


def _checked_names(wanted: Model, home: Path) -> Path | Missing:
    names = NAMES[wanted.layout]
    for place in (home, home / "checkpoints"):
        if all((place / name).is_file() for name in names):
            return place
    return Missing(
        f"{home}, which {wanted.setting} names, holds no {' with '.join(names)}.",
        f"Name the folder that holds {'both' if len(names) == 2 else 'the files'}.",
    )


def checkpoints(home: Path) -> list[Path]:
    """Return the weights that a folder holds, by name."""
    return sorted(path for path in home.glob("*") if path.suffix in (".safetensors", ".th"))


def _cached_repo(wanted: Model, repo: str) -> Path | Missing:
    for known in MODELS.values():
        if known.repo == repo and (pinned := folder(known.id)):
            return pinned
    home = repo_folder(repo)
    reference = home / "refs" / "main"
    if reference.is_file():
        found = home / "snapshots" / reference.read_text("utf8").strip()
        if not isinstance(_checked_folder(wanted, found), Missing):
            return found
    reason = f"The repository {repo}, which {wanted.setting} names, is not in the hub's cache."
    return Missing(reason, f"Run `hf download {repo}`.")


def pinned_sha256(path: Path) -> str:
    """Return the sha256 that the catalogue pins for a downloaded file; "" where it pins none."""
    for known in MODELS.values():
        if path.parent == snapshot(known.id):
            return next((file.sha256 for file in known.files if file.name == path.name), "")
    return ""


def origin(name: str, *, own: bool = True) -> dict[str, Any]:
    """Say where the weights come from, for a manifest: repository, revision, sha256 of each file.

    Files of a folder that the user named are hashed once a process.
    """
    found, wanted = locate(name, own=own), model(name)
    if isinstance(found, Missing):
        return {}
    for known in MODELS.values():
        if found == snapshot(known.id):
            hashes = {file.name: file.sha256 for file in known.files if file.sha256}
            return {"repo": known.repo, "revision": known.revision, "sha256": hashes}
    files = checkpoints(found)
    return {
        "folder": found.name,
        "setting": wanted.setting,
        "sha256": {file.name: _sha256(file, file.stat().st_mtime_ns) for file in files},
    }


@cache
def _sha256(path: Path, _changed_ns: int) -> str:
    import hashlib

    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
