"""The prompts of a run as a file that opens again: on the command line, on the page, from Python."""

import json
from pathlib import Path

from shared.export.masks import MaskForm, MaskResult, write_text
from shared.prompt_file import as_file


def write_prompts(result: MaskResult, folder: Path) -> tuple[Path, ...]:
    """Write prompts.json, see `shared.prompt_file`."""
    name = result.source.name if result.source else ""
    content = as_file(result.prompts, result.image, name=name)
    return (write_text(json.dumps(content, indent=1, ensure_ascii=False), folder / "prompts.json"),)


FORMS = (MaskForm("prompts", "Prompts, to open again (JSON)", write_prompts),)
