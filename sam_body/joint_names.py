"""Which joint of a foreign skeleton is which bone: by the names that tools and libraries give."""

import re

from sam_body.skeletons import FINGERS, skeletons

_SIDED = {
    "clavicle": ("clavicle", "collar", "shoulder"),
    "upperarm": ("upperarm", "arm", "shldr", "uparm"),
    "lowerarm": ("lowerarm", "forearm", "elbow"),
    "hand": ("hand", "wrist"),
    "thigh": ("thigh", "upleg", "upperleg", "hip"),
    "calf": ("calf", "leg", "lowerleg", "lowleg", "shin", "knee"),
    "foot": ("foot", "ankle"),
    "ball": ("ball", "toe", "toebase", "toes"),
}
_MIDDLE = {
    "pelvis": ("pelvis", "hips", "hip"),
    "spine_01": ("spine01", "spine1", "spine", "lowerback", "abdomen"),
    "spine_02": ("spine02", "spine2", "chest"),
    "spine_03": ("spine03", "spine3", "upperchest", "chest2"),
    "neck_01": ("neck01", "neck1", "neck"),
    "head": ("head",),
}
NEEDED = tuple(f"{bone}_{side}" for bone in ("upperarm", "lowerarm", "thigh", "calf") for side in "lr")


def bones_of(names: tuple[str, ...]) -> dict[str, int]:
    """Return baked bone name to index in a skeleton's joint names, for those that are recognised.

    A skeleton with the names of one of our rigs is taken by them; else each joint by what its name says,
    where arms that hang on joints called shoulder and elbow (no collar by another name) are told apart.
    """
    for kind in skeletons():
        exact = {bone: names.index(name) for bone, name in kind.names.items() if name in names}
        if {"pelvis", *NEEDED} <= set(exact):
            return exact
    plain = [_plain(name) for name in names]
    joined = {side + part for side, part in plain}
    elbows = {"lelbow", "relbow"} <= joined
    found: dict[str, int] = {}
    for index, (side, part) in enumerate(plain):
        for bone in _bones(side, part, elbows=elbows):
            found.setdefault(bone, index)
    found.setdefault("pelvis", 0)  # the root of a motion is its hips, whatever its name
    return found


def _plain(name: str) -> tuple[str, str]:
    """Split a name into its side ("l", "r" or "") and the rest in lower case without marks."""
    text = re.sub(r"^.*:", "", name)
    text = re.sub(r"^(bip0?1|def|mixamorig\d*)[ _.-]+", "", text, flags=re.IGNORECASE)
    low = text.lower()
    for word, side in (("left", "l"), ("right", "r")):
        if word in low:
            return side, re.sub(r"[^a-z0-9]", "", low.replace(word, ""))
    ends = re.match(r"^([lr])[ _.-]+(.*)$", low) or re.match(r"^([lr])(?=[A-Z])(.*)$", text)
    if ends:
        return ends[1].lower(), re.sub(r"[^a-z0-9]", "", ends[2].lower())
    ends = re.match(r"^(.*)[ _.-]+([lr])$", low)
    if ends:
        return ends[2], re.sub(r"[^a-z0-9]", "", ends[1])
    return "", re.sub(r"[^a-z0-9]", "", low)


def _bones(side: str, part: str, *, elbows: bool) -> list[str]:
    if not side:
        return [bone for bone, words in _MIDDLE.items() if part in words]
    for finger in FINGERS:
        if match := re.fullmatch(rf"(?:hand)?{finger}0?([123])", part):
            return [f"{finger}_0{match[1]}_{side}"]
    if elbows and part == "shoulder":  # shoulder, elbow, wrist: the joints of the arm itself
        return [f"upperarm_{side}"]
    return [f"{bone}_{side}" for bone, words in _SIDED.items() if part in words]
