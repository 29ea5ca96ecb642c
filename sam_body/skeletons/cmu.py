"""The names of the CMU motion-capture library's BVH files, hips as root."""

from sam_body.skeletons import FINGERS, Skeleton

_MIDDLE = {
    "pelvis": "Hips",
    "spine_01": "LowerBack",
    "spine_02": "Spine",
    "spine_03": "Spine1",
    "neck_01": "Neck1",
    "head": "Head",
}
_LIMBS = {
    "clavicle": "Shoulder",
    "upperarm": "Arm",
    "lowerarm": "ForeArm",
    "hand": "Hand",
    "thigh": "UpLeg",
    "calf": "Leg",
    "foot": "Foot",
    "ball": "ToeBase",
}


def _names() -> dict[str, str]:
    names = dict(_MIDDLE)
    for side, word in (("l", "Left"), ("r", "Right")):
        names |= {f"{limb}_{side}": f"{word}{name}" for limb, name in _LIMBS.items()}
        names |= {
            f"{finger}_0{n}_{side}": f"{word}Hand{finger.title()}{n}" for finger in FINGERS for n in (1, 2, 3)
        }
    return names


SKELETONS = (Skeleton(name="cmu", title="CMU motion capture", names=_names()),)
