"""Files and options of masks in a real browser: what is ticked is what is downloaded, and prompts reopen."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from shared.export.masks import mask_forms
from shared.masks import to_rle
from shared.media import Image
from shared.prompts import MaskHint, Prompts
from shared.segment import Segmentation, segment
from tests.apps.web.page import served
from tests.e2e.browser import downloaded, needs_browser, new_page

pytestmark = [pytest.mark.slow, pytest.mark.oracle, needs_browser, pytest.mark.filterwarnings("ignore")]
WIDE, HIGH = 120, 90


def at_once(image: Image, prompts: Prompts, **_: Any) -> Segmentation:
    """Stand in for the answer to marks: finished masks as they are, else the left half."""
    left = MaskHint(np.arange(image.width)[None] < np.full((image.height, 1), image.width // 2))
    return segment(image, tuple(p for p in prompts if isinstance(p, MaskHint)) or (left,))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("apps.live.segment", at_once)
        with served(tmp_path_factory.mktemp("page")) as address:
            yield address


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A disk before a wall, and its finished mask as prompts."""
    folder = tmp_path_factory.mktemp("files")
    rows, columns = np.mgrid[:HIGH, :WIDE]
    disk = np.hypot(rows - 45, columns - 60) < 30
    disk[40:50, 55:65] = False
    Pillow.fromarray(np.where(disk[:, :, None], (220, 60, 40), (40, 90, 160)).astype(np.uint8)).save(
        folder / "disk.png"
    )
    prompts = [{"kind": "mask", "mask": to_rle(disk), "label": "disk"}]
    facts = {"file": "disk.png", "width": WIDE, "height": HIGH}
    (folder / "prompts.json").write_text(json.dumps({"prompts": prompts, "image": facts}), "utf8")
    return {name: folder / name for name in ("disk.png", "prompts.json")}


@pytest.fixture
def page(browser: Any, address: str, files: dict[str, Path]) -> Iterator[Any]:
    with new_page(browser, address, width=1280, height=1400) as page:
        page.set_default_timeout(60_000)
        page.get_by_role("tab", name="3D object").click()
        page.wait_for_selector("#object-canvas .has-picture")
        page.set_input_files("#object-canvas .pc-file", files["disk.png"])
        page.wait_for_function("document.querySelector('#object-canvas').innerText.includes('120 × 90')")
        page.click("#object-mask-files > button")
        yield page


def opened(page: Any, file: Path) -> None:
    with page.expect_file_chooser() as asked:
        page.click("#object-open-prompts")
    asked.value.set_files(file)


def test_a_mask_from_another_program_is_opened_and_one_of_another_size_is_refused(page, files, tmp_path):
    rows, columns = np.mgrid[:HIGH, :WIDE]
    drawn = np.hypot(rows - 45, columns - 60) < 20
    Pillow.fromarray(drawn.astype(np.uint8) * 255).save(tmp_path / "mask.png")
    Pillow.new("L", (50, 40), 255).save(tmp_path / "other.png")
    opened(page, tmp_path / "mask.png")
    page.wait_for_selector("#object-canvas .has-mask")
    page.click("#object-only-masks")
    page.wait_for_selector("#object-files .fl-list a:has-text('mask_000.png')")
    (tmp_path / "written.png").write_bytes(downloaded(page, "object-files", "mask_000.png"))
    assert ((np.asarray(Pillow.open(tmp_path / "written.png")) > 0) == drawn).all()
    Pillow.fromarray((np.hypot(rows - 20, columns - 20) < 9).astype(np.uint8) * 255).save(
        tmp_path / "second.png"
    )
    opened(page, tmp_path / "second.png")
    page.wait_for_function("document.querySelectorAll('#object-canvas .pc-chip').length === 2")
    opened(page, tmp_path / "other.png")
    page.get_by_text("Give a mask of the picture's own size").first.wait_for()


def test_ticked_files_are_written_with_the_chosen_options(page, files, tmp_path):
    opened(page, files["prompts.json"])
    page.wait_for_selector("#object-canvas .has-mask")
    group = page.locator("#object-mask-files fieldset").first
    titles = {form.name: form.title for form in mask_forms()}
    for name in ("json", "mask", "overlay"):
        group.get_by_label(titles[name], exact=True).uncheck()
    for name in ("yolo", "svg", "prompts"):
        group.get_by_label(titles[name], exact=True).check()
    page.locator("#object-mask-files").get_by_label("Hard", exact=True).check()
    page.click("#object-only-masks")
    page.wait_for_selector("#object-files .fl-list a:has-text('outlines.svg')")
    shown = page.locator("#object-files .fl-list").inner_text()
    for name in ("cutout_000.png", "yolo.txt", "yolo_classes.txt", "outlines.svg", "prompts.json"):
        assert name in shown
    assert "masks.json" not in shown and "overlay.png" not in shown
    (tmp_path / "c.png").write_bytes(downloaded(page, "object-files", "cutout_000.png"))
    alpha = np.asarray(Pillow.open(tmp_path / "c.png"))[:, :, 3]
    assert set(np.unique(alpha)) == {0, 255} and alpha[20, 60] == 255 and alpha[45, 60] == 0
    assert downloaded(page, "object-files", "yolo_classes.txt") == b"disk\n"
    again = json.loads(downloaded(page, "object-files", "prompts.json"))
    assert again["image"]["width"] == WIDE and again["prompts"][0]["kind"] == "mask"
