"""Ask the Khronos glTF validator (npm) about GLB files."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Verdict:
    """What the validator said of one file."""

    errors: int
    warnings: int
    infos: int
    hints: int
    lines: tuple[str, ...]


def validate(*paths: Path) -> tuple[Verdict, ...]:
    """Validate GLB files; the calling test is skipped where node or the validator is not installed."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "gltf-validator").is_dir():
        pytest.skip("needs node, and `npm ci --prefix tests/oracles`")
    done = subprocess.run(
        [node, str(HERE / "validate_glb.mjs"), *map(str, paths)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    return tuple(
        Verdict(r["errors"], r["warnings"], r["infos"], r["hints"], tuple(r["lines"])) for r in reports
    )
