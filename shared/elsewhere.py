"""Official packages that run in a Python environment of their own: what names it, and what is missing.

For a model whose weights the setting S names, S_PYTHON names the interpreter (or its environment's folder),
S_CODE the folder of its code where the package is not installed there, and S_DEVICE the device.
"""

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared import hub
from shared.errors import EngineUnavailable
from shared.registry import Missing
from shared.worker import Job, Worker

_LOOK_S = 30.0
_ABSENT_FOR_S = 20.0  # a package that was not there is looked for again after this
_INTERPRETERS = ("bin/python", "bin/python3", "python.exe", "Scripts/python.exe")
# Prints where a package lies, without importing it, and whether numpy is there.
_LOOK = """
import importlib.util, json, sys
sys.path[:0] = sys.argv[2:]
spec = importlib.util.find_spec(sys.argv[1])
places = list(spec.submodule_search_locations or ()) if spec else []
print(json.dumps({"places": places, "numpy": importlib.util.find_spec("numpy") is not None}))
"""


def official_weights(model_id: hub.Layout, title: str, *, summary: str, repo: str) -> hub.Model:
    """Return the weights of a model of Meta's whose id names its layout and, in capitals, its setting.

    Args:
        model_id: Such as "sam-audio".
        title: What a person calls the model.
        summary: What it is good for.
        repo: Where its weights lie on the hub.
    """
    return hub.Model(
        id=model_id,
        title=title,
        summary=summary,
        repo=repo,
        revision="",
        licence="SAM License",
        gated=True,
        setting=f"SEGSTUDIO_{model_id.upper().replace('-', '_')}",
        files=(),
        layout=model_id,
    )


@dataclass(frozen=True)
class Elsewhere:
    """A package that runs in another environment.

    Args:
        title: What a person calls the model.
        package: What is imported there.
        marker: A file of that package, which another one of the same name would lack.
        model: Its weights; not of the hub's catalogue.
        task: Our file that runs there.
        install: How the environment is made, one sentence.
    """

    title: str
    package: str
    marker: str
    model: hub.Model
    task: Path
    install: str

    @property
    def setting(self) -> str:
        """Name of the setting of the weights; the others begin with it."""
        return self.model.setting

    @property
    def device(self) -> str:
        """The device asked for, such as "cuda:1" or "cpu"; "" leaves it to the model."""
        return os.environ.get(f"{self.setting}_DEVICE", "").strip()

    def missing(self) -> Missing | None:
        """Say what is missing: the interpreter, the package there, the weights, or all of them."""
        python, folder = self._python(), hub.locate_unlisted(self.model)
        lacking = [one for one in (python, folder) if isinstance(one, Missing)]
        if not lacking and isinstance(python, Path):
            absent = self._absent(python)
            lacking = [absent] if absent else []
        if not lacking:
            return None
        both = len(lacking) == 2
        return Missing(
            " ".join(one.reason for one in lacking),
            " ".join(f"({n}) {one.cure}" if both else one.cure for n, one in enumerate(lacking, 1)),
        )

    def worker(self, cures: dict[str, str], **settings: Any) -> Worker:
        """Return the process that holds the model; the same one for the same settings.

        Args:
            cures: What to do about errors, by kind, see `shared.worker_child`.
            settings: More for the task's `load`, beside "folder", "code" and "device"; JSON types.

        Raises:
            EngineUnavailable: Something is missing.
        """
        python, folder = self._python(), hub.locate_unlisted(self.model)
        if (lacking := self.missing()) or isinstance(python, Missing) or isinstance(folder, Missing):
            reason, cure = (lacking.reason, lacking.cure) if lacking else ("it was removed.", "")
            raise EngineUnavailable(f"{self.title} cannot run here: {reason}", cure)
        place = {"folder": str(folder), "code": self._code(), "device": self.device}
        cures = {"package": self.install, "python": self.install, **cures}
        job = Job(self.title, python, self.task, {**place, **settings}, cures)
        return _worker(json.dumps([str(python), str(self.task), job.settings]), lambda: Worker(job))

    def origin(self) -> dict[str, Any]:
        """Say where the weights lie, for a manifest: folder, setting, and each file's size in bytes."""
        folder = hub.locate_unlisted(self.model)
        if isinstance(folder, Missing):
            return {}
        sizes = {name: (folder / name).stat().st_size for name in hub.NAMES[self.model.layout]}
        return {"folder": folder.name, "setting": self.setting, "bytes": sizes}

    def _python(self) -> Path | Missing:
        name = f"{self.setting}_PYTHON"
        value = os.environ.get(name, "").strip()
        cure = f"{self.install} Then set {name} to that environment's Python."
        if not value:
            return Missing(f"It runs in a Python environment of its own, which {name} does not name.", cure)
        path = Path(value).expanduser()
        tries = [path / inner for inner in _INTERPRETERS] if path.is_dir() else [path]
        found = next((one for one in tries if one.is_file() and os.access(one, os.X_OK)), None)
        if found is None:
            return Missing(f"{name} is {value!r}, where there is no Python interpreter.", cure)
        return found

    def _code(self) -> str:
        value = os.environ.get(f"{self.setting}_CODE", "").strip()
        return str(Path(value).expanduser()) if value else ""

    def _absent(self, python: Path) -> Missing | None:
        """Say why the package cannot be imported there; nothing of it is run."""
        code = self._code()
        if code and not (Path(code) / self.package / self.marker).is_file():
            return Missing(
                f"{self.setting}_CODE is {code!r}, which holds no {self.package}/{self.marker}.",
                f"Set it to the folder of the code of {self.title}.",
            )
        seen = _looked(python, self.package, code)
        if "error" in seen:
            return Missing(f"{python} does not run: {seen['error']}.", self.install)
        if not any((Path(place) / self.marker).is_file() for place in seen["places"]):
            other = f"; {self.package} there is another package" if seen["places"] else ""
            return Missing(
                f"The package {self.package} of {self.title} is not installed in {python}{other}.",
                f"{self.install} Or set {self.setting}_CODE to the folder of its code.",
            )
        if not seen["numpy"]:
            return Missing(f"{python} has no numpy.", "Install numpy in that environment.")
        return None


_workers: dict[str, Worker] = {}
_seen: dict[tuple[Path, str, str], tuple[float, dict[str, Any]]] = {}
_guard = threading.Lock()


def _worker(key: str, make: Callable[[], Worker]) -> Worker:
    with _guard:
        if key not in _workers:
            _workers[key] = make()
        return _workers[key]


def _looked(python: Path, package: str, code: str) -> dict[str, Any]:
    """Return where a package lies in another environment; asked once, and again where it was absent."""
    key = (python, package, code)
    with _guard:
        since_s, seen = _seen.get(key, (0.0, {}))
        if seen.get("places") or (seen and time.monotonic() - since_s < _ABSENT_FOR_S):
            return seen
        seen = _look(python, package, code)
        _seen[key] = (time.monotonic(), seen)
        return seen


def _look(python: Path, package: str, code: str) -> dict[str, Any]:
    words = [str(python), "-I", "-c", _LOOK, package, *([code] if code else [])]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=_LOOK_S, cwd=python.parent)
        return json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"error": str(error)[:200]}
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return {"error": last[:200]}
