"""The engine picker: every engine of a task with its tier, and why it can or cannot run here."""

from collections.abc import Iterable
from typing import Any, ClassVar

from apps.web.widget import Widget
from shared.registry import EngineSpec, engines

SUMMARY = "The best engine that is on this machine and understands your prompts. It never downloads anything."


class EnginePicker(Widget):
    """A list of engines, one chosen; its value is an engine id or "auto".

    Events: `input` (another one was chosen), `download` (its data has the `name` of a model to get).

    Args:
        value: Engine id to start with.
        package: Folder of the engines to list, such as "shared.engines".
        label: What the picker is called.
    """

    files: ClassVar[str] = "engines"

    def __init__(
        self, value: str = "auto", *, package: str = "", label: str = "Engine", **settings: Any
    ) -> None:
        settings = {"engines": rows(package) if package else [], **settings}
        super().__init__(value, **{**settings, "package": package, "title": label})
        self.package = package


def rows(package: str) -> list[dict[str, Any]]:
    """Return a row an engine of a folder, "auto" first.

    Args:
        package: Such as "shared.engines".
    """
    specs = engines(package)
    return [_automatic(specs), *(_row(spec) for spec in specs)]


def _automatic(specs: Iterable[EngineSpec]) -> dict[str, Any]:
    best = next((spec for spec in specs if spec.missing() is None), None)
    now = f"Automatic · now {best.title} ({best.tier})" if best else "Automatic · none can run here"
    return {"id": "auto", "title": "Automatic", "tier": "", "summary": SUMMARY, "now": now}


def _row(spec: EngineSpec) -> dict[str, Any]:
    missing = spec.missing()
    return {
        "id": spec.id,
        "title": spec.title,
        "tier": spec.tier,
        "summary": f"{spec.summary} {spec.licence}.",
        "reason": missing.reason if missing else "",
        "cure": missing.cure if missing else "",
        "download": missing.download if missing else "",
        "offer": _offer(missing.download) if missing and missing.download else "",
    }


def _offer(name: str) -> str:
    """Return what the button says; gated weights want an account and have none."""
    from shared import hub

    model = hub.model(name)
    return "" if model.gated else f"Get {model.offer}"
