"""Every engine is listed with its tier; what cannot run says why, and what can be downloaded is offered."""

import pytest

from apps.models import PACKAGES
from apps.web.engine_picker import EnginePicker, rows
from shared.registry import engines


@pytest.mark.parametrize("package", PACKAGES)
def test_all_engines_are_listed_after_automatic(package: str) -> None:
    listed = rows(package)
    assert [row["id"] for row in listed] == ["auto", *(spec.id for spec in engines(package))]
    for row, spec in zip(listed[1:], engines(package), strict=True):
        assert row["tier"] == spec.tier and spec.licence in row["summary"]
        assert bool(row["reason"]) == (spec.missing() is not None)


def test_sharper_clicks_are_one_button_away(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    offers = [row["offer"] for row in rows("shared.engines") if row.get("offer")]
    assert "Get sharper clicks: 156 MB, Apache-2.0" in offers


def test_gated_weights_have_a_reason_but_no_button(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    official = [row for row in rows("shared.engines") if row.get("tier") == "official"]
    assert official and all(row["reason"] and not row["offer"] for row in official)


def test_automatic_names_what_it_would_take_now() -> None:
    assert "(" in rows("sam_audio.engines")[0]["now"]
    assert EnginePicker(package="sam_audio.engines").package == "sam_audio.engines"
