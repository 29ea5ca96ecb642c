"""Only uploaded files are opened."""

from pathlib import Path

import pytest
from gradio.utils import get_upload_folder

from apps.web.uploads import prompts_json, uploaded, with_depth, with_uploads
from shared.errors import InputError, PromptError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "up"))
    (tmp_path / "up" / "abc").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("s")
    assert Path(get_upload_folder()) == tmp_path / "up"
    return tmp_path / "up"


def test_an_uploaded_file_is_opened_by_path_or_object(folder: Path) -> None:
    (folder / "abc" / "a.png").write_bytes(b"x")
    path = str(folder / "abc" / "a.png")
    assert uploaded(path) == uploaded({"path": path}) == Path(path)


@pytest.mark.parametrize("path", ["/etc/passwd", "up/../secret.txt", "", None, 3, {"url": "http://x"}, "up"])
def test_anything_else_is_refused(tmp_path: Path, path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError):
        uploaded(path)


def test_a_link_out_of_the_folder_is_refused(folder: Path) -> None:
    (folder / "abc" / "link").symlink_to(folder.parent / "secret.txt")
    with pytest.raises(InputError, match="not uploaded here"):
        uploaded(str(folder / "abc" / "link"))


def test_references_name_uploads_by_number_or_name_and_nothing_else(folder: Path) -> None:
    paths = [folder / "abc" / name for name in ("a.wav", "b.wav")]
    for path in paths:
        path.write_bytes(b"x")
    files = [{"path": str(paths[0]), "orig_name": "music.wav"}, {"path": str(paths[1])}]
    text = {"kind": "text", "text": "dog"}

    def chosen(wanted: object) -> object:
        return with_uploads([text, {"kind": "reference", "file": wanted}], files)[1]["file"]

    assert with_uploads([text], None) == [text]
    assert [chosen(0), chosen(1)] == [chosen("music.wav"), chosen("b.wav")] == [str(path) for path in paths]
    for wanted in ("/etc/passwd", str(paths[0]), "../abc/a.wav", 2, -1, True, None, ""):
        with pytest.raises(PromptError, match="not among the files"):
            chosen(wanted)


def test_a_reference_upload_from_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not uploaded here"):
        with_uploads([{"kind": "reference", "file": 0}], [{"path": str(tmp_path / "secret.txt")}])


def test_a_depth_map_comes_with_the_request_or_not_at_all(folder: Path) -> None:
    path = folder / "abc" / "far.png"
    path.write_bytes(b"x")
    sent = {"path": str(path), "orig_name": "far.png"}
    click = {"kind": "points", "xy_px": [[3, 4]], "keep": [True]}
    told = {"kind": "depth", "meaning": "distance"}
    assert with_depth([click], sent) == [click, {"kind": "depth", "file": str(path)}]
    assert with_depth([told, click], sent)[0] == {**told, "file": str(path)}
    for wanted in ("/etc/passwd", str(path), "near.png", 1):
        with pytest.raises(PromptError, match="not among the files"):
            with_depth([{**told, "file": wanted}], sent)
    with pytest.raises(PromptError, match="not among the files"):
        with_uploads([{**told, "file": "/etc/passwd"}], None)


def test_prompts_are_a_list_or_its_text() -> None:
    assert prompts_json('[{"kind": "text"}]') == prompts_json([{"kind": "text"}]) == [{"kind": "text"}]
    for wrong in ("[", '{"kind": "text"}', 3):
        with pytest.raises(PromptError):
            prompts_json(wrong)
