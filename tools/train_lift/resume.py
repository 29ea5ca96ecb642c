"""Turn the shipped lift net back into weights that a training can start from.

    python -m tools.train_lift.resume VIEWS START.pt

The shipped file has its batch normalisations folded into the convolutions before them. They are unfolded on
one batch of views: a channel with mean m and variance v there, and shipped bias b, gets running statistics m
and v, scale √(v + ε) and shift m + b, which is the shipped function. Needs onnx.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from shared import weights
from shared.onnx import net as session
from tools.train_lift.export import FILE
from tools.train_lift.net import LiftNet
from tools.train_lift.train import Views, examples

COUNT = 512  # views that the statistics are taken from


def shipped(file: Path) -> tuple[dict[str, np.ndarray], list[tuple[np.ndarray, np.ndarray]]]:
    """Return the weights that kept their names, and (weight, bias) of folded convolutions as they run."""
    graph = onnx.load(str(file)).graph
    found = {
        i.name.removesuffix("__half"): numpy_helper.to_array(i).astype(np.float32) for i in graph.initializer
    }
    named = {name: values for name, values in found.items() if not name.startswith("onnx::")}
    folded = []
    for node in graph.node:
        if node.op_type == "Conv" and node.input[1] not in named:
            weight, bias = (found[name.removesuffix("__half")] for name in node.input[1:3])
            folded.append((weight, bias))
    return named, folded


def unfolded(named: dict[str, np.ndarray], folded: list[tuple[np.ndarray, np.ndarray]], x: Tensor) -> LiftNet:
    """Return a net that answers as the shipped one does; `x` (B, 8, 64, 64) gives the statistics."""
    net = LiftNet().eval()
    for name, values in named.items():
        net.get_parameter(name.removeprefix("net.")).data.copy_(torch.from_numpy(values.copy()))
    waiting, biases = iter(folded), []

    def before_conv(conv: nn.Module, _: tuple[Tensor, ...]) -> None:
        weight, bias = next(waiting)
        assert isinstance(conv, nn.Conv2d)
        conv.weight.copy_(torch.from_numpy(weight))
        biases.append(torch.from_numpy(bias))

    def before_norm(norm: nn.Module, given: tuple[Tensor, ...]) -> None:
        assert isinstance(norm, nn.BatchNorm2d) and norm.running_mean is not None
        assert norm.running_var is not None
        variance, mean = torch.var_mean(given[0], (0, 2, 3))
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_((variance + norm.eps).sqrt())
        norm.bias.copy_(mean + biases.pop())

    hooks = []
    for module in net.modules():
        children = list(module.children()) if isinstance(module, nn.Sequential) else []
        for one, other in zip(children, children[1:], strict=False):
            if isinstance(one, nn.Conv2d) and isinstance(other, nn.BatchNorm2d):
                hooks.append(one.register_forward_pre_hook(before_conv))
                hooks.append(other.register_forward_pre_hook(before_norm))
    with torch.no_grad():
        net(x)
    for hook in hooks:
        hook.remove()
    return net


def main() -> None:
    """Write the weights, and say how closely they answer as the shipped net does."""
    views = Views(Path(sys.argv[1]), COUNT)
    views.refresh()
    rows = views.rows(held=False)[:COUNT]
    x, _, _ = examples(views.batch(rows), torch.Generator().manual_seed(0), colorless=0.3)
    net = unfolded(*shipped(weights.path(FILE)), x)
    with torch.no_grad():
        answer = net(x).numpy()[:, [0, 1, 5]]
    away = float(np.abs(answer - session(FILE)(x=x.numpy())["y"]).max())
    torch.save(net.state_dict(), sys.argv[2])
    print(f"{len(x)} views; largest difference from the shipped net: {away:.2g}")


if __name__ == "__main__":
    main()
