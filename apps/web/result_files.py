"""The files of a result on the page: links, and the zip."""

from pathlib import Path
from typing import Any, ClassVar

from gradio.data_classes import FileData

from apps.manifest import download_names
from apps.runner import Result
from apps.web.widget import Widget


class FileList(Widget):
    """Links to the files of a result and to the zip of all; its value is what `listing` returns.

    Event: `restore` (the page was loaded again; its data has the `run` of the result that was here).

    Args:
        value: See `listing`.
        memory: Under which name the browser tab remembers the run; empty remembers nothing.
    """

    files: ClassVar[str] = "files"

    def __init__(self, value: Any = None, *, memory: str = "", **settings: Any) -> None:
        super().__init__(value, memory=memory, **settings)


def file_data(path: Path) -> dict[str, Any]:
    """Return a file of a result folder as Gradio serves it."""
    return FileData(path=str(path), orig_name=path.name).model_dump()


def listing(result: Result, zipped: Path, run: str) -> dict[str, Any]:
    """Return the value of a `FileList`: every file of the result, the zip, and the id of the job."""
    saved = download_names(result.manifest)
    files = [
        {
            "file": file_data(path),
            "name": path.name,
            "save_as": saved.get(path.name, path.name),
            "bytes": path.stat().st_size,
        }
        for path in result.files
    ]
    return {"files": files, "zip": file_data(zipped), "run": run}


def named(result: Result, *names: str) -> Path | None:
    """Return the first of these files that the result has."""
    return next((result.folder / name for name in names if (result.folder / name).is_file()), None)


def first_with(result: Result, suffix: str) -> Path | None:
    """Return the first file of one suffix, such as ".glb"."""
    return next((path for path in result.files if path.suffix == suffix), None)
