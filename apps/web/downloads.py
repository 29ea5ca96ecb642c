"""The picker's button that gets a model's weights, by the same code as `segstudio models get`."""

from collections.abc import Iterator

import gradio as gr

from apps.studio import Studio
from apps.web import run_bar
from apps.web.engine_picker import EnginePicker, rows
from apps.web.run_bar import RunBar, Update


def listen(picker: EnginePicker, bar: RunBar, studio: Studio) -> None:
    """Let the picker's button download a model and then list its engines anew.

    Args:
        picker: Has the button.
        bar: Shows the progress and stops the download.
        studio: Does it.
    """

    def get(event: gr.EventData) -> Iterator[Update]:
        def show(_: str) -> Update:
            return {picker: gr.update(engines=rows(picker.package))}

        yield from run_bar.run(bar, studio, lambda: studio.download(str(event.name)), show)

    picker.download(get, None, [*bar.outputs, picker], **run_bar.ONCE)
