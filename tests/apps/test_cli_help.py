"""Every command explains itself."""

import argparse

import pytest

from apps.cli import _parser


def verbs(parser: argparse.ArgumentParser, path: str = "") -> dict[str, argparse.ArgumentParser]:
    """A parser and all below it, by what one types."""
    found = {path.strip() or "segstudio": parser}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                found |= verbs(below, f"{path} {name}")
    return found


@pytest.mark.parametrize("command", verbs(_parser()))
def test_it_prints_its_help(command):
    text = verbs(_parser())[command].format_help()
    assert text.startswith("usage: segstudio") and len(text.splitlines()) > 3


@pytest.mark.parametrize("verb", ["estimate", "photos"])
def test_commands_of_bodies_take_joints_and_no_words(verb):
    text = verbs(_parser())[f"body {verb}"].format_help()
    assert all(
        f"--{flag} " in text for flag in ("joint", "hidden", "nearer", "farther", "point", "mask", "prompts")
    )
    assert not any(
        f"--{flag}" in text for flag in ("text ", "not ", "everything", "keep-masks", "least-score")
    )
    assert "--everything" in verbs(_parser())["image segment"].format_help()
