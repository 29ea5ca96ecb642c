"""Checkpoints of Demucs: both forms give the same model, bags are bound, and nothing in a file is run."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("demucs")

from sam_audio.engines.demucs_checkpoint import load_bag
from shared.errors import WeightsError
from tests.sam_audio.engines import tiny_demucs


class Evil:
    """Runs a command when it is unpickled without care."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self._mark),)


def test_both_forms_hold_the_same_model(tmp_path: Path):
    import torch

    made = tiny_demucs.model()
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    tiny_demucs.save_th(tmp_path / "a", "955717e8", tiny_demucs.package(made))
    tiny_demucs.save_safetensors(tmp_path / "b", "955717e8", made)
    first, second = (load_bag(tmp_path / name, "cpu") for name in "ab")
    assert first.sources == second.sources == ("drums", "bass", "other", "vocals")
    assert first.rate_hz == 8000 and first.window == 4000
    pairs = zip(first.models[0].parameters(), second.models[0].parameters(), strict=True)
    assert all(torch.equal(a, b) and a.dtype == torch.float32 for a, b in pairs)
    assert not first.models[0].training


def test_a_bag_binds_models(tmp_path: Path):
    for seed, name in enumerate(("aaaa", "bbbb")):
        tiny_demucs.save_safetensors(tmp_path, name, tiny_demucs.model(seed))
    bag = tmp_path / "ft.yaml"
    bag.write_text("models: [bbbb, aaaa]\nweights: [[1, 0, 0, 0], [0, 1, 1, 1]]\nsegment: 0.25")
    found = load_bag(tmp_path, "cpu")
    assert found.weights == ((1, 0, 0, 0), (0, 1, 1, 1)) and len(found.models) == 2
    assert found.window == 2000
    for text, why in (
        ("models: [cccc]", "lacks the checkpoint cccc"),
        ("models: []", "names no model"),
        ("something: else", "does not name the models"),
        ("models: [aaaa]\nweights: [[1, 2]]", "no weight for each model and source"),
        ("models: [aaaa]\nweights: [[1, 1, 0, 1]]", "leaves a source without a model"),
        ("!!python/object/apply:os.mkdir [x]", "does not name the models"),
    ):
        bag.write_text(text)
        with pytest.raises(WeightsError, match=why):
            load_bag(tmp_path, "cpu")


def test_a_folder_without_a_binding_holds_one_model(tmp_path: Path):
    for seed, name in enumerate(("aaaa", "bbbb")):
        tiny_demucs.save_safetensors(tmp_path, name, tiny_demucs.model(seed))
    with pytest.raises(WeightsError, match=r"2 checkpoints and no \.yaml"):
        load_bag(tmp_path, "cpu")
    (tmp_path / "one.yaml").write_text("models: [aaaa]")
    (tmp_path / "two.yaml").write_text("models: [bbbb]")
    with pytest.raises(WeightsError, match="several models: one.yaml, two.yaml"):
        load_bag(tmp_path, "cpu")


def test_what_was_altered_is_refused(tmp_path: Path):
    path = tiny_demucs.save_th(tmp_path, "955717e8", tiny_demucs.package(tiny_demucs.model()))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"was altered .*models get htdemucs"):
        load_bag(tmp_path, "cpu")


def test_code_in_a_file_is_not_run(tmp_path: Path):
    made, mark = tiny_demucs.model(), tmp_path / "mark"
    for number, content in enumerate(
        (tiny_demucs.package(made, extra=Evil(mark)), tiny_demucs.package(made, klass=os.system))
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        tiny_demucs.save_th(folder, "955717e8", content)
        with pytest.raises(WeightsError, match="holds more than weights"):
            load_bag(folder, "cpu")
    assert not mark.exists()


def test_other_classes_are_refused(tmp_path: Path):
    tiny_demucs.save_safetensors(tmp_path, "955717e8", tiny_demucs.model(), klass="os.system")
    with pytest.raises(WeightsError, match=r"holds os\.system; only demucs"):
        load_bag(tmp_path, "cpu")


def test_files_that_are_no_model_are_refused(tmp_path: Path):
    made = tiny_demucs.model()
    whole = tiny_demucs.save_safetensors(tmp_path, "aaaa", made).read_bytes()
    state = tiny_demucs.package(made)["state"]
    name = next(iter(state))
    fewer = tiny_demucs.package(made, state={k: v for k, v in state.items() if k != name})
    for number, write in enumerate(
        (
            lambda folder: (folder / "a.safetensors").write_bytes(whole[:-5000]),
            lambda folder: (folder / "a.safetensors").write_bytes(b"nothing"),
            lambda folder: (folder / "a.th").write_bytes(b"nothing"),
            lambda folder: tiny_demucs.save_th(folder, "a", {"state": state}),
            lambda folder: tiny_demucs.save_th(folder, "a", fewer),
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        write(folder)
        with pytest.raises(WeightsError, match="cannot be read|does not fit|holds more than weights"):
            load_bag(folder, "cpu")
        shutil.rmtree(folder)
