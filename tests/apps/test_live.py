"""Clicks are answered from a picture that is read once, and a changed file is read anew."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from apps.live import LiveMasks
from shared.errors import InputError
from shared.prompts import Choice, MaskHint, Points


def test_the_second_click_reads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shared.loading

    path, reads, read = tmp_path / "disk.png", [], shared.loading.load_image
    rows, columns = np.mgrid[:100, :120]
    disk = (columns - 60) ** 2 + (rows - 50) ** 2 < 30**2
    Image.fromarray(np.where(disk[..., None], (200, 30, 30), (150, 150, 150)).astype(np.uint8)).save(path)
    monkeypatch.setattr(
        shared.loading, "load_image", lambda path, **how: (reads.append(path), read(path, **how))[1]
    )
    look = LiveMasks()
    one = look(path, (Points(((60, 50),), (True,)),))
    two = look(path, (Points(((60, 50), (5, 5)), (True, False)), Choice((0,))))
    assert len(reads) == 1 and one.engines[0].spec.id == two.engines[0].spec.id
    best = one.masks.masks[0]
    assert (best & disk).sum() > 0.9 * (best | disk).sum() and not two.masks.masks[0, 5, 5]
    Image.new("RGB", (64, 48)).save(path)
    mask = np.ones((48, 64), bool)
    assert (look(path, (MaskHint(mask),)).masks.masks[0] == mask).all() and len(reads) == 2


def test_a_photo_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not there any more"):
        LiveMasks()(tmp_path / "gone.png", (Points(((1, 1),), (True,)),))
