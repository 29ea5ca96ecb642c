"""The Mixamo rig: bone names with the `mixamorig:` prefix, hips as root."""

from sam_body.skeletons import FINGERS, Skeleton

_PREFIX = "mixamorig:"
_MIDDLE = {
    "pelvis": "Hips",
    "spine_01": "Spine",
    "spine_02": "Spine1",
    "spine_03": "Spine2",
    "neck_01": "Neck",
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
    names = {bone: f"{_PREFIX}{name}" for bone, name in _MIDDLE.items()}
    for side, word in (("l", "Left"), ("r", "Right")):
        names |= {f"{limb}_{side}": f"{_PREFIX}{word}{name}" for limb, name in _LIMBS.items()}
        names |= {
            f"{finger}_0{n}_{side}": f"{_PREFIX}{word}Hand{finger.title()}{n}"
            for finger in FINGERS
            for n in (1, 2, 3)
        }
    return names


SKELETONS = (Skeleton(name="mixamo", title="Mixamo (mixamorig names)", names=_names()),)
