"""SAM Audio, the official engine for any words: listed, not yet available."""

from typing import NoReturn

from shared.errors import EngineUnavailable
from shared.prompts import Span, Text
from shared.registry import EngineSpec, Missing

_MISSING = Missing(
    "The connection to Meta's SAM Audio is not part of this version; its package has the import name of ours "
    "and its weights are gated.",
    "Use the embedded engines meanwhile: speech, vocals, instrumental, drums, melody.",
)


def load(device: str) -> NoReturn:
    """Refuse: there is nothing to load yet.

    Raises:
        EngineUnavailable: Always.
    """
    raise EngineUnavailable(_MISSING.reason, _MISSING.cure)


SPECS = (
    EngineSpec(
        id="sam-audio",
        task="separate",
        tier="official",
        title="SAM Audio",
        summary="Meta's text- and span-prompted separation of any sound.",
        accepts=frozenset({Text, Span}),
        licence="SAM License (gated)",
        version="not yet available",
        load=load,
        missing=lambda: _MISSING,
    ),
)
