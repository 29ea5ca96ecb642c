"""One small family of errors. Each message says what was wanted, what came, and what to do."""


class StudioError(Exception):
    """Base of all errors that a user may meet and can do something about.

    Args:
        problem: What was wanted and what came instead.
        cure: What to do about it; appended to the message when given.
    """

    def __init__(self, problem: str, cure: str = "") -> None:
        self.problem = problem
        self.cure = cure
        super().__init__(f"{problem} {cure}".strip())


class InputError(StudioError):
    """Media, files or parameters that cannot be used as they are."""


class PromptError(StudioError):
    """A prompt that does not fit the media, or that no chosen engine understands."""


class EngineUnavailable(StudioError):
    """An engine that is unknown, not installed, or cannot run on this machine."""


class WeightsError(StudioError):
    """Weights that are missing, incomplete, altered or not allowed."""


class ExportError(StudioError):
    """A result that cannot be written where, or in the form that, was asked."""


class Cancelled(StudioError):
    """The user asked a running job to stop."""

    def __init__(self) -> None:
        super().__init__("The run was cancelled; nothing was written.")
