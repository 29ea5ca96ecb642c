"""The studio: submit, follow, take the files home, cancel, fail."""

import zipfile
from pathlib import Path

import pytest

from apps.recipes import Recipe
from apps.storage.results import ResultStore
from apps.studio import Studio
from shared.errors import InputError
from shared.prompts import Text

pytestmark = pytest.mark.usefixtures("one_task")


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(ResultStore(tmp_path / "store"))


def finish(studio: Studio, job_id: str) -> str:
    while not (job := studio.status(job_id)).ended:
        studio.wait(job_id, timeout_s=10)
    return job.state


def test_a_submitted_recipe_gives_files_and_a_zip_of_them(studio: Studio, tone: Path) -> None:
    job_id = studio.submit(Recipe("separate", str(tone), (Text("all"),)))
    assert finish(studio, job_id) == "done"
    result = studio.result(job_id)
    assert [path.name for path in result.files] == ["half.wav", "manifest.json"]
    with zipfile.ZipFile(studio.zip(job_id)) as archive:
        assert archive.read("half.wav") == result.files[0].read_bytes()


def test_jobs_do_not_tell_the_server_s_paths(studio: Studio, tone: Path) -> None:
    job_id = studio.submit(Recipe("separate", str(tone), (Text("all"),)))
    finish(studio, job_id)
    assert str(tone.parent) not in studio.result(job_id).files[-1].read_text("utf8")


def test_a_failed_job_raises_its_own_error_and_leaves_no_folder(
    studio: Studio, tone: Path, tmp_path: Path
) -> None:
    job_id = studio.submit(Recipe("separate", str(tone), (Text("fail"),)))
    assert finish(studio, job_id) == "failed"
    with pytest.raises(InputError, match="half way"):
        studio.result(job_id)
    assert list((tmp_path / "store").iterdir()) == []


def test_two_jobs_keep_their_results_apart(studio: Studio, tone: Path) -> None:
    recipes = [Recipe("separate", str(tone), (Text("all"),), options={"times": t}) for t in (0.5, 0.25)]
    jobs = [studio.submit(recipe) for recipe in recipes]
    assert [finish(studio, job) for job in jobs] == ["done", "done"]
    first, second = (studio.result(job) for job in jobs)
    assert first.folder != second.folder
    assert first.manifest["facts"]["peak"] == pytest.approx(2 * second.manifest["facts"]["peak"])
