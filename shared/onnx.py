"""Run a shipped ONNX net: opened once a process after its sha256 was checked, on the CPU."""

from functools import cache
from typing import Any

from numpy.typing import NDArray

from shared.weights import path

THREADS = 2


class Net:
    """One net with named inputs and outputs; safe to call from several threads.

    Args:
        session: onnxruntime.InferenceSession.
    """

    def __init__(self, session: Any) -> None:
        self._session = session
        self._outputs = [output.name for output in session.get_outputs()]

    def __call__(self, **inputs: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """Return every output by name."""
        values = self._session.run(self._outputs, inputs)
        return dict(zip(self._outputs, values, strict=True))


@cache
def net(file: str) -> Net:
    """Open a net of `shared/weights/`.

    Args:
        file: Its name in the table of weights.

    Raises:
        WeightsError: The file is missing or was altered.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.log_severity_level = 3
    # Waiting threads sleep: the cores are shared with the cuts that run beside the nets.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(path(file), options, providers=["CPUExecutionProvider"])
    return Net(session)
