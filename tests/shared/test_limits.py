"""Limits are numbers above 0 that the environment may set; whoever meets one learns its setting."""

from dataclasses import fields

import pytest

from shared.errors import InputError
from shared.limits import Limits, setting


def test_without_settings_the_defaults_hold():
    assert Limits.from_environment() == Limits(500, 5000, 180, 8, 40, 20_000)


@pytest.mark.parametrize("name", [f.name for f in fields(Limits)])
def test_every_limit_has_a_setting_and_names_it(monkeypatch, name):
    monkeypatch.setenv(setting(name), "2.5")
    limits = Limits.from_environment()
    assert getattr(limits, name) == 2.5
    limits.refuse_above(name, 2.5, "It fits")
    with pytest.raises(InputError, match=f"^It does not; at most 2.5 .* {setting(name)}"):
        limits.refuse_above(name, 2.6, "It does not")


@pytest.mark.parametrize("text", ["", "many", "0", "-3", "nan"])
def test_settings_that_are_no_number_above_0_are_refused(monkeypatch, text):
    monkeypatch.setenv("SEGSTUDIO_MAX_AUDIO_MINUTES", text)
    with pytest.raises(InputError, match="SEGSTUDIO_MAX_AUDIO_MINUTES wants a number above 0"):
        Limits.from_environment()
