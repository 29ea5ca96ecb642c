"""Read `mhr_model.pt`, the TorchScript form of the Momentum Human Rig (Apache-2.0), level of detail 1.

Ferguson et al., "MHR: Momentum Human Rig", 2025 (arXiv 2511.15586). The file is called with 45 numbers of
identity, 204 model parameters (pose and lengths) and 72 of expression; it answers with vertices in
centimetres, and for each of its joints 3 numbers of place in centimetres, a quaternion x, y, z, w, and a
scale. Y is up, the person faces +z.
"""

import os
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import EngineUnavailable, WeightsError
from shared.registry import Missing

SETTING = "SEGSTUDIO_MHR"
"""Environment variable with the path of mhr_model.pt."""
IDENTITY, PARAMETERS, EXPRESSION = 45, 204, 72
_CM = 0.01
_FINGERS = ("pinky", "ring", "middle", "index", "thumb")

Array = NDArray[np.float64]


def missing_mhr() -> Missing | None:
    """Say what is missing to use MHR; None when its file is here."""
    named = os.environ.get(SETTING, "").strip()
    cure = (
        "Take mhr_model.pt (Apache-2.0, about 700 MB) from the assets of Meta's MHR repository on GitHub, "
        f"and set {SETTING} to its path."
    )
    if not named:
        return Missing("The body MHR is not on this machine.", cure)
    if not Path(named).expanduser().is_file():
        return Missing(f"{SETTING} names {named}, where there is no file.", cure)
    return None


def joint_names() -> tuple[str, ...]:
    """Return the names of MHR's 127 joints in the file's order."""
    return ("body_world", "root", *_leg("l"), *_leg("r"), *_spine(), *_arm("r"), *_arm("l"), *_head())


def _twists(bone: str, first: int) -> list[str]:
    return [f"{bone}_twist{n}_proc" for n in range(first, 5)]


def _leg(side: str) -> list[str]:
    parts = ("upleg", "lowleg", "foot", "talocrural", "subtalar", "transversetarsal", "ball")
    names = [f"{side}_{part}" for part in parts]
    return [*names, *_twists(f"{side}_lowleg", 1), *_twists(f"{side}_upleg", 0)]


def _spine() -> list[str]:
    return [f"c_spine{n}" for n in range(4)]


def _arm(side: str) -> list[str]:
    names = ["clavicle", "uparm", "lowarm", "wrist_twist", "wrist"]
    for finger in _FINGERS:
        first = 0 if finger in ("pinky", "thumb") else 1
        names += [*(f"{finger}{n}" for n in range(first, 4)), f"{finger}_null"]
    names = [f"{side}_{name}" for name in names]
    return [*names, *_twists(f"{side}_lowarm", 1), *_twists(f"{side}_uparm", 0)]


def _head() -> list[str]:
    names = ["neck", "neck_twist1_proc", "neck_twist0_proc", "head", "jaw", "teeth", "jaw_null"]
    tongue = [f"c_tongue{n}" for n in range(5)]
    return [*(f"c_{n}" for n in names), *tongue, "r_eye", "r_eye_null", "l_eye", "l_eye_null", "c_head_null"]


@dataclass(frozen=True, eq=False)
class Posed:
    """What the file answers, in metres.

    Args:
        vertices: (V, 3).
        places: (J, 3) of the joints.
        turns: (J, 3, 3) rotations of the joints.
    """

    vertices: Array
    places: Array
    turns: Array


class Mhr:
    """A loaded file.

    Args:
        path: mhr_model.pt.

    Raises:
        WeightsError: It cannot be read, or is another model.
    """

    def __init__(self, path: Path) -> None:
        import torch

        try:
            with warnings.catch_warnings():  # torch calls TorchScript old; Meta offers no other form
                warnings.simplefilter("ignore", FutureWarning)
                self._module: Any = torch.jit.load(str(path), map_location="cpu").eval()
            held = {name: value.numpy() for name, value in self._module.named_buffers()}
            self.parents = held[f"{_SKELETON}.joint_parents"].astype(np.int64)
            self.faces = held["character_torch.mesh.faces"].astype(np.int64)
            self._triplets = [
                held[f"{_SKINNING}.{name}_flattened"]
                for name in ("vert_indices", "skin_indices", "skin_weights")
            ]
            self.lengths = held[f"{_TRANSFORM}.scaling_parameters"][:PARAMETERS].astype(bool)
            self.rigid = held[f"{_TRANSFORM}.rigid_parameters"][:PARAMETERS].astype(bool)
            self._limits = [
                held[f"{_LIMITS}.{name}"] for name in ("minmax_parameter_index", "minmax_min", "minmax_max")
            ]
        except (RuntimeError, KeyError, ValueError) as error:
            first = (str(error).strip().splitlines() or [""])[0]
            raise WeightsError(
                f"{path.name} cannot be read as MHR ({first[:200]}).",
                "Take mhr_model.pt of Meta's MHR repository unchanged.",
            ) from error
        self.bones = joint_names()
        if len(self.parents) != len(self.bones):
            raise WeightsError(
                f"{path.name} has {len(self.parents)} joints, but MHR has {len(self.bones)}.",
                "Take mhr_model.pt of Meta's MHR repository unchanged.",
            )

    def pose(self, parameters: Array, identity: Array | None = None) -> Posed:
        """Return surface and joints of a person.

        Args:
            parameters: (204,) of pose and lengths.
            identity: (45,) of the surface; the average person's when not given.
        """
        import torch
        from scipy.spatial.transform import Rotation

        with torch.inference_mode():
            given = torch.from_numpy(parameters.astype(np.float32))[None]
            vertices, state = self._answer(given, identity)
        table = state[0].double().numpy()
        turns = Rotation.from_quat(table[:, 3:7]).as_matrix()
        return Posed(vertices[0].double().numpy() * _CM, table[:, :3] * _CM, turns)

    def places(self, parameters: Array, joints: NDArray[np.int64]) -> tuple[Array, Array]:
        """Return (K, 3) metres of some joints, and (3 K, 204) slopes by the parameters."""
        import torch

        count = 3 * len(joints)  # one copy for each number asked for, so that one way back gives all slopes
        given = torch.from_numpy(parameters.astype(np.float32)).repeat(count, 1).requires_grad_(True)
        found = (self._answer(given)[1][:, torch.from_numpy(joints), :3] * _CM).reshape(count, count)
        (slopes,) = torch.autograd.grad(found.diagonal().sum(), given)
        return found[0].detach().double().numpy().reshape(-1, 3), slopes.double().numpy()

    def _answer(self, parameters: Any, identity: Array | None = None) -> Any:
        import torch

        count = len(parameters)
        who = torch.zeros(count, IDENTITY)
        if identity is not None:
            who = who + torch.from_numpy(identity.astype(np.float32))
        return self._module(who, parameters, torch.zeros(count, EXPRESSION))

    def within_limits(self, parameters: Array) -> Array:
        """Return the parameters, clipped to the joint limits of the file."""
        rows, low, high = self._limits
        kept = parameters.copy()
        kept[rows] = np.clip(kept[rows], low, high)
        return kept

    def skin_weights(self) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Return (V, 4) joints and (V, 4) weights: the four largest of each vertex, their sum 1."""
        rows, joints, weights = self._triplets
        dense = np.zeros((int(self.faces.max()) + 1, len(self.bones)))
        np.add.at(dense, (rows, joints), weights)
        dense[dense.sum(1) <= 0, self.bones.index("root")] = 1.0
        most = np.argsort(-dense, axis=1)[:, :4]
        kept = np.take_along_axis(dense, most, axis=1)
        kept = (kept / kept.sum(1, keepdims=True)).astype(np.float32)
        return most.astype(np.uint8), kept


_SKELETON, _SKINNING = "character_torch.skeleton", "character_torch.linear_blend_skinning"
_TRANSFORM, _LIMITS = "character_torch.parameter_transform", "character_torch.parameter_limits"


def mhr() -> Mhr:
    """Return MHR from the file that the setting names, loaded once a process.

    Raises:
        EngineUnavailable: It is not here.
        WeightsError: It cannot be read.
    """
    if missing := missing_mhr():
        raise EngineUnavailable(missing.reason, missing.cure)
    return mhr_of(Path(os.environ[SETTING].strip()).expanduser().resolve())


@cache
def mhr_of(path: Path) -> Mhr:
    """Return MHR from a file, loaded once a process; see `Mhr`."""
    return Mhr(path)


def write_call(path: Path, identity: NDArray[np.floating], parameters: NDArray[np.floating]) -> None:
    """Write what MHR's file is called with as NPZ: `identity`, `model_parameters` and `expression` (zeros).

    Args:
        path: The file.
        identity: (45,) of the surface.
        parameters: (204,) of pose and lengths.
    """
    with path.open("wb") as stream:
        np.savez_compressed(
            stream,
            identity=identity.astype(np.float32),
            model_parameters=parameters.astype(np.float32),
            expression=np.zeros(EXPRESSION, np.float32),
        )
