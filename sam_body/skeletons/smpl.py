"""Joint names as in SMPL and SMPL-H: names only; mesh and rest pose stay those of the shipped body."""

from sam_body.skeletons import FINGERS, Skeleton

_MIDDLE = {
    "pelvis": "pelvis",
    "spine_01": "spine1",
    "spine_02": "spine2",
    "spine_03": "spine3",
    "neck_01": "neck",
    "head": "head",
}
_LIMBS = {
    "clavicle": "collar",
    "upperarm": "shoulder",
    "lowerarm": "elbow",
    "hand": "wrist",
    "thigh": "hip",
    "calf": "knee",
    "foot": "ankle",
    "ball": "foot",
}


def _names() -> dict[str, str]:
    names = dict(_MIDDLE)
    for side, word in (("l", "left"), ("r", "right")):
        names |= {f"{limb}_{side}": f"{word}_{name}" for limb, name in _LIMBS.items()}
        names |= {f"{finger}_0{n}_{side}": f"{word}_{finger}{n}" for finger in FINGERS for n in (1, 2, 3)}
    return names


SKELETONS = (Skeleton(name="smpl", title="SMPL names", names=_names()),)
