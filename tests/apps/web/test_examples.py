"""Each tab starts with an example that is there and fits its prompts."""

import socket

from apps.web import examples
from apps.web.network import free_port
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


def test_the_clicks_on_the_vase_mean_the_whole_vase() -> None:
    from shared.segment import segment
    from shared.synth_pictures import vase

    first = examples.objects()[0]
    found = segment(load_image(first.path), prompting.parse(first.prompts), engine="graphcut").masks.masks[0]
    truth = vase(width=1000, height=1000).mask
    assert (found & truth).sum() / (found | truth).sum() > 0.98
