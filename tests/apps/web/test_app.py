"""The served app stops when it is told to, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from PIL import Image

from apps.web.network import free_port
from tests.apps.web.page import FIRST_PORT, HOST

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_a_stopped_app_leaves_no_files(tmp_path: Path) -> None:
    port, photo = free_port(HOST, FIRST_PORT), tmp_path / "photo.png"
    left, cache = tmp_path / "temporary", tmp_path / "cache"
    left.mkdir()
    Image.effect_noise((64, 48), 90).convert("RGB").save(photo)
    command = [sys.executable, "-u", "-m", "apps.cli", "web", "--port", str(port)]
    places = {"TMPDIR": str(left), "GRADIO_TEMP_DIR": str(cache)}
    app = subprocess.Popen(command, cwd=ROOT, env=os.environ | places, stdout=subprocess.PIPE, text=True)
    try:
        assert app.stdout
        address = next(line.split()[-1] for line in app.stdout if "http://" in line)
        box = {"kind": "box", "xyxy_px": [10, 10, 40, 40]}
        Client(address, verbose=False).predict(handle_file(photo), [box], api_name="/segment")
        assert list(left.glob("segstudio-*/*/manifest.json"))
        app.send_signal(signal.SIGTERM)
        app.communicate(timeout=60)
        assert app.returncode == 0
    finally:
        app.kill()
        app.communicate()
    assert list(left.glob("segstudio-*")) == []
