"""What the click net learns from is free and exact; it learns, and its export answers alike."""

import json

import cv2
import numpy as np
import onnxruntime
import pytest
import torch

from shared.cut.asked import COUNT
from tools.train_clicks.net import ClickNet
from tools.train_clicks.photos import LIST, listed, photos
from tools.train_clicks.samples import CELLS, SIDE, next_click, samples
from tools.train_clicks.scenes import scene
from tools.train_clicks.train import ASKED, batch, error, measured, scale, write


@pytest.fixture(scope="module")
def learned():
    """Samples of one drawn scene, as tensors."""
    made = samples(scene(np.random.default_rng(3)), np.random.default_rng(0))
    assert made is not None
    return {name: torch.from_numpy(values.astype(np.float16)) for name, values in made.items()}


def test_only_free_training_photos_are_listed(tmp_path):
    def photo(number: int, licence: int, part: str) -> dict[str, object]:
        address = f"http://images.cocodataset.org/{part}2017/{number:012d}.jpg"
        return {"id": number, "license": licence, "coco_url": address, "flickr_url": f"http://f/{number}"}

    rows = [photo(1, 4, "train"), photo(2, 3, "train"), photo(3, 4, "val"), photo(4, 7, "train")]
    (tmp_path / "instances_train2017.json").write_text(json.dumps({"images": rows}), "utf8")
    assert [row["number"] for row in listed([tmp_path])] == [f"{1:012d}", f"{4:012d}"]


def test_each_photo_comes_whole_and_close_around_a_thing(tmp_path):
    number = LIST.read_text("utf8").splitlines()[1].split(",")[0]
    pixels = np.full((120, 160, 3), 90, np.uint8)
    cv2.imwrite(str(tmp_path / f"{number}.jpg"), pixels)
    square = {"image_id": int(number), "iscrowd": 0, "segmentation": [[40, 30, 80, 30, 80, 70, 40, 70]]}
    found = {"images": [{"id": int(number), "file_name": f"{number}.jpg"}], "annotations": [square]}
    (tmp_path / "instances_train2017.json").write_text(json.dumps(found), "utf8")
    whole, close = photos([tmp_path], seed=0)
    assert whole.pixels.shape == (120, 160, 3) and whole.masks[0].mean() == pytest.approx(1 / 12, rel=0.1)
    assert close.pixels.shape[0] < 120 and close.masks[0].mean() > 2 * whole.masks[0].mean()


def test_scenes_hold_separate_things_that_differ_from_what_is_behind():
    drawn = [scene(np.random.default_rng(seed)) for seed in range(3)]
    assert len({len(one.masks) for one in drawn}) > 1
    for one in drawn:
        assert np.sum(one.masks, axis=0).max() <= 1  # what hides a thing takes its pixels
        areas = [mask.mean() for mask in one.masks]
        assert areas == sorted(areas, reverse=True) and areas[0] > 0.02
    again = scene(np.random.default_rng(0))
    np.testing.assert_array_equal(again.pixels, drawn[0].pixels)


def test_clicks_go_to_the_middle_of_the_larger_error():
    truth, mask = np.zeros((40, 60), np.bool_), np.zeros((40, 60), np.bool_)
    truth[10:31, 20:41] = True
    random = np.random.default_rng(1)
    inner = [next_click(truth, mask, random) for _ in range(12)]
    assert all(
        click is not None and click[1] and truth[int(click[0][1]), int(click[0][0])] for click in inner
    )
    assert ((30.0, 20.0), True) in inner
    mask[:, :] = True
    click = next_click(truth, mask, random)
    assert click is not None and not click[1] and not truth[int(click[0][1]), int(click[0][0])]
    assert next_click(truth, truth, random) is None


def test_samples_tell_what_is_asked_and_what_is_true(learned):
    count = len(learned["grid"])
    assert learned["grid"].shape == (count, COUNT, SIDE, SIDE) and learned["cells"].shape[1:] == (
        CELLS,
        COUNT,
    )
    assert [tuple(learned[f"map_{n}"].shape) for n in range(3)] == [(128, s, s) for s in (52, 26, 13)]
    truth, place = learned["truth"].float(), learned["place"].float()
    assert truth.min() >= 0 and truth.max() <= 1 and 0.1 < truth.mean() < 0.9
    rows, columns = (place[..., 1] * SIDE).long(), (place[..., 0] * SIDE).long()
    seen = torch.stack([learned["true_grid"][n, rows[n], columns[n]] for n in range(count)]).float()
    assert (seen - truth).abs().mean() < 0.1
    boxed = learned["cells"][:, 0, -1] > 0.5
    assert 2 <= boxed.sum() < count


@pytest.mark.slow
def test_learning_lowers_the_error_and_the_export_answers_alike(learned, tmp_path):
    torch.manual_seed(0)
    net = ClickNet()
    scale(net, [learned])
    random = np.random.default_rng(0)
    taken = batch([learned], [(0, number) for number in range(2)], random)
    optimizer = torch.optim.Adam(net.parameters(), 5e-3)
    errors = []
    for _ in range(4):
        loss = error(net, taken)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        errors.append(float(loss.detach()))
    assert errors[-1] < 0.9 * errors[0]
    assert set(measured(net, [learned])) == {"box", "first", "later"}
    net.eval()
    with pytest.warns(DeprecationWarning):
        write(net, tmp_path / "net.onnx")
    given = {name: taken[name][:1].numpy() for name in ASKED}
    odds, _ = onnxruntime.InferenceSession(tmp_path / "net.onnx").run(None, given)
    with torch.no_grad():
        wanted, _ = net(*(taken[name][:1] for name in ASKED))
    np.testing.assert_allclose(np.asarray(odds), wanted.numpy(), atol=0.02)
