"""A page that runs for a test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from apps.storage.results import ResultStore
from apps.studio import Studio
from apps.web.app import build, settings
from apps.web.network import free_port

HOST = "127.0.0.1"
FIRST_PORT = 17860 + os.getpid() % 2000  # two test runs beside each other do not race for one


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the app with its results in a folder; gives its address."""
    page = build(Studio(ResultStore(folder / "results")))
    port = free_port(HOST, FIRST_PORT)
    page.launch(server_name=HOST, server_port=port, prevent_thread_lock=True, quiet=True, **settings())
    try:
        yield f"http://{HOST}:{port}"
    finally:
        page.close(verbose=False)
