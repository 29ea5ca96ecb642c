"""Nothing that the suite needs, directly or indirectly, is under GPL or AGPL (LGPL libraries are fine)."""

import re
from importlib import metadata

from packaging.requirements import Requirement

from tests.architecture.source import ROOT

COPYLEFT = re.compile(r"(?<![Ll])\bA?GPL|Affero|(?<!Lesser )(?<!Library or Lesser )General Public License")
# Packages whose metadata misleads: name, and what their licence files really say.
READ_BY_HAND: dict[str, str] = {}


def needed() -> dict[str, metadata.Distribution]:
    """Installed distributions that requirements.txt leads to, by name."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    todo = [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]
    found: dict[str, metadata.Distribution] = {}
    while todo:
        requirement = todo.pop()
        name = requirement.name.lower().replace("_", "-")
        if name in found:
            continue
        try:
            found[name] = metadata.distribution(requirement.name)
        except metadata.PackageNotFoundError:
            continue
        asked = requirement.extras or {""}
        for text in found[name].requires or []:
            child = Requirement(text)
            if child.marker is None or any(child.marker.evaluate({"extra": e}) for e in asked):
                todo.append(child)
    return found


def licence(distribution: metadata.Distribution) -> str:
    """All that a distribution's metadata says about its licence, its full texts left out."""
    said = distribution.metadata
    fields = [*(said.get_all("License-Expression") or []), *(said.get_all("License") or [])]
    fields = [field.strip().splitlines()[0] for field in fields if field.strip()]
    fields += [c for c in said.get_all("Classifier") or [] if c.startswith("License")]
    return " | ".join(fields)


def test_no_dependency_is_copyleft():
    found = needed()
    assert len(found) > 50
    wrong = {
        name: licence(distribution)
        for name, distribution in found.items()
        if COPYLEFT.search(licence(distribution)) and name not in READ_BY_HAND
    }
    assert wrong == {}


def test_the_pattern_tells_copyleft_from_the_rest():
    for text in ("GPL-3.0-only", "AGPLv3", "GNU General Public License v3 (GPLv3)", "GNU Affero"):
        assert COPYLEFT.search(text)
    for text in ("LGPL-2.1", "GNU Lesser General Public License v3 (LGPLv3)", "MIT", "Apache-2.0"):
        assert not COPYLEFT.search(text)
