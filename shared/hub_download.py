"""Download a model of the catalogue into the hub's cache, so that it can be stopped and taken up again.

The hub's library does the talking (addresses, tokens, redirects, retries). Its cached download starts
anew after an interruption, so the bytes go through its `http_get` into one partial file a blob, which a
later call resumes; the cache's own layout is then completed by its `hf_hub_download`.
"""

import errno
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.errors import WeightsError
from shared.hub import Model, ModelFile, folder, how_to_get_access, size_text, snapshot
from shared.hub_settings import cache_folder, endpoint, offline, repo_folder
from shared.progress import Progress

SPARE_BYTES = 100_000_000


@dataclass(frozen=True)
class _Part:
    """One file that is still to come: what the catalogue wants and what the hub says of it."""

    file: ModelFile
    url: str
    bytes: int
    etag: str
    blob: Path

    @property
    def partial(self) -> Path:
        return self.blob.with_name(f"{self.blob.name}.segstudio.incomplete")

    @property
    def had(self) -> int:
        """Bytes that an earlier, interrupted call has left."""
        return self.partial.stat().st_size if self.partial.is_file() else 0


def download(wanted: Model, progress: Progress) -> Path:
    """Download what is missing, check each file against its pinned hash, and return the folder.

    A complete download is only checked again. Interrupted or cancelled, it keeps what has come.

    Raises:
        WeightsError: Offline, access not granted, not found, disk full, interrupted or altered.
        Cancelled: The user stopped it.
    """
    progress.step(0.0, f"check {wanted.title}")
    _drop_altered(wanted)
    if folder(wanted.id) is None:
        if offline():
            raise WeightsError(
                f"{wanted.title} is not on this machine, and the offline setting forbids to download it.",
                "Unset HF_HUB_OFFLINE (and TRANSFORMERS_OFFLINE), or set "
                f"{wanted.setting} to a folder that holds the files.",
            )
        with _explained(wanted):
            _fetch_all(wanted, progress)
    home = folder(wanted.id)
    if home is None:
        raise WeightsError(f"The download of {wanted.title} is not complete.", "Run it again; it resumes.")
    progress.step(1.0, f"{wanted.title} is here")
    return home


def _drop_altered(wanted: Model) -> None:
    for file in wanted.files:
        path = snapshot(wanted.id) / file.name
        if path.is_file() and file.sha256 and _sha256(path) != file.sha256:
            path.resolve().unlink(missing_ok=True)
            path.unlink(missing_ok=True)


def _fetch_all(wanted: Model, progress: Progress) -> None:
    parts = [_part(wanted, file) for file in wanted.files if not (snapshot(wanted.id) / file.name).is_file()]
    total = sum(part.bytes for part in parts) or 1
    _check_disk(wanted, sum(max(part.bytes - part.had, 0) for part in parts))
    come = 0
    for part in parts:
        share = progress.within(come / total, (come + part.bytes) / total)
        _fetch(wanted, part, share)
        come += part.bytes


def _part(wanted: Model, file: ModelFile) -> _Part:
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    url = hf_hub_url(wanted.repo, file.name, revision=wanted.revision, endpoint=endpoint())
    told = get_hf_file_metadata(url, endpoint=endpoint())
    if told.commit_hash != wanted.revision or not told.etag or not told.size:
        raise WeightsError(
            f"{endpoint()} does not serve {file.name} of {wanted.repo} at the pinned revision "
            f"{wanted.revision[:7]} (it says {str(told.commit_hash)[:7]}).",
            "Check HF_ENDPOINT.",
        )
    return _Part(file, url, told.size, told.etag, repo_folder(wanted.repo) / "blobs" / told.etag)


def _check_disk(wanted: Model, missing_bytes: int) -> None:
    home = cache_folder()
    there = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free < missing_bytes + SPARE_BYTES:
        raise WeightsError(
            f"{wanted.title} needs {size_text(missing_bytes)} more on the disk of {home}, "
            f"but {size_text(free)} are free.",
            "Free some space, or set HF_HOME to a folder on another disk.",
        )


def _fetch(wanted: Model, part: _Part, progress: Progress) -> None:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.utils import WeakFileLock

    lock = cache_folder() / ".locks" / repo_folder(wanted.repo).name / f"{part.etag}.segstudio.lock"
    for path in (lock, part.blob):
        path.parent.mkdir(parents=True, exist_ok=True)
    with WeakFileLock(lock):
        if not part.blob.exists():
            _fill_up(part, progress)
            _check_content(wanted, part)
            part.partial.replace(part.blob)
    hf_hub_download(
        wanted.repo,
        part.file.name,
        revision=wanted.revision,
        cache_dir=cache_folder(),
        endpoint=endpoint(),
    )


def _fill_up(part: _Part, progress: Progress) -> None:
    """Take the file up again for as long as each connection that breaks has brought some of it."""
    while True:
        had = part.had
        try:
            _fill(part, progress)
            return
        except _http_error():
            if part.had <= had:
                raise


def _fill(part: _Part, progress: Progress) -> None:
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers

    if part.had > part.bytes:
        part.partial.unlink()
    come = part.had
    with part.partial.open("ab") as stream:

        def tell(count: int) -> None:
            nonlocal come
            come += count
            stream.flush()
            stage = f"{part.file.name}: {size_text(come)} of {size_text(part.bytes)}"
            progress.step(come / part.bytes, stage)

        tell(0)
        http_get(
            part.url,
            stream,
            resume_size=come,
            headers=build_hf_headers(),
            expected_size=part.bytes,
            displayed_filename=part.file.name,
            tqdm_class=_teller(tell),
        )


def _teller(tell: Callable[[int], None]) -> Any:
    from huggingface_hub.utils import tqdm

    class Teller(tqdm):
        """The library's progress bar, drawn nowhere: it only passes on how many bytes have come."""

        def __init__(self, *arguments: Any, **named: Any) -> None:
            named.pop("name", None)
            super().__init__(*arguments, **{**named, "disable": True})

        def update(self, n: float | None = 1) -> bool | None:
            tell(int(n or 0))
            return None

    return Teller


def _check_content(wanted: Model, part: _Part) -> None:
    """Compare with the pinned sha256, else with the hub's tag: a sha256, or the hash of a git blob."""
    want = part.file.sha256 or part.etag
    come = _sha256(part.partial) if len(want) == 64 else _git_hash(part.partial)
    if come != want:
        part.partial.unlink()
        raise WeightsError(
            f"{part.file.name} of {wanted.repo} came altered (hash {come[:12]}…, wanted {want[:12]}…).",
            "It was removed; run the download again.",
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _git_hash(path: Path) -> str:
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@contextmanager
def _explained(wanted: Model) -> Iterator[None]:
    from huggingface_hub import errors

    again = "What has come is kept: run it again and it resumes."
    name = f"{wanted.title} ({wanted.repo})"
    try:
        yield
    except errors.GatedRepoError as error:
        raise WeightsError(f"Access to {name} is not granted to you.", how_to_get_access(wanted)) from error
    except errors.RepositoryNotFoundError as error:
        cure = how_to_get_access(wanted) if wanted.gated else "Check HF_ENDPOINT and HF_TOKEN."
        raise WeightsError(f"{endpoint()} has no {name}, or hides it from you.", cure) from error
    except (errors.RevisionNotFoundError, errors.RemoteEntryNotFoundError) as error:
        problem = f"{endpoint()} does not have the pinned revision {wanted.revision[:7]} of {name} in full."
        raise WeightsError(problem, "Check HF_ENDPOINT.") from error
    except errors.HfHubHTTPError as error:
        problem = f"{endpoint()} answered with status {error.response.status_code} for {name}."
        raise WeightsError(problem, again) from error
    except (_http_error(), errors.LocalEntryNotFoundError, ConnectionError, TimeoutError) as error:
        problem = f"The connection to {endpoint()} failed ({type(error).__name__})."
        raise WeightsError(problem, f"Check the network. {again}") from error
    except OSError as error:
        raise _disk_error(name, error, again) from error


def _http_error() -> type[Exception]:
    """Return the base of all errors of the hub's HTTP library: httpx for its versions 1, httpx2 for 2."""
    from huggingface_hub.errors import HfHubHTTPError

    return next(base for base in HfHubHTTPError.__mro__ if base.__name__ == "HTTPError")


def _disk_error(name: str, error: OSError, again: str) -> WeightsError:
    home = cache_folder()
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return WeightsError(f"The disk of {home} is full.", f"Free some space. {again}")
    if error.errno is None:  # the library's own: fewer bytes came than were announced
        return WeightsError(f"The download of {name} broke off.", again)
    return WeightsError(
        f"{name} could not be written to {home} ({error.strerror}).",
        "Set HF_HOME to a folder that you may write to.",
    )
