"""Names of the 70 keypoints that SAM 3D Body tells, in its order ("mhr70")."""

_ENDS = ("tip", "first_joint", "second_joint", "third_joint")
_FINGERS = ("thumb", "index", "middle", "ring", "pinky")
_PAIRS = ("eye", "ear", "shoulder", "elbow", "hip", "knee", "ankle")
_ELBOWS = ("olecranon", "cubital_fossa", "acromion")


def _foot(side: str) -> list[str]:
    return [f"{side}_{part}" for part in ("big_toe_tip", "small_toe_tip", "heel")]


def _hand(side: str) -> list[str]:
    return [*(f"{side}_{finger}_{end}" for finger in _FINGERS for end in _ENDS), f"{side}_wrist"]


NAMES = (
    "nose",
    *(f"{side}_{part}" for part in _PAIRS for side in ("left", "right")),
    *_foot("left"),
    *_foot("right"),
    *_hand("right"),
    *_hand("left"),
    *(f"{side}_{part}" for part in _ELBOWS for side in ("left", "right")),
    "neck",
)
"""A finger's first joint is the one nearest to its tip, the third the knuckle."""
