import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from apps.web.prompt_upload import with_files
from shared.errors import PromptError
from shared.media import Image
from shared.prompts import Box, MaskHint, Text

PHOTO = Image(np.zeros((40, 60, 3), np.uint8))


def mask(path: Path, rows: slice, size: tuple[int, int] = (40, 60)) -> Path:
    drawn = np.zeros(size, np.uint8)
    drawn[rows] = 255
    Pillow.fromarray(drawn).save(path)
    return path


def test_each_mask_becomes_another_object_beside_what_is_marked(tmp_path: Path) -> None:
    files = [mask(tmp_path / "a.png", slice(0, 10)), mask(tmp_path / "b.png", slice(20, 30))]
    first = with_files(files[:1], PHOTO, ())
    assert [prompt.object_id for prompt in first] == [0]
    both = with_files(files[1:], PHOTO, first)
    assert [prompt.object_id for prompt in both] == [0, 1]
    assert both[1].mask[25].all() and not both[1].mask[5].any()
    with_box = with_files(files, PHOTO, (Box((1, 1, 9, 9), object_id=4), Text("cup")))
    assert [prompt.object_id for prompt in with_box] == [4, 5, 6]


def test_prompts_of_a_file_take_the_place_of_the_marks(tmp_path: Path) -> None:
    listed = tmp_path / "prompts.json"
    box = {"kind": "box", "xyxy_px": [5, 5, 20, 20]}
    facts = {"file": "x.png", "width": 60, "height": 40}
    listed.write_text(json.dumps({"prompts": [box], "image": facts}), "utf8")
    before = (MaskHint(np.ones((40, 60), bool)),)
    assert with_files([listed], PHOTO, before) == (Box((5, 5, 20, 20)),)
    found = with_files([listed, mask(tmp_path / "a.png", slice(0, 10))], PHOTO, before)
    assert isinstance(found[0], Box) and found[1].object_id == 1


def test_masks_of_another_size_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="own size"):
        with_files([mask(tmp_path / "a.png", slice(0, 5), (30, 60))], PHOTO, ())
