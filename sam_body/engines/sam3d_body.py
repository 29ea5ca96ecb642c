"""Official tier: SAM 3D Body. Listed, with the reason why it cannot run yet."""

from typing import NoReturn

from shared.errors import EngineUnavailable
from shared.prompts import Box, Keypoints, MaskHint
from shared.registry import EngineSpec, Missing

_MISSING = Missing(
    "SAM 3D Body is not connected yet (code outside PyPI, its own CUDA packages, gated weights).",
    "Use landmark-fit; SAM 3D Body will run in an environment of its own.",
)


def _missing() -> Missing:
    return _MISSING


def _load(_device: str) -> NoReturn:
    raise EngineUnavailable(_MISSING.reason, _MISSING.cure)


SPECS = (
    EngineSpec(
        id="sam-3d-body",
        task="estimate",
        tier="official",
        title="SAM 3D Body",
        summary="Meta's full-body mesh recovery from one photo, with the MHR rig.",
        accepts=frozenset({Box, MaskHint, Keypoints}),
        licence="SAM License (gated)",
        version="facebook/sam-3d-body-dinov3",
        load=_load,
        missing=_missing,
    ),
)
