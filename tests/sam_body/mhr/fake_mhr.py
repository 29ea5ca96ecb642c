"""A small TorchScript file with the interface of mhr_model.pt: joints, buffers, units and call."""

import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from sam_body.mhr.model import joint_names

NAMES = joint_names()
_CHAINS = {
    "{s}_upleg": "root", "{s}_lowleg": "{s}_upleg", "{s}_foot": "{s}_lowleg", "{s}_talocrural": "{s}_foot",
    "{s}_subtalar": "{s}_talocrural", "{s}_transversetarsal": "{s}_subtalar",
    "{s}_ball": "{s}_transversetarsal",
    "{s}_clavicle": "c_spine3", "{s}_uparm": "{s}_clavicle", "{s}_lowarm": "{s}_uparm",
    "{s}_wrist_twist": "{s}_lowarm", "{s}_wrist": "{s}_wrist_twist",
}  # fmt: skip
PARENT = {"root": "body_world", "c_spine0": "root", "c_neck": "c_spine3", "c_head": "c_neck"}
PARENT |= {f"c_spine{n}": f"c_spine{n - 1}" for n in (1, 2, 3)}
PARENT |= {k.format(s=s): v.format(s=s) for k, v in _CHAINS.items() for s in "lr"}
# Centimetres, left side; y up, facing +z, arms straight out.
PLACE = {
    "body_world": (0, 0, 0), "root": (0, 95, 0), "upleg": (9, 90, 0), "lowleg": (9, 48, 1),
    "foot": (9, 8, -2),
    "talocrural": (9, 7, -2), "subtalar": (9, 6, -1), "transversetarsal": (9, 4, 4), "ball": (9, 2, 10),
    "spine0": (0, 100, 0), "spine1": (0, 110, 0), "spine2": (0, 120, 0), "spine3": (0, 130, 0),
    "clavicle": (2, 140, 0), "uparm": (17, 140, 0), "lowarm": (45, 140, 0), "wrist_twist": (60, 140, 0),
    "wrist": (70, 140, 0), "neck": (0, 147, 0), "head": (0, 157, 1),
}  # fmt: skip


def parent_of(name: str) -> str:
    """Return a joint's parent: of the table, else the joint before it in its finger, else its limb's."""
    if name in PARENT:
        return PARENT[name]
    side, _, rest = name.partition("_")
    before = NAMES[NAMES.index(name) - 1]
    stem = rest.split("_")[0].rstrip("0123456789")
    if "_proc" in name:
        return f"{side}_{rest.split('_')[0]}"
    if stem in ("pinky", "ring", "middle", "index", "thumb"):
        return before if before.startswith(f"{side}_{stem}") else f"{side}_wrist"
    return "c_head"


def _place(name: str) -> Tensor:
    side, _, rest = name.partition("_")
    if name in ("body_world", "root"):
        return torch.tensor(PLACE[name], dtype=torch.float32)
    if rest not in PLACE:
        return _place(parent_of(name)) + torch.tensor([2.0 if side == "l" else -2.0, 0.5, 0.5])
    place = torch.tensor(PLACE[rest], dtype=torch.float32)
    return place * torch.tensor([-1.0, 1, 1]) if side == "r" else place


class _Skeleton(nn.Module):
    def __init__(self, offsets: Tensor, parents: Tensor) -> None:
        super().__init__()
        self.register_buffer("joint_translation_offsets", offsets)
        self.register_buffer("joint_parents", parents)


class _Buffers(nn.Module):
    def __init__(self, **values: Tensor) -> None:
        super().__init__()
        for name, value in values.items():
            self.register_buffer(name, value)


class _Character(nn.Module):
    def __init__(self, skeleton: nn.Module, **parts: nn.Module) -> None:
        super().__init__()
        self.skeleton = skeleton
        self.mesh = parts["mesh"]
        self.linear_blend_skinning = parts["skinning"]
        self.parameter_transform = parts["transform"]
        self.parameter_limits = parts["limits"]


def _times(a: Tensor, b: Tensor) -> Tensor:
    """Multiply quaternions x, y, z, w."""
    av, aw, bv, bw = a[..., :3], a[..., 3:], b[..., :3], b[..., 3:]
    vector = aw * bv + bw * av + torch.cross(av, bv, dim=-1)
    return torch.cat([vector, aw * bw - (av * bv).sum(-1, keepdim=True)], dim=-1)


def _turn(q: Tensor, v: Tensor) -> Tensor:
    """Turn vectors by quaternions."""
    t = 2 * torch.cross(q[..., :3], v, dim=-1)
    return v + q[..., 3:] * t + torch.cross(q[..., :3], t, dim=-1)


class FakeMhr(nn.Module):
    """Same call as MHR: (B, 45), (B, 204), (B, 72) → (B, V, 3) cm and (B, 127, 8)."""

    def __init__(self, character: _Character, levels: list[Tensor], matrix: Tensor, rest: Tensor) -> None:
        super().__init__()
        self.character_torch = character
        self.levels = levels
        self.matrix = matrix
        self.rest = rest

    def forward(self, identity: Tensor, parameters: Tensor, expression: Tensor) -> tuple[Tensor, Tensor]:
        skeleton = self.character_torch.skeleton
        parents = skeleton.joint_parents.long()
        count = parameters.shape[0]
        freedoms = (parameters @ self.matrix.t()).view(count, 127, 7)
        half = freedoms[:, :, 3:6] / 2
        sine, cosine, zero = half.sin(), half.cos(), torch.zeros_like(half[:, :, 0])
        x = torch.stack([sine[:, :, 0], zero, zero, cosine[:, :, 0]], -1)
        y = torch.stack([zero, sine[:, :, 1], zero, cosine[:, :, 1]], -1)
        z = torch.stack([zero, zero, sine[:, :, 2], cosine[:, :, 2]], -1)
        turn = _times(z, _times(y, x))
        move = skeleton.joint_translation_offsets + freedoms[:, :, :3]
        size = torch.exp2(freedoms[:, :, 6:])
        for level in self.levels:
            above = parents[level]
            put = move[:, above] + size[:, above] * _turn(turn[:, above], move[:, level])
            move = move.index_copy(1, level, put)
            turn = turn.index_copy(1, level, _times(turn[:, above], turn[:, level]))
            size = size.index_copy(1, level, size[:, above] * size[:, level])
        skinning = self.character_torch.linear_blend_skinning
        rows, joints = skinning.vert_indices_flattened, skinning.skin_indices_flattened.long()
        local = self.rest[rows] + identity[:, :1, None] - skinning.inverse_bind_pose[joints, :3]
        placed = move[:, joints] + size[:, joints] * _turn(turn[:, joints], local)
        shares = skinning.skin_weights_flattened[None, :, None] * placed
        vertices = torch.zeros(count, self.rest.shape[0], 3).index_add(1, rows, shares)
        return vertices, torch.cat([move, turn, size], dim=-1)


def save_fake_mhr(path: Path) -> Path:
    """Save one: an octahedron around each joint, half of it carried by the joint's parent."""
    places = torch.stack([_place(name) for name in NAMES])
    parents = torch.tensor([-1 if n == "body_world" else NAMES.index(parent_of(n)) for n in NAMES])
    offsets = places - torch.where(parents[:, None] < 0, torch.zeros(3), places[parents.clamp(min=0)])
    depth = [0] * 127
    order = list(range(127))
    while order:  # parents may come later than their children in the file's order
        for j in list(order):
            if parents[j] < 0 or int(parents[j]) not in order:
                depth[j] = 0 if parents[j] < 0 else depth[int(parents[j])] + 1
                order.remove(j)
    levels = [torch.tensor([j for j in range(127) if depth[j] == d]) for d in range(1, max(depth) + 1)]
    matrix, lengths = _parameters()
    around = torch.tensor([[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]) * 2
    rest = (places[:, None] + around).reshape(-1, 3)
    sides = [[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]]
    faces = (torch.arange(127)[:, None, None] * 6 + torch.tensor(sides)).reshape(-1, 3)
    own = torch.arange(127).clamp(min=1).repeat_interleave(6)  # the world carries nothing
    half = torch.arange(762)[(torch.arange(762) % 6 < 3) & (parents[own] > 0)]
    weights = torch.ones(762)
    weights[half] = 0.5
    character = _Character(
        _Skeleton(offsets, parents.int()),
        mesh=_Buffers(faces=faces.int()),
        skinning=_Buffers(
            inverse_bind_pose=torch.cat([places, torch.zeros(127, 5)], 1),
            vert_indices_flattened=torch.cat([torch.arange(762), half]),
            skin_indices_flattened=torch.cat([own, parents[own[half]]]).int(),
            skin_weights_flattened=torch.cat([weights, torch.full((len(half),), 0.5)]),
        ),
        transform=_Buffers(
            scaling_parameters=torch.cat([lengths, torch.zeros(45, dtype=torch.bool)]),
            rigid_parameters=torch.arange(249) < 6,
        ),
        limits=_Buffers(
            minmax_parameter_index=torch.arange(6, 136).int(),
            minmax_min=torch.full((130,), -3.0),
            minmax_max=torch.full((130,), 3.0),
        ),
    )
    with warnings.catch_warnings():  # TorchScript is on its way out of torch, but the file is made of it
        warnings.simplefilter("ignore", FutureWarning)
        torch.jit.script(FakeMhr(character, levels, matrix, rest)).save(str(path))
    return path


def _parameters() -> tuple[Tensor, Tensor]:
    """Place (decimetres) and turn of the root, turns of 43 joints, lengths of as many."""
    moved = [
        j
        for j, n in enumerate(NAMES)
        if j > 1 and "_proc" not in n and "_null" not in n and "tongue" not in n
    ]
    first = ["upleg", "lowleg", "foot", "ball", "clavicle", "uparm", "lowarm", "wrist", "neck", "head"]
    first += [f"spine{n}" for n in range(4)]
    moved = sorted(moved, key=lambda j: (NAMES[j].partition("_")[2] not in first, j))
    matrix, lengths = torch.zeros(889, 204), torch.arange(204) >= 136
    for axis in range(3):
        matrix[7 + axis, axis] = 10.0
        matrix[7 + 3 + axis, 3 + axis] = 1.0
    for number in range(130):
        matrix[moved[number // 3] * 7 + 3 + number % 3, 6 + number] = 1.0
    for number in range(60):
        matrix[moved[number] * 7 + 6, 136 + number] = 1.0
    return matrix, lengths
