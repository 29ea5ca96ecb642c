"""The 3D object tab in a real browser: shapes, depth, print check, views drawn when opened, every format."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray
from PIL import Image as Pillow

from shared.media import Image
from shared.prompts import MaskHint, Prompts
from shared.segment import Segmentation, segment
from tests.apps.web.page import served
from tests.e2e.browser import click_picture, downloaded, needs_browser, new_page, unfold, wait_drawn
from tests.sam_3d.shapes import disc, picture

pytestmark = [pytest.mark.slow, pytest.mark.oracle, needs_browser, pytest.mark.filterwarnings("ignore")]
SIZE = 160


def balls(image: Image, prompts: Prompts, **_: Any) -> Segmentation:
    """Stand in for the mask engine: a ball in the middle, and a small one where a second object is marked."""
    ids = sorted({getattr(p, "object_id", 0) for p in prompts})
    masks = (disc(50, SIZE), disc(20, SIZE, (130, 130)))
    return segment(image, tuple(MaskHint(masks[i], object_id=i) for i in ids if i < 2))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("apps.live.segment", balls)
        patch.setattr("shared.segment.segment", balls)
        with served(tmp_path_factory.mktemp("page")) as address:
            yield address


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ball, its depth as a bowl of 16 bits, and a map of another size."""
    folder = tmp_path_factory.mktemp("files")
    Pillow.fromarray(picture(disc(50, SIZE)).pixels).save(folder / "ball.png")
    rows, columns = np.mgrid[:SIZE, :SIZE] + 0.5 - SIZE / 2
    depth = 3000 - np.sqrt(np.maximum(50.0**2 - rows**2 - columns**2, 0)) * 20
    Pillow.fromarray(depth.astype(np.uint16)).save(folder / "depth.png")
    Pillow.fromarray(depth.astype(np.uint16)[:40]).save(folder / "strip.png")
    return folder


@pytest.fixture
def page(browser: Any, address: str, files: Path) -> Iterator[Any]:
    with new_page(browser, address, width=1280, height=1400) as page:
        page.set_default_timeout(120_000)
        page.get_by_role("tab", name="3D object").click()
        page.wait_for_selector("#object-canvas .has-picture")
        page.wait_for_timeout(2000)  # the example's own masks come first
        page.set_input_files("#object-canvas .pc-file", files / "ball.png")
        page.wait_for_function("document.querySelector('#object-canvas').innerText.includes('160 × 160')")
        click_picture(page, "object-canvas", 80 / SIZE, 80 / SIZE)
        page.wait_for_selector("#object-canvas .has-mask")
        yield page


def lifted(page: Any) -> list[str]:
    """Lift, and return the names of the files."""
    page.click("#object-run")
    return written(page)


def written(page: Any) -> list[str]:
    page.wait_for_selector("#object-run[disabled]")
    page.wait_for_selector("#object-run:not([disabled])")
    page.wait_for_selector("#object-files .fl-list a, #object-progress .wrong")
    assert page.locator("#object-progress .wrong").count() == 0, page.inner_text("#object-progress")
    return page.locator("#object-files .fl-list a").all_inner_texts()


def wait_shown(page: Any, name: str) -> None:
    """Wait until the picture shows a file, and is no broken one."""
    page.wait_for_function(
        "(name) => { const img = document.querySelector('#object-preview img');"
        " return img && img.src.includes(name) && img.naturalWidth > 100; }",
        arg=name,
    )


def model(page: Any) -> NDArray[np.int_]:
    """Return what the 3D view shows (H, W, 3)."""
    page.wait_for_timeout(300)
    shown = Pillow.open(BytesIO(page.locator("#object-model canvas").screenshot()))
    return np.asarray(shown.convert("RGB")).astype(int)


def changed_model(page: Any, before: NDArray[np.int_]) -> NDArray[np.int_]:
    """Wait until the 3D view shows something else, and return that."""
    for _ in range(100):
        now = model(page)
        if apart(now, before) > 0.05:
            page.wait_for_timeout(500)
            return model(page)
    raise AssertionError("the 3D view stayed as it was")


def apart(one: NDArray[np.int_], other: NDArray[np.int_]) -> float:
    """Return the share of pixels that differ clearly."""
    return float((np.abs(one - other).max(axis=2) > 24).mean())


def test_a_lift_is_seen_from_all_sides_checked_and_mended(page: Any) -> None:
    assert lifted(page) == ["object.glb", "object.stl", "preview.png", "manifest.json"]
    wait_shown(page, "preview.png")
    wait_drawn(page, "#object-model")
    views = [model(page)]
    for view, name in (("Seen or made up", "seen.png"), ("Wall thickness", "walls.png")):
        page.get_by_label(view, exact=True).check()
        wait_shown(page, name)
        views.append(changed_model(page, views[-1]))
    # The 3D view is tinted while what was seen and made up is looked at, and not after.
    assert apart(views[0], views[1]) > 0.1 and apart(views[0], views[2]) < 0.01
    assert "rests on the bed" in page.inner_text("#object-print")
    weight = page.inner_text("#object-print tr:has-text('Weight in PLA')")
    page.fill("#object-printer input[type=number]", "100")
    page.press("#object-printer input[type=number]", "Tab")
    page.wait_for_function(
        "(old) => { const now = [...document.querySelectorAll('#object-print tr')].find((row) =>"
        " row.innerText.includes('Weight in PLA')); return now && now.innerText !== old; }",
        arg=weight,
    )
    solid = page.inner_text("#object-print tr:has-text('Weight if solid') td")
    assert page.inner_text("#object-print tr:has-text('Weight in PLA') td") == solid
    assert page.inner_text("#object-fix") == "Fix it: flat cut"
    page.click("#object-fix")
    names = written(page)
    page.wait_for_selector("#object-print .verdict.good")
    page.reload()  # the tab that was open, and its result
    page.wait_for_selector("#tabs button.selected >> text=3D object")
    page.wait_for_selector("#object-files .fl-list a")
    assert page.locator("#object-files .fl-list a").all_inner_texts() == names
    page.wait_for_selector("#object-print .verdict.good")
    wait_drawn(page, "#object-model")
    assert page.locator("#object-fix").count() == 0
    page.click("button:has-text('Repeat this run')")
    page.wait_for_selector("text=--op flat_cut")


def test_every_format_opens_elsewhere_and_what_would_not_print_wants_a_word(page: Any) -> None:
    unfold(page, "object-mesh-files")
    for name in ("OBJ", "PLY", "3MF"):
        page.locator("#object-mesh-files").get_by_label(name, exact=True).check()
    page.locator("#object-modes label:has(input[value=extrude])").click()
    page.wait_for_selector("#object-mode-extrude")
    page.fill("#object-mode-extrude input[type=number] >> nth=0", "2")
    page.press("#object-mode-extrude input[type=number] >> nth=0", "Tab")
    unfold(page, "object-shape")
    page.fill("#object-shape input[type=number] >> nth=0", "5")
    page.press("#object-shape input[type=number] >> nth=0", "Tab")
    names = lifted(page)
    assert "object.stl" not in names and "object.3mf" not in names and "object.glb" in names
    assert "held back" in page.inner_text("#object-made-by .warnings")
    assert "not printable" in page.inner_text("#object-print .verdict")
    assert page.inner_text("#object-anyway") == "Write STL and 3MF anyway"
    page.click("#object-anyway")
    names = written(page)
    page.wait_for_selector("#object-print >> text='Not checked as a print.'")
    for kind, height in (("stl", 5), ("3mf", 5), ("ply", 0.005), ("glb", 0.005)):
        assert f"object.{kind}" in names
        mesh = trimesh.load(BytesIO(downloaded(page, "object-files", f"object.{kind}")), kind, force="mesh")
        assert mesh.extents.max() == pytest.approx(height, rel=0.02), kind
    assert b"\nv " in downloaded(page, "object-files", "object.obj") and "object.png" in names


def test_a_depth_map_leads_the_front_and_a_wrong_one_is_told(page: Any, files: Path) -> None:
    unfold(page, "object-depth")
    page.set_input_files("#object-depth-file input[type=file]", files / "strip.png")
    page.wait_for_selector("#object-depth-told .wrong >> text=other proportions than the photo's")
    page.click("#object-run")
    page.wait_for_selector("#object-progress .wrong")
    assert "160" in page.inner_text("#object-progress .wrong")
    page.click("#object-depth-file button[aria-label='Clear']")
    page.set_input_files("#object-depth-file input[type=file]", files / "depth.png")
    page.wait_for_selector("#object-depth-told >> text=160 × 160 values from 2000 to 3000")
    lifted(page)
    assert "Given depth map" in page.inner_text("#object-made-by .engines")


def test_shapes_are_drawn_and_several_things_make_a_scene(page: Any) -> None:
    page.click("#object-see-shapes")
    page.wait_for_selector("#object-modes .tl-tile img")
    assert page.locator("#object-modes .tl-chip").inner_text() == "Suggested"
    assert page.locator("#object-modes .tl-tile").count() == 8
    page.focus("#object-modes input:checked")
    before = page.locator("#object-modes input:checked").get_attribute("value")
    page.keyboard.press("ArrowRight")
    assert page.locator("#object-modes input:checked").get_attribute("value") != before
    page.locator("#object-modes label:has(input[value=scene])").click()
    page.wait_for_selector("#object-mode-scene")
    page.click("#object-canvas [data-act=fresh]")
    click_picture(page, "object-canvas", 130 / SIZE, 130 / SIZE)
    page.wait_for_selector("#object-canvas [data-object='1']")
    lifted(page)
    assert page.locator("#object-facts tr").count() == 2
    scene: Any = trimesh.load(BytesIO(downloaded(page, "object-files", "scene.glb")), "glb")
    assert len(scene.geometry) == 3  # two balls and the ground
    assert page.locator("#object-print .verdict").count() == 0


def test_the_marks_of_one_photo_are_not_put_on_the_next(page: Any, files: Path) -> None:
    page.set_input_files("#object-canvas .pc-file", files / "strip.png")
    page.wait_for_function("document.querySelector('#object-canvas').innerText.includes('160 × 40')")
    page.wait_for_timeout(500)
    assert page.locator("#object-canvas .has-mask").count() == 0
    assert page.locator("#object-canvas .pc-objects:visible").count() == 0
