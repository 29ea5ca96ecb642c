"""What `segstudio models` lists and gets: every engine with its tier, licence, size, state and cure."""

from pathlib import Path
from typing import Any

from shared import hub, weights
from shared.errors import WeightsError
from shared.hub_download import download
from shared.progress import Progress
from shared.registry import EngineSpec, engines

PACKAGES = (
    "shared.engines",
    "sam_audio.engines",
    "sam_audio.listeners",
    "sam_3d.engines",
    "sam_body.engines",
)
TITLES = {
    "segment": "Masks of a picture",
    "separate": "Separation of sound",
    "listen": "Naming of sounds",
    "lift": "Lifting to a mesh",
    "estimate": "People as rigged bodies",
}
_COLUMNS = ("id", "tier", "state", "size", "licence", "title")


def rows() -> list[dict[str, Any]]:
    """Return one JSON object an engine, by task and then official, open, embedded.

    Keys: id, task, tier, title, summary, licence, version, default, size, bytes, state ("ready" or
    "missing"), and, when missing, reason, cure and download (the name for `segstudio models get`, or "").
    """
    return [_row(spec) for package in PACKAGES for spec in engines(package)]


def _row(spec: EngineSpec) -> dict[str, Any]:
    missing, count = spec.missing(), _bytes(spec)
    row = {
        "id": spec.id,
        "task": spec.task,
        "tier": spec.tier,
        "title": spec.title,
        "summary": spec.summary,
        "licence": spec.licence,
        "version": spec.version,
        "default": spec.default,
        "bytes": count,
        "size": hub.size_text(count) if count else "",
        "state": "missing" if missing else "ready",
    }
    if missing:
        row |= {"reason": missing.reason, "cure": missing.cure, "download": missing.download}
    return row


def _bytes(spec: EngineSpec) -> int:
    """Return the size of an engine's weights: shipped with the suite, or downloaded."""
    if spec.model:
        return hub.model(spec.model).bytes
    known = weights.table()
    return sum(known[name].bytes for name in spec.weights if name in known)


def as_text(listed: list[dict[str, Any]]) -> str:
    """Lay the rows out for a terminal: a table a task, and under each missing engine why and the cure."""
    width = {name: max([len(str(row[name])) for row in listed] + [len(name)]) for name in _COLUMNS}
    lines: list[str] = []
    for task, title in TITLES.items():
        chosen = [row for row in listed if row["task"] == task]
        if not chosen:
            continue
        lines += ["", title, "  " + "  ".join(f"{name.upper():<{width[name]}}" for name in _COLUMNS).rstrip()]
        for row in chosen:
            lines.append("  " + "  ".join(f"{row[name]:<{width[name]}}" for name in _COLUMNS).rstrip())
            if row["state"] == "missing":
                lines.append(f"      {row['reason']} {row['cure']}".rstrip())
    lines += ["", "--engine auto takes official, then open, then embedded, of those that are ready."]
    offers = [row["download"] for row in listed if row.get("download")]
    lines += [f"segstudio models get {name:<16}  {hub.model(name).offer}" for name in dict.fromkeys(offers)]
    return "\n".join(lines).lstrip("\n")


def model_name(name: str) -> str:
    """Return the name of a downloadable model, given it or the id of an engine that runs on it.

    Raises:
        WeightsError: There is nothing of that name to download; says what there is.
    """
    if name in hub.MODELS:
        return name
    by_id = {spec.id: spec for package in PACKAGES for spec in engines(package)}
    if name in by_id and by_id[name].model:
        return by_id[name].model
    models = hub.MODELS.values()
    offers = "; ".join(f"{model.id} ({model.summary}: {hub.size_text(model.bytes)})" for model in models)
    if name in by_id:
        missing = by_id[name].missing()
        why = f"{missing.reason} {missing.cure}" if missing else "It is ready: its weights are shipped."
        raise WeightsError(f"There is nothing to download for {name}. {why}", f"To get: {offers}.")
    asked = f"There is no model {name!r} to download." if name else "Name the model to download."
    raise WeightsError(asked, f"Choose from {offers}.")


def offer(name: str) -> str:
    """Say what a download brings, before it starts: title, size, licence, pinned revision, where to.

    Raises:
        WeightsError: There is nothing of that name to download.
    """
    model = hub.model(model_name(name))
    return (
        f"{model.title}\n  {model.offer}\n  {model.page} at revision {model.revision[:12]}\n"
        f"  into {hub.snapshot(model.id)}"
    )


def get(name: str, progress: Progress | None = None) -> Path:
    """Download a model, or take an interrupted download up again; returns its folder.

    Raises:
        WeightsError: Unknown, offline, access not granted, disk full, interrupted or altered.
    """
    return download(hub.model(model_name(name)), progress or Progress())
