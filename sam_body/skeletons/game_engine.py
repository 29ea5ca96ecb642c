"""The game-engine rig: bone names as the Unreal mannequin has them, with a root on the floor."""

from sam_body.skeletons import FINGERS, Skeleton

_MIDDLE = ("Root", "pelvis", "spine_01", "spine_02", "spine_03", "neck_01", "head")
_LIMBS = ("clavicle", "upperarm", "lowerarm", "hand", "thigh", "calf", "foot", "ball")
_NAMES = (
    *_MIDDLE,
    *(f"{limb}_{side}" for limb in _LIMBS for side in "lr"),
    *(f"{finger}_0{n}_{side}" for finger in FINGERS for n in (1, 2, 3) for side in "lr"),
)

SKELETONS = (
    Skeleton(
        name="game_engine",
        title="Game engine (Unreal names)",
        names={name: name for name in _NAMES},
    ),
)
