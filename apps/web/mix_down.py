"""The mixer's button that makes a file of the mix: a job like others, told in the mixer itself."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import gradio as gr

from apps.manifest import download_names
from apps.runner import Result
from apps.studio import Studio
from apps.web.errors import shown_error, told
from apps.web.follow import follow
from apps.web.mixer import Mixer
from apps.web.result_files import file_data
from apps.web.run_bar import ONCE, QUIET
from sam_audio.mix_settings import settings_from_json
from shared.errors import Cancelled, StudioError

_numbers = count()  # makes each answer another one, so that the mixer hears of it


def listen(mixer: Mixer, studio: Studio) -> None:
    """Let the mixer's button mix its run's stems down and fetch the file; and stop that.

    Args:
        mixer: Asks for it.
        studio: Has the run, and does it.
    """

    def mixdown(event: gr.EventData) -> Iterator[dict[str, Any]]:
        try:
            job_id = studio.mix(str(event.run), settings_from_json(event.stems), format=str(event.format))
            for job in follow(studio, job_id):
                if not job.ended:
                    yield answer(f"Mixing, {round(100 * job.fraction)} %", job=job_id)
            result = studio.result(job_id)
            yield answer(" ".join(result.manifest["warnings"]), file=fetched(result))
        except Cancelled:
            yield answer("Cancelled; nothing was kept.")
        except StudioError as error:
            yield answer(told(error), wrong=True)
            raise shown_error(error) from error

    def unmix(event: gr.EventData) -> None:
        studio.cancel(str(event.job))

    mixer.mixdown(mixdown, None, mixer, **ONCE)
    mixer.unmix(unmix, None, None, queue=False, **QUIET)


def answer(words: str, *, job: str = "", wrong: bool = False, file: dict[str, Any] | None = None) -> Any:
    """Return an update that tells the mixer how its mix-down stands.

    Args:
        words: What to say.
        job: Id of the job while it runs; empty when it has ended.
        wrong: Whether it failed.
        file: The finished mix, to be fetched at once.
    """
    return gr.update(
        answer={"number": next(_numbers), "words": words, "job": job, "wrong": wrong, "file": file}
    )


def fetched(result: Result) -> dict[str, Any]:
    """Return the file of a mix, with the name under which it is taken home."""
    path = result.files[0]
    return {**file_data(path), "orig_name": download_names(result.manifest)[path.name]}
