"""docs/effects.md tells what the declarations say, and its example runs."""

import json
import re
import shlex

from apps.cli_steps import add_step_flags, chain_of
from apps.task import task
from tools import effects_page


def test_the_page_is_written_from_the_declarations() -> None:
    assert effects_page.PAGE.read_text("utf8") == effects_page.page(), "run python -m tools.effects_page"


def test_its_examples_can_be_read_and_say_the_same() -> None:
    import argparse

    text = effects_page.HEAD
    steps = json.loads("{" + re.findall(r"```json\n(.*?)```", text, re.S)[0] + "}")["chain"]
    told = task("separate").checked_chain(tuple(steps))
    words = shlex.split(re.findall(r"```\n(segstudio.*?)```", text, re.S)[0].replace("\\\n", " "))
    parser = argparse.ArgumentParser()
    add_step_flags(parser, task("separate"))
    parser.set_defaults(kind=task("separate"))
    found = chain_of(parser.parse_known_args(words)[0])
    assert task("separate").checked_chain(found[-3:]) == told
    assert len(told.steps) == 3 and len(found) > 3
