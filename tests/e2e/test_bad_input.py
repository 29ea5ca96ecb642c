"""Whatever a user gives by mistake: exit code 2, one line with problem and cure, and nothing left behind."""

import json
import os
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import soundfile

from shared.gltf import GlbWriter
from tests.architecture.source import ROOT

RATE = 16_000
AUDIO = ["audio", "separate"]
IMAGE = ["image", "segment"]
LIFT = ["3d", "lift"]
BODY = ["body", "estimate"]
SPEECH = ["--text", "speech"]
POINT = ["--point", "20,20"]


def segstudio(*arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "apps.cli", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )


def in_process(
    capsys: pytest.CaptureFixture[str], *arguments: str | Path
) -> subprocess.CompletedProcess[str]:
    """Run the command in this process: much faster, for the many cases that differ in flags alone."""
    from apps.cli import main

    capsys.readouterr()
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as error:
        code = int(error.code or 0)
    said = capsys.readouterr()
    return subprocess.CompletedProcess([], code, said.out, said.err)


def everything(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*")}


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """The command ended as it should on bad input, and its message holds these words."""
    assert "Traceback" not in done.stderr, done.stderr
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    message = done.stderr.strip().splitlines()[-1]
    assert message.startswith("error: ") and len(message) < 1000
    for word in words:
        assert word.lower() in message.lower(), message


def sound(path: Path, samples: np.ndarray | None = None, **options: str) -> Path:
    if samples is None:
        samples = np.random.default_rng(0).normal(0, 0.1, (RATE * 2, 2))
    soundfile.write(path, samples, RATE, **options)
    return path


def picture(path: Path, height: int = 48, width: int = 64) -> Path:
    """A red disk on green: easy to segment, and no person."""
    y, x = np.mgrid[:height, :width]
    disk = (y - height / 2) ** 2 + (x - width / 2) ** 2 < (height / 3) ** 2
    cv2.imwrite(str(path), np.where(disk[:, :, None], (40, 40, 220), (60, 160, 60)).astype(np.uint8))
    return path


def text_file(path: Path) -> Path:
    path.write_text("I am no recording and no picture.\n" * 20)
    return path


def picture_named(path: Path) -> Path:
    return picture(path.with_suffix(".png")).rename(path)


def empty(path: Path) -> Path:
    path.touch()
    return path


def no_samples(path: Path) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
    return path


def nans(path: Path) -> Path:
    return sound(path, np.full((RATE, 1), np.nan, np.float32), subtype="FLOAT")


def an_hour(path: Path) -> Path:
    with soundfile.SoundFile(path, "w", 8000, 1, "PCM_16") as file:
        for _ in range(60):
            file.write(np.zeros(8000 * 60, np.int16))
    assert path.stat().st_size < 500_000
    return path


def truncated(path: Path) -> Path:
    picture(path, 480, 640)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def enormous(path: Path) -> Path:
    cv2.imwrite(str(path), np.zeros((12_000, 12_000), np.uint8), [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return path


def heic(path: Path) -> Path:
    path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    return path


def model(path: Path) -> Path:
    path.write_bytes(GlbWriter().to_bytes())
    return path


def pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def device(path: Path) -> Path:
    path.symlink_to("/dev/zero")
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def nothing(path: Path) -> Path:
    return path


Make = Callable[[Path], Path]

BAD_FILES: dict[str, tuple[list[str], str, Make, tuple[str, ...]]] = {
    "text named wav": (AUDIO, "a.wav", text_file, ("not a sound file", "convert")),
    "picture as sound": (
        AUDIO,
        "a.wav",
        lambda p: picture(p.with_suffix(".png")).rename(p),
        ("not a sound",),
    ),
    "empty sound": (AUDIO, "a.wav", empty, ("empty", "choose another")),
    "zero samples": (AUDIO, "a.wav", no_samples, ("0 samples", "not empty")),
    "nine channels": (AUDIO, "a.wav", lambda p: sound(p, np.zeros((9, 9))), ("9 channels", "at most 8")),
    "only nan": (AUDIO, "a.wav", nans, ("not finite", "damaged")),
    "missing sound": (AUDIO, "a.wav", nothing, ("does not exist", "check the name")),
    "folder as sound": (AUDIO, "a.wav", folder, ("is a folder",)),
    "pipe": (AUDIO, "a.wav", pipe, ("device or pipe",)),
    "device": (AUDIO, "a.wav", device, ("device or pipe",)),
    "text named png": (IMAGE, "a.png", text_file, ("not a picture", "convert")),
    "empty picture": (IMAGE, "a.png", empty, ("empty",)),
    "truncated jpeg": (IMAGE, "a.jpg", truncated, ("cut off", "again")),
    "12000 squared": (IMAGE, "a.png", enormous, ("40 megapixels", "SEGSTUDIO_MAX_IMAGE_MEGAPIXELS")),
    "heic": (IMAGE, "a.heic", heic, ("heic", "jpeg or png")),
    "mesh as picture": (LIFT, "a.glb", model, ("not a picture",)),
    "truncated for body": (BODY, "a.jpg", truncated, ("cut off",)),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_files(tmp_path, case):
    command, name, make, words = BAD_FILES[case]
    path = make(tmp_path / name)
    before = everything(tmp_path)
    prompt = SPEECH if command is AUDIO else POINT
    refused(segstudio(*command, path, *prompt, "--out", tmp_path / "x" / "out"), *words)
    assert everything(tmp_path) == before


def test_an_hour_in_a_small_file_is_refused_by_a_limit_that_is_named(tmp_path):
    path = an_hour(tmp_path / "hour.flac")
    done = segstudio(*AUDIO, path, *SPEECH, "--out", tmp_path / "out", SEGSTUDIO_MAX_AUDIO_MINUTES="30")
    refused(done, "60 minutes", "at most 30 minutes", "SEGSTUDIO_MAX_AUDIO_MINUTES")
    assert everything(tmp_path) == {"hour.flac"}


def test_a_limit_that_is_no_number_is_refused(tmp_path):
    path = sound(tmp_path / "a.wav")
    done = segstudio(*AUDIO, path, *SPEECH, "--out", tmp_path / "out", SEGSTUDIO_MAX_AUDIO_MINUTES="long")
    refused(done, "SEGSTUDIO_MAX_AUDIO_MINUTES wants a number")


BAD_PROMPTS: dict[str, tuple[list[str], list[str], tuple[str, ...]]] = {
    "empty text": (AUDIO, ["--text", " "], ("empty", "name what you want")),
    "no prompt for sound": (AUDIO, [], ()),
    "10 000 characters": (AUDIO, ["--text", "speech " * 1429], ("characters", "at most 200")),
    "unknown sound": (AUDIO, ["--text", "purple elephants in orbit"], ("purple elephants",)),
    "span after the end": (AUDIO, [*SPEECH, "--span", "90:95"], ("sound ends at 2 s",)),
    "span that is none": (AUDIO, [*SPEECH, "--span", "soon"], ("span", "START:END")),
    "unknown effect": (AUDIO, [*SPEECH, "--effect", "sparkle"], ("no effect 'sparkle'", "choose from")),
    "effect out of range": (AUDIO, [*SPEECH, "--effect", "gain:gain_db=999"], ("-60 to 24 dB", "999")),
    "effect that is none": (AUDIO, [*SPEECH, "--effect", "gain:loud"], ("name:parameter=value",)),
    "unknown format": (AUDIO, [*SPEECH, "--formats", "exe"], ("cannot write exe", "wav")),
    "unknown engine": (AUDIO, [*SPEECH, "--engine", "magic"], ("no engine 'magic'", "choose auto or")),
    "chain file missing": (AUDIO, [*SPEECH, "--chain", "no-such.json"], ("no-such.json",)),
    "no prompt for picture": (IMAGE, [], ()),
    "point outside": (IMAGE, ["--point", "64,20"], ("64,20 lies outside", "64 x 48")),
    "point that is none": (IMAGE, ["--point", "here"], ("--point X,Y",)),
    "point not a number": (IMAGE, ["--point", "nan,5"], ("finite",)),
    "box outside": (IMAGE, ["--box", "100,100,120,120"], ("lies outside", "64 x 48")),
    "box turned over": (IMAGE, ["--box", "30,30,10,10"], ("left < right",)),
    "unknown noun": (IMAGE, ["--text", "flux capacitor"], ("flux capacitor",)),
    "picture with unknown engine": (IMAGE, [*POINT, "--engine", "magic"], ("no engine 'magic'",)),
    "no prompt to lift": (LIFT, [], ("a point, a box, a text or a mask",)),
    "height out of range": (LIFT, [*POINT, "--height-mm", "-5"], ("height_mm", "1 to 2000 mm")),
    "thickness not a number": (LIFT, [*POINT, "--thickness", "fat"], ("thickness", "number")),
    "unknown operation": (LIFT, [*POINT, "--op", "melt"], ("melt", "choose from")),
    "unknown rig": (BODY, [*POINT, "--rig", "spider"], ("rig", "game_engine", "mixamo")),
    "no person": (BODY, [], ("person",)),
}


@pytest.mark.parametrize("case", BAD_PROMPTS)
def test_bad_prompts_and_options(tmp_path, capsys, case):
    command, flags, words = BAD_PROMPTS[case]
    path = sound(tmp_path / "a.wav") if command is AUDIO else picture(tmp_path / "a.png")
    refused(in_process(capsys, *command, path, *flags, "--out", tmp_path / "out"), *words)
    assert everything(tmp_path) == {path.name}


@pytest.mark.parametrize(
    ("value", "shape", "words"),
    [
        (255, (48, 63), ("63 x 48", "64 x 48", "own size")),
        (0, (48, 64), ("is empty", "mark")),
        (None, None, ("does not exist",)),
    ],
    ids=["other size", "empty", "missing"],
)
@pytest.mark.parametrize("command", [LIFT, BODY], ids=["lift", "body"])
def test_bad_masks(tmp_path, command, value, shape, words):
    path, mask = picture(tmp_path / "a.png"), tmp_path / "m.png"
    if shape:
        cv2.imwrite(str(mask), np.full(shape, value, np.uint8))
    before = everything(tmp_path)
    refused(segstudio(*command, path, "--mask", mask, "--out", tmp_path / "out"), *words)
    assert everything(tmp_path) == before


@pytest.mark.parametrize(
    ("command", "prompt", "engine"),
    [
        (AUDIO, SPEECH, "sam-audio"),
        (IMAGE, POINT, "sam3"),
        (IMAGE, POINT, "sam2.1"),
        (LIFT, POINT, "sam-3d-objects"),
        (BODY, POINT, "sam-3d-body"),
    ],
)
def test_engines_whose_weights_are_missing(tmp_path, command, prompt, engine):
    path = sound(tmp_path / "a.wav") if command is AUDIO else picture(tmp_path / "a.png")
    done = segstudio(
        *command, path, *prompt, "--engine", engine, "--out", tmp_path / "out", HF_HOME=str(tmp_path / "hub")
    )
    refused(done, "cannot run here")
    assert "out" not in everything(tmp_path)


def test_weights_of_a_model_that_there_is_not():
    refused(segstudio("models", "get", "nonsense"), "nonsense")


@pytest.mark.parametrize("out", ["/dev/null/out", "/proc/no/such/place", "in_the_way", "in_the_way/deeper"])
def test_folders_that_cannot_be_written(tmp_path, out):
    path = sound(tmp_path / "a.wav")
    (tmp_path / "in_the_way").write_text("I am a file.")
    before = everything(tmp_path)
    refused(segstudio(*AUDIO, path, *SPEECH, "--out", tmp_path / out), "cannot", "choose")
    assert everything(tmp_path) == before
    assert (tmp_path / "in_the_way").read_text() == "I am a file."


def test_a_folder_without_permission(tmp_path):
    path, locked = sound(tmp_path / "a.wav"), tmp_path / "locked"
    locked.mkdir(mode=0o500)
    if os.access(locked, os.W_OK):
        pytest.skip("this user may write everywhere")
    refused(segstudio(*AUDIO, path, *SPEECH, "--out", locked / "out"), "permission", "may write")


def test_a_full_disk(tmp_path):
    path, disk = sound(tmp_path / "a.wav"), tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("needs the right to mount a file system")
    try:
        refused(segstudio(*AUDIO, path, *SPEECH, "--out", disk / "out"), "disk is full", "free some space")
        assert everything(disk) == set()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", ("json",)),
        ("[]", ()),
        ("{}", ()),
        (json.dumps({"task": "fly", "input": "a.wav", "prompts": []}), ("fly",)),
        (json.dumps({"task": "separate", "input": "a.wav", "prompts": [{"kind": "dance"}]}), ("dance",)),
        (json.dumps({"task": "separate", "input": "gone.wav", "prompts": []}), ()),
    ],
    ids=["no json", "list", "empty", "unknown task", "unknown prompt", "missing input"],
)
def test_recipes_that_cannot_be_run(tmp_path, capsys, content, words):
    recipe = tmp_path / "recipe.json"
    recipe.write_text(content)
    refused(in_process(capsys, "run", recipe, "--out", tmp_path / "out"), *words)
    assert everything(tmp_path) == {"recipe.json"}


@pytest.mark.parametrize("arguments", [[], ["fly"], ["audio"], ["audio", "separate"], ["web", "--port", "x"]])
def test_commands_that_there_are_not(capsys, arguments):
    done = in_process(capsys, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: segstudio" in done.stderr and "Traceback" not in done.stderr
