"""Ship a checkpoint of the lift net as ONNX with float16 weights, and its row in the table of weights.

    python -m tools.train_lift.export RUN/average.pt [FILE]

Without FILE it goes into `shared/weights/` with its row; with FILE only there. Needs onnx.
"""

import sys
from pathlib import Path

import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.onnx_files import WEIGHTS, halve, publish
from tools.train_lift.net import INPUTS, LiftNet

FILE = "lift_net.onnx"
SIDE = 64
TITLE = "Lift net: front and back depth of an object from its mask and photo"
SOURCE = (
    "trained from scratch by tools/train_lift on own procedural shapes and CC-BY 3.0 / CC0 meshes of "
    "Debian's sweethome3d-furniture 1.8"
)
LICENCE = "Apache-2.0 (this project)"


class Shipped(nn.Module):
    """The net without the normals, which only the training wants."""

    def __init__(self, net: LiftNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> Tensor:
        """Return front, back and the logarithm of the expected error (plus 3), (B, 3, 64, 64)."""
        y = self.net(x)
        return torch.cat([y[:, :2], y[:, 5:6]], 1)


def write(checkpoint: Path, file: Path) -> None:
    """Trace the averaged net into an ONNX file and store its weights as float16."""
    import onnx

    net = LiftNet()
    net.load_state_dict(torch.load(checkpoint, weights_only=True))
    torch.onnx.export(
        Shipped(net).eval(),
        (torch.zeros(2, INPUTS, SIDE, SIDE),),
        str(file),
        input_names=["x"],
        output_names=["y"],
        dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )
    onnx.save(halve(onnx.load(str(file))), str(file))


def main() -> None:
    """Write the file, and its row when it is to be shipped."""
    checkpoint = Path(sys.argv[1])
    if len(sys.argv) > 2:
        write(checkpoint, Path(sys.argv[2]))
        return
    write(checkpoint, WEIGHTS / FILE)
    publish(WEIGHTS / FILE, title=TITLE, source=SOURCE, licence=LICENCE, made_by="tools/train_lift/export.py")


if __name__ == "__main__":
    main()
