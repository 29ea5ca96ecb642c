"""The web app: four tabs over one studio, and the named endpoints."""

import os
import signal
import tempfile
from pathlib import Path
from typing import Any

import gradio as gr

from apps.storage.results import ResultStore
from apps.studio import Studio
from apps.web import (
    audio_tab,
    body_endpoints,
    body_tab,
    endpoints,
    object_tab,
    photo_endpoints,
    photos_tab,
    print_endpoints,
    several_endpoints,
    several_panel,
    shape_endpoints,
    theme,
    video_endpoints,
    video_panel,
    warm,
)
from apps.web.network import free_port
from apps.web.sound_board import SOUND_LIMIT
from apps.web.widget import Widget

TITLE = "Segment Studio"
HOUR_S = 3600


class Header(Widget):
    """Name, promise, and the switch between light and dark."""

    files = "header"


def build(studio: Studio | None = None) -> gr.Blocks:
    """Return the page, ready to launch.

    Args:
        studio: Runs everything; a new one when None.
    """
    studio = studio or Studio()
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(HOUR_S, 24 * HOUR_S)) as page:
        # First, so that the names are theirs: Gradio names private events after functions as well.
        endpoints.listen(studio)
        shape_endpoints.listen(studio)
        photo_endpoints.listen(studio)
        body_endpoints.listen()
        print_endpoints.listen()
        several_endpoints.listen(studio)
        video_endpoints.listen(studio)
        Header()
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Audio", id="audio"):
                audio = audio_tab.render()
            with gr.Tab("3D object", id="object"):
                thing = object_tab.render()
            with gr.Tab("Photos to 3D", id="photos"):
                several = photos_tab.render()
            with gr.Tab("Body", id="body"):
                body = body_tab.render()
                turned = several_panel.render()
                video = video_panel.render()
        audio_tab.listen(audio, studio)
        object_tab.listen(thing, studio)
        photos_tab.listen(several, studio)
        body_tab.listen(body, studio)
        several_panel.listen(turned, studio)
        video_panel.listen(video, studio)
    return page.queue(max_size=32, default_concurrency_limit=8)


def serve(*, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serve the page until it is stopped; results that were not downloaded go with it.

    Args:
        host: Address to listen on.
        port: Port; when it is taken, one of the next hundred.
    """
    signal.signal(signal.SIGTERM, _stopped)
    with tempfile.TemporaryDirectory(prefix="segstudio-", ignore_cleanup_errors=True) as folder:
        studio = Studio(ResultStore(Path(folder)))
        page = build(studio)
        address = {"server_name": host, "server_port": free_port(host, port)}
        page.launch(**address, prevent_thread_lock=True, **settings())
        warm.start()  # not before: a busy machine would answer the launch's own first request too late
        try:
            page.block_thread()
        finally:
            studio.close()


def _stopped(*_: Any) -> None:
    """End as Ctrl-C does when a machine or a service manager stops the app, so that nothing is left of it."""
    raise SystemExit(0)


def settings() -> dict[str, Any]:
    """Return the launch settings that every start of the page shares."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    return {
        "theme": theme.theme(),
        "css": theme.style(),
        "max_file_size": SOUND_LIMIT.replace(" ", "").lower(),
        "ssr_mode": False,
        "enable_monitoring": False,
        "show_error": False,
        "footer_links": ["api"],
        "strict_cors": True,
        # Else Gradio gives up when its own page takes longer than three seconds, as on a busy machine.
        "_frontend": False,
    }
