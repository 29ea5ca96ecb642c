"""SAM 3D Objects, Meta's image-to-3D model: listed, and not yet available in this version."""

from typing import Any

from shared.errors import EngineUnavailable
from shared.prompts import MaskHint
from shared.registry import EngineSpec, Missing

_REASON = "it is not connected in this version of the suite."
_CURE = (
    "The model is gated (SAM License) and needs a CUDA GPU with 32 GB and its own Python environment; "
    "use lift_net until then."
)


def _missing() -> Missing:
    return Missing(_REASON, _CURE)


def _load(device: str) -> Any:
    raise EngineUnavailable(f"SAM 3D Objects cannot run on {device}: {_REASON}", _CURE)


SPECS = (
    EngineSpec(
        id="sam-3d-objects",
        task="lift",
        tier="official",
        title="SAM 3D Objects",
        summary="Meta's generative model: full shape and texture of a masked object, hidden sides included.",
        accepts=frozenset({MaskHint}),
        licence="SAM License (gated)",
        version="not yet available",
        load=_load,
        missing=_missing,
    ),
)
