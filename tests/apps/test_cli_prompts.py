"""Prompt flags of the command line."""

import argparse

import pytest

from apps.cli import _joined
from apps.cli_prompts import add_depth_flags, add_prompt_flags, prompts_from
from shared.errors import PromptError
from shared.prompts import (
    Band,
    Box,
    Depth,
    Example,
    Noise,
    NotText,
    Pan,
    Points,
    Prompts,
    Reference,
    Span,
    Text,
)


def parse(media: str, *arguments: str) -> Prompts:
    parser = argparse.ArgumentParser()
    add_prompt_flags(parser, media)
    return prompts_from(parser.parse_args(_joined(arguments)))


def test_clicks_of_one_object_are_one_prompt() -> None:
    clicks = ("--point", "10,20", "--point", "30,40,-", "--point", "5,6,+,2")
    assert parse("picture", *clicks) == (
        Points(((10, 20), (30, 40)), (True, False), 0),
        Points(((5, 6),), (True,), 2),
    )


def test_each_box_is_an_object_of_its_own_unless_told() -> None:
    boxes = ("--box", "0,0,5,6", "--box", "7,7,9,9", "--box", "1,1,2,2,-,0")
    assert parse("picture", *boxes) == (
        Box((0, 0, 5, 6), True, 0),
        Box((7, 7, 9, 9), True, 1),
        Box((1, 1, 2, 2), False, 0),
    )


def test_spans_with_a_leading_minus_are_values_not_flags() -> None:
    prompts = parse("sound", "--text", "speech", "--not", "music", "--span", "+1.2:3.5", "--span", "-7:9")
    assert prompts == (Text("speech"), NotText("music"), Span(1.2, 3.5, True), Span(7, 9, False))


def test_every_way_to_point_into_sound_has_a_flag() -> None:
    marks = ("--band", "1.2:3.5,400:8000", "--band", "-0:1,50:60", "--pan", "-1:-0.3", "--pan", "-.2:.2,-")
    wider = ("--like", "2:3.1", "--like", "-5:6", "--noise", "0:1.5", "--reference", "a.wav")
    assert parse("sound", *marks, *wider, "--keep-reference", "b.wav") == (
        Band(1.2, 3.5, 400, 8000),
        Band(0, 1, 50, 60, False),
        Pan(-1, -0.3),
        Pan(-0.2, 0.2, False),
        Example(2, 3.1),
        Example(5, 6, False),
        Noise(0, 1.5),
        Reference("a.wav"),
        Reference("b.wav", True),
    )


@pytest.mark.parametrize(
    ("flag", "text"),
    [
        ("--band", "1:2"),
        ("--band", "1:2,3"),
        ("--pan", "x"),
        ("--pan", "0:1,*"),
        ("--like", "1"),
        ("--noise", ""),
    ],
)
def test_what_points_nowhere_is_refused_with_its_form(flag: str, text: str) -> None:
    with pytest.raises(PromptError, match=f"Write it as {flag}"):
        parse("sound", flag, text)


@pytest.mark.parametrize("text", ["", "1", "a,b", "1,2,*", "1,2,+,x", "1,2,+,0,9", "nan,1"])
def test_what_is_not_a_click_is_refused_with_its_form(text: str) -> None:
    with pytest.raises(PromptError):
        parse("picture", "--point", text)


@pytest.mark.parametrize("text", ["", "1", "1:x", "3:2"])
def test_what_is_not_a_span_is_refused(text: str) -> None:
    with pytest.raises(PromptError, match="span"):
        parse("sound", "--span", text)


def test_a_depth_map_and_what_it_means() -> None:
    parser = argparse.ArgumentParser()
    add_prompt_flags(parser, "picture")
    add_depth_flags(parser)
    words = ["--depth", "far.exr", "--depth-meaning", "distance", "--depth-focal-px", "900"]
    parsed = parser.parse_args(["--point", "1,2", *words, "--depth-unit-mm", "1000"])
    assert prompts_from(parsed)[1:] == (Depth("far.exr", "distance", 900, 1000),)
    assert prompts_from(parser.parse_args(["--depth", "a.png"])) == (Depth("a.png"),)
    with pytest.raises(PromptError, match="has no scale"):
        prompts_from(parser.parse_args([*words[:2], "--depth-meaning", "nearness", "--depth-focal-px", "9"]))
