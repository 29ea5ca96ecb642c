"""Common ground of all tests: offline, no settings from outside, the same random numbers each time."""

import os
import sys
from collections.abc import Iterator

import pytest

for _name in [n for n in os.environ if n.startswith("SEGSTUDIO_")]:
    del os.environ[_name]
# Set before any engine is imported: nothing may be fetched; and threads that wait for one another keep cores
# busy that the browser, a worker or another test could have had.
os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", GRADIO_ANALYTICS_ENABLED="False")
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
# Compiled modules are kept: else each of the many processes that tests start compiles all it imports anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


@pytest.fixture(autouse=True)
def _same_random_numbers() -> Iterator[None]:
    import numpy as np

    np.random.seed(0)
    yield


def pytest_configure(config: pytest.Config) -> None:
    """Make hypothesis repeatable and free of deadlines: machines differ in speed, truths do not."""
    from hypothesis import settings

    settings.register_profile("studio", deadline=None, derandomize=True, max_examples=50)
    settings.load_profile("studio")
