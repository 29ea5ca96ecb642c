"""Importing the suite, and asking every engine whether it can run, costs numpy and little more."""

import json
import subprocess
import sys

import pytest

from tests.architecture.source import ROOT, modules, top_level_imports

HEAVY = {
    "torch",
    "torchaudio",
    "torchvision",
    "gradio",
    "cv2",
    "scipy",
    "skimage",
    "transformers",
    "onnxruntime",
    "librosa",
    "soundfile",
    "soxr",
    "av",
    "PIL",
    "trimesh",
    "pyrender",
    "manifold3d",
    "pycocotools",
    "huggingface_hub",
    "numba",
    "OpenGL",
    "pandas",
}
# Modules that define networks must name torch.nn as they are imported; engines import them when they load.
NETWORKS = {"sam_audio/spleeter.py", "sam_3d/triposr/network.py"}

PACKAGES = ["shared", "sam_audio", "sam_3d", "sam_body", "apps", "shared.loading", "shared.registry"]
REGISTRIES = """
import importlib.util
from shared.discovery import declared
folders = {"engines": "SPECS", "listeners": "SPECS", "export": "EXPORTERS", "effects": "EFFECTS"}
folders["ops"] = "OPS"
for package in ("shared", "sam_audio", "sam_3d", "sam_body"):
    for folder, name in folders.items():
        if importlib.util.find_spec(f"{package}.{folder}"):
            for item in declared(f"{package}.{folder}", name):
                if name == "SPECS":
                    item.missing()
"""


def imported_by(code: str) -> tuple[set[str], float]:
    """Names of the heavy packages that running `code` imports, and how many seconds it took."""
    code = (
        "import numpy, time, json, sys; start = time.perf_counter()\n"
        f"{code}\n"
        "print(json.dumps([sorted(sys.modules), time.perf_counter() - start]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    names, seconds = json.loads(done.stdout.splitlines()[-1])
    return {name.split(".")[0] for name in names} & HEAVY, seconds


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_package_imports_nothing_heavy(package, record_property):
    heavy, seconds = imported_by(f"import {package}")
    record_property("import_seconds", round(seconds, 3))
    assert heavy == set()


def test_listing_everything_declared_imports_nothing_heavy(record_property):
    heavy, seconds = imported_by(REGISTRIES)
    record_property("import_seconds", round(seconds, 3))
    assert heavy == set()


def test_modules_name_nothing_heavy_at_their_top():
    wrong = [
        f"{module.path} imports {name}"
        for module in modules()
        if module.path not in NETWORKS and not module.path.startswith("apps/web/")
        for name in top_level_imports(module.tree)
        if name.split(".")[0] in HEAVY
    ]
    assert wrong == []
