"""Presets, chain files and flags become one chain; the list tells them all."""

import argparse
import json

import pytest

from apps.cli_steps import add_step_flags, chain_of, listing
from apps.task import task
from sam_audio.presets import preset, presets
from shared.discovery import declared
from shared.errors import InputError


def chain(name: str, *words: str) -> tuple[dict, ...]:
    parser = argparse.ArgumentParser()
    add_step_flags(parser, task(name))
    parser.set_defaults(kind=task(name))
    return chain_of(parser.parse_args(words))


def test_presets_come_first_then_the_file_then_flags(tmp_path):
    file = tmp_path / "chain.json"
    file.write_text(json.dumps([{"id": "gain", "gain_db": 3}]))
    found = chain("separate", "--effect", "robot:pitch_hz=90@3-5", "--chain", str(file), "--preset", "hall")
    assert found[:-2] == preset("hall").steps
    assert found[-2] == {"id": "gain", "gain_db": 3}
    assert found[-1] == {"id": "robot", "pitch_hz": "90", "spans": [[3, 5]]}
    steps = task("separate").checked_chain(found).to_json()
    assert steps[-1]["spans"] == [[3, 5]] and steps[-1]["pitch_hz"] == 90


def test_spans_are_refused_for_meshes_and_bypass_is_not():
    with pytest.raises(InputError, match="smooth takes no spans: what it works on has no time"):
        task("lift").checked_chain(chain("lift", "--op", "smooth@1-2"))
    assert task("lift").checked_chain(chain("lift", "--op", "smooth:bypass=yes")).neutral


def test_what_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(InputError, match="no preset 'church'"):
        chain("separate", "--preset", "church")
    file = tmp_path / "chain.json"
    file.write_text('{"id": "gain"}')
    with pytest.raises(InputError, match="wants a JSON list of steps"):
        chain("separate", "--chain", str(file))


def test_a_task_without_steps_has_no_flags():
    assert chain("segment") == ()


def test_the_list_names_every_effect_and_preset():
    text = "\n".join(listing())
    for effect in declared("sam_audio.effects", "EFFECTS"):
        assert f"audio separate: {effect.id} (" in text
    for ready in presets().values():
        assert f"--preset {ready.id} (" in text and ready.summary in text
    assert "3d lift: " in text
