"""What stands in for Meta's package `sam_3d_body`: the same calls, names, shapes, axes and units.

Its people are MHR (by the file beside the checkpoint) in a pose of their own, put where their box is.
"""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

WHERE = SimpleNamespace(depth_m=4.0)


class Model:
    """As `SAM3DBody` as far as the estimator asks it."""

    def __init__(self, kind: str, device: str, mhr: Any) -> None:
        self.kind, self.device, self.mhr = kind, torch.device(device), mhr
        faces = dict(mhr.named_buffers())["character_torch.mesh.faces"]
        self.head_pose = SimpleNamespace(faces=faces)


def load_sam_3d_body(checkpoint_path: str = "", device: str = "cuda", mhr_path: str = "") -> tuple[Any, Any]:
    """Return model and configuration."""
    config = Path(checkpoint_path).with_name("model_config.yaml").read_text()
    kind = Path(checkpoint_path).read_text().strip()
    return Model(kind, device, torch.jit.load(mhr_path, map_location="cpu")), config


class SAM3DBodyEstimator:
    """As the official one."""

    def __init__(
        self,
        sam_3d_body_model: Any,
        model_cfg: Any,
        human_detector: Any = None,
        human_segmentor: Any = None,
        fov_estimator: Any = None,
    ) -> None:
        self.model, self.device = sam_3d_body_model, sam_3d_body_model.device
        self.faces = self.model.head_pose.faces.cpu().numpy()
        path = Path(model_cfg) if model_cfg else None
        self.known = np.load(path) if path else None
        sys.stdout.write("No human detector is used...")

    @torch.no_grad()
    def process_one_image(
        self,
        img: Any,
        bboxes: Any = None,
        masks: Any = None,
        cam_int: Any = None,
        det_cat_id: int = 0,
        bbox_thr: float = 0.5,
        nms_thr: float = 0.3,
        use_mask: bool = False,
        inference_type: str = "full",
    ) -> list[dict[str, Any]]:
        """Return one person a box."""
        height, width = img.shape[:2]
        assert img.dtype == np.uint8 and img.shape[2] == 3 and inference_type == "full"
        if self.model.kind == "memory":
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 6.00 GiB.")
        boxes = bboxes.reshape(-1, 4)
        if masks is not None:
            assert masks.reshape(-1, height, width, 1).astype(np.uint8).shape[0] == len(boxes)
        focal = (
            float(np.hypot(height, width)) if cam_int is None else float(cam_int.reshape(1, 3, 3)[0, 0, 0])
        )
        return [self._person(box, focal, (width / 2, height / 2)) for box in boxes]

    def _known(self, focal: float, centre: tuple[float, float]) -> dict[str, Any]:
        """Return true keypoints, (70, 3) in the camera, and numbers of MHR that say nothing."""
        assert self.known is not None
        seen = self.known.astype(np.float32)
        flat = focal * seen[:, :2] / seen[:, 2:] + np.array(centre)
        zeros = {name: np.zeros(n) for name, n in (("shape_params", 45), ("mhr_model_params", 204))}
        return zeros | {
            "focal_length": np.float32(focal),
            "pred_keypoints_3d": seen - seen[0],
            "pred_keypoints_2d": flat,
            "pred_vertices": np.zeros((4, 3)),
            "pred_cam_t": seen[0],
            "expr_params": np.zeros(72),
        }

    def _person(self, box: Any, focal: float, centre: tuple[float, float]) -> dict[str, Any]:
        parameters, shape = torch.zeros(1, 204), torch.zeros(1, 45)
        parameters[0, 4], parameters[0, 20], parameters[0, 40] = 0.5, 0.4, -0.3
        shape[0, 0] = 2.0
        vertices, state = self.model.mhr(shape, parameters, torch.zeros(1, 72))
        flip = torch.tensor([1.0, -1.0, -1.0])
        vertices, joints = vertices[0] / 100 * flip, state[0, :, :3] / 100 * flip
        keypoints = joints[:70]
        if self.known is not None:
            return self._known(focal, centre)
        middle = (vertices.amin(0) + vertices.amax(0)) / 2
        at = torch.tensor([(box[0] + box[2]) / 2 - centre[0], (box[1] + box[3]) / 2 - centre[1]])
        camera = torch.cat([at * WHERE.depth_m / focal, torch.tensor([WHERE.depth_m])]).float() - middle
        seen = keypoints + camera
        flat = focal * seen[:, :2] / seen[:, 2:] + torch.tensor(centre)
        if self.model.kind == "axes":
            vertices = vertices * flip
        if self.model.kind == "camera":
            flat = flat.flip(1)
        if self.model.kind == "shapes":
            keypoints = keypoints[:17]
        return {
            "bbox": box,
            "focal_length": np.float32(focal),
            "pred_keypoints_3d": keypoints.numpy(),
            "pred_keypoints_2d": flat.numpy(),
            "pred_vertices": vertices.numpy(),
            "pred_cam_t": camera.numpy(),
            "shape_params": shape[0].numpy(),
            "expr_params": np.zeros(72, np.float32),
            "mhr_model_params": parameters[0].numpy(),
            "pred_joint_coords": joints.numpy(),
        }
