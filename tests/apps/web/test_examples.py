"""Each tab starts with an example that is there and fits its prompts."""

import socket
from pathlib import Path

import pytest

from apps.web import examples
from apps.web.network import free_port
from apps.web.sound_extras import References, references_of
from shared import prompts as prompting
from shared.loading import load_audio, load_image


def test_every_example_is_a_file_that_its_prompts_fit() -> None:
    pictures, sounds = [*examples.objects(), *examples.people()], examples.sounds()
    assert len(pictures) >= 3 and len(sounds) >= 2
    for example in pictures:
        prompting.check(prompting.parse(example.prompts), load_image(example.path))
    for example in sounds:
        prompting.check(prompting.parse(example.prompts), load_audio(example.path))


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < free_port("127.0.0.1", port) < port + 100


@pytest.mark.slow
def test_the_clicks_on_the_vase_mean_the_whole_vase() -> None:
    from shared.segment import segment
    from shared.synth_pictures import vase

    first = examples.objects()[0]
    found = segment(load_image(first.path), prompting.parse(first.prompts), engine="graphcut").masks.masks[0]
    truth = vase(width=1000, height=1000).mask
    assert (found & truth).sum() / (found | truth).sum() > 0.98


def test_the_sounds_show_words_a_drawn_box_and_a_reference() -> None:
    kinds = [example.prompts[0]["kind"] for example in examples.sounds()]
    assert kinds == ["text", "text", "band", "reference"]


def test_an_example_s_reference_counts_as_uploaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    example = next(e for e in examples.sounds() if e.prompts[0]["kind"] == "reference")
    (item,) = examples.references_in(example, References())
    (prompt,) = references_of([item])
    assert Path(prompt.file).read_bytes() == Path(example.prompts[0]["file"]).read_bytes()
    assert item["name"] == "song.flac" and prompt.keep is False
    assert examples.text_in(example) == "" and examples.text_in(examples.sounds()[0]) == "speech"
