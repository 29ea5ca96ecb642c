"""docs/commands.md names every command and every endpoint."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from apps.cli import _parser

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "commands.md").read_text("utf8")


def commands(parser: argparse.ArgumentParser, before: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the commands that have no commands below them."""
    below = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not below:
        yield " ".join(("segstudio", *before))
    for action in below:
        for name, child in action.choices.items():
            yield from commands(child, (*before, name))


def test_every_command_is_on_the_page():
    assert [name for name in commands(_parser()) if f"`{name}" not in PAGE] == []


def test_every_endpoint_is_on_the_page():
    named = r'api\((?:_?\w+)(?:\(studio\))?, api_name="(\w+)"'
    listed = r"for function in \(([^:]+)\):"
    found: list[str] = []
    for source in (ROOT / "apps" / "web").glob("*_endpoints.py"):
        text = source.read_text("utf8")
        found += re.findall(named, text)
        for words in re.findall(listed, text):
            found += re.findall(r"_?(\w+)(?:\(studio\))?(?:, |$)", words)
    text = (ROOT / "apps" / "web" / "endpoints.py").read_text("utf8")
    found += [name for words in re.findall(listed, text) for name in re.findall(r"\w+", words)]
    names = {name.lstrip("_") for name in found} - {"studio"}
    assert len(names) > 10
    assert sorted(name for name in names if f"`/{name}`" not in PAGE) == []
