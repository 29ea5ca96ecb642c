"""The form of a task: what it takes, what it can write, and how it runs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from apps.recipes import Recipe
from shared.chain import Chain, parse_chain
from shared.discovery import declared
from shared.errors import ExportError, InputError
from shared.exporting import unwritable
from shared.params import build
from shared.progress import Progress
from shared.registry import Chosen, Missing

# The flag, and its help, that adds a step of this kind on the command line.
STEP_FLAGS = {
    "EFFECTS": ("--effect", "effect on the target, see `segstudio effects`; repeat for several"),
    "OPS": ("--op", "operation on the mesh, see `segstudio effects`; repeat for several"),
}


@dataclass(frozen=True)
class Work:
    """One run, handed to its task.

    Args:
        recipe: What was asked.
        options: The task's options, checked.
        media: `Image`, `AudioSource`, `Album` or `Footage`, checked against the prompts.
        formats: File formats to write, checked, without dots.
        chain: Steps for the result, checked; empty when none were given.
        folder: Empty folder to write into; moved to its final place on success.
        progress: Where to report and when to stop.
        kept: Folder for what later runs may take from this one; None keeps nothing.
    """

    recipe: Recipe
    options: Any
    media: Any
    formats: tuple[str, ...]
    chain: Chain[Any]
    folder: Path
    progress: Progress
    kept: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """What a task tells besides the files it wrote.

    Args:
        engines: Each engine that took part, and why it was chosen.
        warnings: Sentences a user should read.
        facts: Numbers and names about the result (JSON).
        download_names: What files are called where they are taken home, where that is not their own name.
    """

    engines: tuple[Chosen, ...]
    warnings: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    download_names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TaskKind:
    """One task of the studio.

    Args:
        name: As in a recipe: "separate".
        command: As on the command line: ("audio", "separate").
        title: What a person calls it.
        media: What it takes.
        engines: Folders of the engines that can do it, the main one first.
        options: Declaration (frozen dataclass) of its options.
        formats: Formats it can write, without dots.
        default_formats: Those written when none are named.
        run: Does the work.
        chain: Folder and tuple name of the steps it takes, such as ("sam_audio.effects", "EFFECTS").
        least_photos: How many photos it wants, where it takes several.
        exports: Folder of its exporters, where some need what may not be installed.
    """

    name: str
    command: tuple[str, str]
    title: str
    media: Literal["sound", "picture", "photos", "video"]
    engines: tuple[str, ...]
    options: type
    formats: tuple[str, ...]
    default_formats: tuple[str, ...]
    run: Callable[[Work], Outcome]
    chain: tuple[str, str] | None = None
    least_photos: int = 3
    exports: str = ""

    def chosen_formats(self, formats: tuple[str, ...]) -> tuple[str, ...]:
        """Check format names (with or without a dot); the usual ones when none are given.

        Raises:
            InputError: A format that this task cannot write.
            ExportError: A format that cannot be written on this machine; says how it could.
        """
        names = tuple(dict.fromkeys(f.lower().lstrip(".") for f in formats if f.strip()))
        if wrong := [name for name in names if name not in self.formats]:
            raise InputError(
                f"{self.title} cannot write {', '.join(wrong)}.", f"Choose from {', '.join(self.formats)}."
            )
        for name, missing in self.unwritable(names).items():
            raise ExportError(f"{name.upper()} cannot be written here: {missing.reason}", missing.cure)
        return names or self.default_formats

    def unwritable(self, formats: tuple[str, ...]) -> dict[str, Missing]:
        """Return those of some formats that cannot be written on this machine, and why."""
        return unwritable(self.exports, formats) if self.exports else {}

    def checked_options(self, values: dict[str, Any]) -> Any:
        """Return the options as their declaration.

        Raises:
            InputError: An unknown option or a value out of range.
        """
        return build(self.options, values, owner=self.name)

    def checked_chain(self, items: tuple[dict[str, Any], ...]) -> Chain[Any]:
        """Return the steps as a chain.

        Raises:
            InputError: This task takes no steps, or one is unknown or has a wrong parameter.
        """
        if not self.chain:
            return parse_chain(list(items), ())
        folder, name = self.chain
        return parse_chain(list(items), declared(folder, name), what=name.lower().rstrip("s"))


def tasks() -> dict[str, TaskKind]:
    """Return all tasks by name."""
    kinds: tuple[TaskKind, ...] = declared("apps.tasks", "TASKS")
    return {kind.name: kind for kind in kinds}


def task(name: str) -> TaskKind:
    """Return one task.

    Raises:
        InputError: There is no such task.
    """
    known = tasks()
    if name not in known:
        raise InputError(f"There is no task {name!r}.", f"Choose from {', '.join(known)}.")
    return known[name]
