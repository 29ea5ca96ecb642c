"""What users and files say reaches the page escaped, as numbers people read, and without server folders."""

import pytest
from gradio.utils import get_upload_folder

from apps.web import errors, fact_table, result_view
from shared.errors import InputError

EVIL = '<img src=x onerror="alert(1)">'


def test_names_warnings_and_facts_are_escaped() -> None:
    engine = {"title": EVIL, "tier": "embedded", "why": EVIL}
    made_by = result_view.made_by_html({"engines": [engine], "seconds": 1.25, "warnings": [EVIL]})
    table = fact_table.table_html(EVIL, [(EVIL, EVIL)]) + fact_table.folded(EVIL, [])
    assert "<img" not in made_by + table and "&lt;img" in made_by and "1.2 s" in made_by


def test_errors_do_not_tell_folders() -> None:
    error = InputError(f"{get_upload_folder()}/{'a' * 64}/my photo.png is damaged.", "Save <it> again.")
    assert errors.told(error) == "my photo.png is damaged. Save <it> again."
    assert errors.shown_error(error).message == (
        "my photo.png is damaged.<br><strong>Save &lt;it&gt; again.</strong>"
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (False, "no"),
        (None, "–"),
        (20480, "20 480"),
        (1.5, "1.5"),
        ([100.0, 61.25], "100 × 61.25"),
    ],
)
def test_values_are_written_for_people(value: object, words: str) -> None:
    assert fact_table.words(value) == words


def test_units_stand_after_the_name() -> None:
    assert [fact_table.title(n) for n in ("size_mm", "volume_cm3", "height_m", "watertight")] == [
        "Size, mm",
        "Volume, cm³",
        "Height, m",
        "Watertight",
    ]
