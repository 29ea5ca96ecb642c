"""Which marked things are people: as they are called, as a detector sees them, or as the user says."""

from pathlib import Path

import numpy as np
import pytest
from skimage import data

from apps.people import people
from apps.recipes import Recipe
from apps.runner import run
from shared.errors import InputError, PromptError
from shared.masks import Masks
from shared.media import Image
from shared.prompts import MaskHint

WOMAN, SHIRT, MODEL = (20, 512, 60, 330), (300, 480, 90, 300), (30, 300, 400, 470)


def area(top: int, bottom: int, left: int, right: int) -> np.ndarray:
    mask = np.zeros((512, 512), bool)
    mask[top:bottom, left:right] = True
    return mask


@pytest.fixture(scope="module")
def photo() -> Image:
    return Image(data.astronaut())


def marked(labels: tuple[str, ...] = ("", "", "")) -> Masks:
    masks = np.stack([area(*WOMAN), area(*SHIRT), area(*MODEL)])
    return Masks(masks, (1.0, 1.0, 1.0), labels, (0, 2, 5))


def test_a_marked_person_is_known_and_her_shirt_and_a_model_are_not(photo: Image) -> None:
    assert people(photo, marked(), "auto") == ((), (0,))


def test_names_are_believed_and_the_detector_is_asked_of_the_nameless_alone(photo: Image) -> None:
    assert people(photo, marked(("statue", "", "Woman")), "auto") == ((2,), ())
    assert people(photo, marked(("", "", "person")), "named") == ((2,), ())


def test_the_user_has_the_last_word(photo: Image) -> None:
    assert people(photo, marked(("person", "", "")), "3, 6") == ((1, 2), ())
    with pytest.raises(PromptError, match=r"no object 2\. The objects are 1, 3, 6"):
        people(photo, marked(), "2")
    for wrong in ("all", "1;2", ",", "-1", "²"):
        with pytest.raises(InputError, match="by auto, named, or the numbers"):
            people(photo, marked(), wrong)


@pytest.mark.slow
def test_a_marked_person_stands_in_a_scene_as_a_body_unless_told_otherwise(
    photo: Image, tmp_path: Path
) -> None:
    from PIL import Image as Picture

    path = tmp_path / "astronaut.png"
    Picture.fromarray(photo.pixels).save(path)
    prompts = (MaskHint(area(*WOMAN), 0), MaskHint(area(*MODEL), 1))

    def scene(who: str) -> tuple[list[str], str]:
        recipe = Recipe("scene", str(path), prompts, "inflate", options={"previews": False, "who": who})
        manifest = run(recipe, tmp_path / who).manifest
        names = [thing["name"] for thing in manifest["facts"]["scene"]["objects"]]
        return names, " ".join(manifest["warnings"])

    names, warnings = scene("auto")
    assert "person" in names and len(names) == 2
    assert "Object 1 was taken for a person" in warnings and "Object 2 was taken" not in warnings
    names, warnings = scene("named")
    assert "person" not in names and "taken for a person" not in warnings


@pytest.mark.slow
def test_what_only_looks_like_a_person_is_lifted_as_a_thing(
    photo: Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PIL import Image as Picture

    def nobody(*_: object, **__: object) -> None:
        raise InputError("No person is there.", "Mark one.")

    monkeypatch.setattr("sam_body.estimate.estimate", nobody)
    path = tmp_path / "astronaut.png"
    Picture.fromarray(photo.pixels).save(path)
    recipe = Recipe("scene", str(path), (MaskHint(area(*WOMAN)),), "inflate", options={"previews": False})
    manifest = run(recipe, tmp_path / "out").manifest
    assert "looks like a person, but no body was found" in " ".join(manifest["warnings"])
    with pytest.raises(InputError, match="No person is there"):
        options = {"previews": False, "who": "1"}
        run(
            Recipe("scene", str(path), (MaskHint(area(*WOMAN)),), "inflate", options=options), tmp_path / "no"
        )
