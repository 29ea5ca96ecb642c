"""Stems of past separations, kept by what made them, so that other effects need no other separation."""

import hashlib
import json
import logging
import os
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sam_audio.planning import Part, Plan
from shared.media import AudioSource
from shared.prompts import Prompts, Reference, to_json
from shared.registry import Chosen

NOTES = "entry.json"
DRAFT = ".partial-"
STALE_S = 3600.0
log = logging.getLogger("segstudio.stems")


@dataclass(frozen=True)
class StemCache:
    """A folder of stems, bounded in number, size and age. Several jobs may use it at once.

    An entry appears and disappears whole. Its files share their bytes on the disk with the results that they
    came from, where the file system can do that; an entry whose files were changed since is not used.

    Args:
        root: Holds one folder an entry; made when it is needed.
        entries: How many to keep; those used last stay.
        limit_bytes: What they may take together.
        hours: Age after which an entry is removed.
    """

    root: Path
    entries: int = 8
    limit_bytes: int = 4_000_000_000
    hours: float = 24.0

    def take(self, key: str, folder: Path, *, own: bool) -> dict[str, Any] | None:
        """Put the files of an entry into a folder.

        Args:
            key: What `stem_key` returned.
            folder: Where to.
            own: Copy them, as whoever changes files in place must.

        Returns:
            The notes that were put with them; None when there is no such entry, and then no file either.
        """
        home = self.root / key
        done: list[Path] = []
        try:
            entry = json.loads((home / NOTES).read_text("utf8"))
            for name, form in entry["files"].items():
                done.append(folder / name)
                _share(home / name, folder / name, own=own)
                if _form(folder / name) != form:
                    raise ValueError(f"{name} was changed")
            os.utime(home)
            return entry["notes"]
        except (OSError, ValueError, KeyError) as error:
            # An entry that another job is removing, or that was damaged, is as good as none.
            if not isinstance(error, FileNotFoundError):
                log.warning("stems of %s cannot be used again: %s", key, error)
            for path in done:
                path.unlink(missing_ok=True)
            return None

    def put(self, key: str, files: Iterable[Path], notes: dict[str, Any], *, own: bool) -> None:
        """Keep files and notes under a key; when another job was faster, its entry stays.

        A full disk is no error of the separation: nothing is kept then, and the log says so.

        Args:
            key: What `stem_key` returned.
            files: Finished stems.
            notes: What is to be known of them (JSON).
            own: Copy them, because they will be changed in place.
        """
        try:
            with self._draft() as draft:
                forms = {}
                for file in files:
                    _share(file, draft / file.name, own=own)
                    forms[file.name] = _form(draft / file.name)
                (draft / NOTES).write_text(json.dumps({"files": forms, "notes": notes}), "utf8")
                with suppress(OSError):  # not empty: another job has put the same
                    draft.rename(self.root / key)
            self._evict()
        except OSError as error:
            log.warning("stems are not kept for another run: %s", error)

    @contextmanager
    def _draft(self) -> Iterator[Path]:
        draft = self.root / f"{DRAFT}{uuid.uuid4().hex}"
        draft.mkdir(parents=True)
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _evict(self) -> None:
        """Remove what is too much or too old, the longest unused first, and drafts of jobs that died."""
        now, room = time.time(), self.limit_bytes
        found = sorted(self._stamped(), reverse=True)
        drafts = [(stamp, path) for stamp, path in found if path.name.startswith(DRAFT)]
        kept = [(stamp, path) for stamp, path in found if not path.name.startswith(DRAFT)]
        dead = [path for stamp, path in drafts if now - stamp > STALE_S]
        for place, (stamp, path) in enumerate(kept):
            room -= sum(file.stat().st_size for file in path.glob("*") if file.is_file())
            if place >= self.entries or room < 0 or now - stamp > self.hours * 3600:
                dead.append(path)
        for path in dead:
            self._remove(path)

    def _stamped(self) -> Iterator[tuple[float, Path]]:
        for path in self.root.iterdir():
            with suppress(FileNotFoundError):  # another job removed it
                yield path.stat().st_mtime, path

    def _remove(self, path: Path) -> None:
        """Let an entry disappear at once, then delete it."""
        grave = self.root / f"{DRAFT}{uuid.uuid4().hex}"
        with suppress(FileNotFoundError):  # another job removed it
            path.rename(grave)
        shutil.rmtree(grave, ignore_errors=True)


def stem_key(source: AudioSource, made: Plan) -> str | None:
    """Return the key of a separation: the recording, and the plan with its engines.

    Effects, formats and levels have no part in it.

    Args:
        source: The mix.
        made: What `sam_audio.planning.plan` returned.

    Returns:
        A name for a folder; None where a reference is not known by its sha256.
    """
    parts = (*made.targets, *made.removals)
    references = [p for part in parts for p in part.prompts if isinstance(p, Reference)]
    if not all(reference.sha256 for reference in references):
        return None
    what = {
        "sound": [source.content_key, source.sample_rate_hz, source.channels, source.frames],
        "parts": [_part(part) for part in parts],
        "gates": [_json(made.gates), _engine(made.gate)],
        "manner": [made.strength, made.foreground],
    }
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()


def _part(part: Part) -> list[Any]:
    return [part.text, part.slug, part.concept, _engine(part.chosen), _json(part.prompts)]


def _engine(chosen: Chosen | None) -> list[Any]:
    if chosen is None:
        return []
    return [chosen.spec.id, chosen.spec.version, chosen.spec.origin() if chosen.spec.origin else {}]


def _json(prompts: Prompts) -> list[dict[str, Any]]:
    """Return prompts as JSON, references by their content alone."""
    return [{k: v for k, v in item.items() if k != "file"} for item in to_json(prompts)]


def _share(source: Path, goal: Path, *, own: bool) -> None:
    """Make a second name for a file; a copy where that cannot be, or where it must be one."""
    if not own:
        try:
            goal.hardlink_to(source)
            return
        except FileNotFoundError:
            raise
        except OSError:  # another disk, or a file system without links
            pass
    shutil.copyfile(source, goal)
    shutil.copystat(source, goal)


def _form(path: Path) -> list[int]:
    """Return what changes when a file is written to."""
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]
