"""Accept only files that were uploaded through this app; a path typed by a caller opens nothing."""

import json
from pathlib import Path
from typing import Any

from gradio.utils import get_upload_folder

from shared.errors import InputError, PromptError
from shared.prompts import FILED, Depth

_KINDS = tuple(kind.kind for kind in FILED)


def uploaded(path: Any) -> Path:
    """Return an uploaded file's path after checking that it lies in the upload folder.

    Args:
        path: What the browser or a client sent: a path, or an object with one under "path".

    Raises:
        InputError: No file, or a path outside the upload folder.
    """
    text = path.get("path") if isinstance(path, dict) else path
    if not isinstance(text, str) or not text:
        raise InputError("No file was given.", "Upload one first.")
    real = Path(text).resolve()
    if not real.is_relative_to(Path(get_upload_folder()).resolve()) or not real.is_file():
        raise InputError("That file was not uploaded here.", "Upload it, then try again.")
    return real


def prompts_json(given: Any) -> list[Any]:
    """Return prompts as a JSON list, from such a list or its text.

    Raises:
        PromptError: It is neither.
    """
    try:
        listed = json.loads(given) if isinstance(given, str) else given
    except ValueError as error:
        raise PromptError(f"The prompts are not JSON ({error}).") from None
    if not isinstance(listed, list):
        raise PromptError('Prompts want a JSON list of objects, such as [{"kind": "text", "text": "dog"}].')
    return listed


def with_uploads(prompts: list[Any], files: Any) -> list[Any]:
    """Return prompts as JSON that name files that came with the request, and no others.

    Args:
        prompts: JSON; "file" of a reference or depth map is the number (from 0) or the name of
            one of `files`.
        files: Uploads as the client sent them, or None.

    Raises:
        InputError: A file was not uploaded here.
        PromptError: A prompt names none of them.
    """
    given = [(uploaded(file), _name(file)) for file in files or []]
    return [
        {**item, "file": str(_chosen(item.get("file"), given))}
        if isinstance(item, dict) and item.get("kind") in _KINDS
        else item
        for item in prompts
    ]


def with_depth(prompts: list[Any], file: Any) -> list[Any]:
    """Return prompts as JSON with the depth map that came with the request, and no other file.

    Args:
        prompts: JSON; a prompt of the kind depth may say what the map's values mean, and needs no "file".
        file: The upload as the client sent it, or None.

    Raises:
        InputError: The file was not uploaded here.
        PromptError: A prompt names a file that did not come along.
    """
    if file is None:
        return with_uploads(prompts, None)
    kind = Depth.kind
    told = any(isinstance(item, dict) and item.get("kind") == kind for item in prompts)
    items = prompts if told else [*prompts, {"kind": kind}]
    named = [{"file": 0, **i} if isinstance(i, dict) and i.get("kind") == kind else i for i in items]
    return with_uploads(named, [file])


def _name(file: Any) -> str:
    told = file.get("orig_name") if isinstance(file, dict) else None
    return Path(str(told or uploaded(file))).name


def _chosen(wanted: Any, given: list[tuple[Path, str]]) -> Path:
    if isinstance(wanted, int) and not isinstance(wanted, bool) and 0 <= wanted < len(given):
        return given[wanted][0]
    found = [path for path, name in given if name == wanted]
    if len(found) == 1:
        return found[0]
    offer = ", ".join(f"{number} ({name})" for number, (_, name) in enumerate(given)) or "none"
    raise PromptError(
        f"The file {str(wanted)[:80]!r} is not among the files that were sent: {offer}.",
        "Send it with the request (`references` of a sound, `depth` of a photo), and give its number or name "
        "as the prompt's file.",
    )
