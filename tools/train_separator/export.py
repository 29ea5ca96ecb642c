"""Ship a checkpoint: two ONNX files with float16 weights, and the table of classes with their scores.

    python -m tools.train_separator.export CHECKPOINT SCORES [WORK]

SCORES is what `report` wrote. Needs onnx.
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.onnx_files import WEIGHTS, halve, publish
from tools.train_separator.model import BANDS, Separator
from tools.train_separator.phrases import embeddings
from tools.train_separator.sources import ALIKE, sounds

TITLE = "Sound net: {} of the suite's own separator of everyday sounds and instruments"
SOURCE = (
    "trained from scratch by tools/train_separator on CC0, CC-BY, public-domain and MIT sounds "
    "and own synthesis"
)
LICENCE = "Apache-2.0 (this project)"


class Listener(nn.Module):
    """The encoder, with presences instead of logits."""

    def __init__(self, net: Separator) -> None:
        super().__init__()
        self.encoder = net.encoder

    def forward(self, seen: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return coarse, middle and fine maps, and presence (1, columns, classes)."""
        coarse, middle, fine, tags = self.encoder(seen)
        return coarse, middle, fine, torch.sigmoid(tags)


class Masks(nn.Module):
    """The decoder, asked by the number of a class."""

    codes: Tensor

    def __init__(self, net: Separator) -> None:
        super().__init__()
        self.decoder = net.decoder
        self.register_buffer("codes", net.codes().detach().clone())

    def forward(self, coarse: Tensor, middle: Tensor, fine: Tensor, which: Tensor) -> Tensor:
        """Return the mask, (1, 128, F)."""
        return torch.sigmoid(self.decoder(coarse, middle, fine, self.codes[which]))


def averaged(checkpoint: Path) -> Separator:
    """Return the net with the running mean of its weights."""
    net = Separator(embeddings())
    net.load_state_dict(torch.load(checkpoint, weights_only=True)["mean"])
    return net.eval()


def written(
    net: nn.Module, given: tuple[Tensor, ...], file: Path, names: tuple[list[str], list[str]], axes: Any
) -> None:
    """Trace a net into an ONNX file and store its weights as float16."""
    import onnx

    torch.onnx.export(
        net,
        given,
        str(file),
        input_names=names[0],
        output_names=names[1],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    onnx.save(halve(onnx.load(str(file))), str(file))


def main() -> None:
    """Write the files and their rows."""
    checkpoint, scores = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf8"))
    net = averaged(checkpoint)
    seen = torch.zeros(1, BANDS, 256)
    encoder, decoder = WEIGHTS / "sound_net_encoder.onnx", WEIGHTS / "sound_net_decoder.onnx"
    maps = ["coarse", "middle", "fine"]
    moving = {"coarse": {3: "sixteenths"}, "middle": {3: "eighths"}, "fine": {3: "quarters"}}
    with torch.no_grad():
        written(
            Listener(net),
            (seen,),
            encoder,
            (["seen"], [*maps, "presence"]),
            {"seen": {2: "frames"}, "presence": {1: "columns"}, **moving},
        )
        coarse, middle, fine, _ = net.encoder(seen)
        written(
            Masks(net),
            (coarse, middle, fine, torch.tensor([0])),
            decoder,
            ([*maps, "which"], ["mask"]),
            {"mask": {2: "frames"}, **moving},
        )
    table = WEIGHTS / "sound_net.json"
    stored = {"names": list(sounds()), "alike": sorted(sorted(group) for group in ALIKE), **scores}
    table.write_text(json.dumps(stored, indent=1) + "\n", "utf8")
    made_by = "tools/train_separator/export.py"
    publish(encoder, title=TITLE.format("encoder"), source=SOURCE, licence=LICENCE, made_by=made_by)
    publish(decoder, title=TITLE.format("decoder"), source=SOURCE, licence=LICENCE, made_by=made_by)
    publish(table, title=TITLE.format("classes and scores"), source=SOURCE, licence=LICENCE, made_by=made_by)


if __name__ == "__main__":
    main()
