"""The hub's own settings, read when they are needed: its address, its cache, and whether it may be called."""

import os
from pathlib import Path

PUBLIC = "https://huggingface.co"
_TRUE = {"1", "ON", "YES", "TRUE"}
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")


def endpoint() -> str:
    """Return the address of the hub: HF_ENDPOINT, else the public one."""
    return (os.environ.get("HF_ENDPOINT") or PUBLIC).rstrip("/")


def offline() -> bool:
    """Whether a setting forbids the network (HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE)."""
    return any(os.environ.get(name, "").upper() in _TRUE for name in _OFFLINE)


def cache_folder() -> Path:
    """Return the folder of the hub's cache, shared with every other program that uses it."""
    if folder := os.environ.get("HF_HUB_CACHE"):
        return Path(folder).expanduser()
    home = os.environ.get("HF_HOME")
    default = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface"
    return (Path(home) if home else default).expanduser() / "hub"


def repo_folder(repo: str) -> Path:
    """Return where the hub's cache keeps a repository."""
    return cache_folder() / f"models--{repo.replace('/', '--')}"
