"""The recipe of the joint net: its many people are the body's, and what it saves is what the fit runs."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from sam_body import lifting  # noqa: E402
from sam_body.lifting import HIPS, tree  # noqa: E402
from sam_body.model import body_model  # noqa: E402
from sam_body.observation import landmark_points  # noqa: E402
from sam_body.points import State  # noqa: E402
from tools.train_joints.people import sight  # noqa: E402
from tools.train_joints.poses import landmarks_of, random_angles, random_shapes, random_sights  # noqa: E402
from tools.train_joints.train import SWAP, Errors, JointNet, mirrored, pairs  # noqa: E402


def test_many_bodies_are_the_bodies_of_the_fit():
    rng, model = np.random.default_rng(0), body_model()
    angles, shapes = random_angles(rng, 3), random_shapes(rng, 3)
    one_by_one = [
        State.of(model, np.zeros(3), shape, turn).points(landmark_points())
        for shape, turn in zip(shapes, angles, strict=True)
    ]
    assert np.allclose(landmarks_of(angles, shapes), one_by_one, atol=1e-9)


def test_pairs_hold_depths_from_joint_to_joint_and_no_shift_of_true_landmarks():
    places, image = random_sights(np.random.default_rng(1), 5)
    true = np.concatenate([image, places[:, :, 2:]], axis=2)
    inputs, wanted = pairs(image, places[:, :, 2], true)
    assert inputs.shape == (5, 81)
    assert np.allclose(wanted[:, :, 1:], 0, atol=1e-9)
    scale = lifting.rms(image)[:, None]
    assert np.allclose(wanted[:, :, 0] * scale, places[:, :, 2] @ tree().T)
    assert np.allclose(places[:, HIPS].mean(1), 0)


def test_mirrored_people_are_mirrored():
    places, image = random_sights(np.random.default_rng(2), 4)
    true = np.concatenate([image, places[:, :, 2:]], axis=2)
    once = mirrored(image, places[:, :, 2], true)
    again = mirrored(*once)
    assert sorted(SWAP) == list(range(27)) and np.allclose(again[2], true)
    assert not np.allclose(once[2], true)


def test_a_saved_net_runs_the_same_in_numpy(tmp_path, monkeypatch):
    rng = np.random.default_rng(3)
    places, image = random_sights(rng, 60)
    true = np.concatenate([image, places[:, :, 2:]], axis=2) / lifting.rms(image)[:, None, None]
    errors = Errors(true[:, :, :2] * 1.01, true[:, :, 2] * 0.5, true)
    inputs = torch.tensor(errors.many(rng, 40)[0], dtype=torch.float32)
    net = JointNet(inputs)
    torch.nn.init.normal_(net.last.weight, std=0.05)
    net.save(tmp_path / "net.npz")
    with np.load(tmp_path / "net.npz") as data:
        layers = {name: data[name].astype(np.float64) for name in data.files}
    monkeypatch.setattr(lifting, "_layers", lambda: layers)
    values, spread = lifting._net(inputs[0].numpy().astype(np.float64))
    with torch.no_grad():
        wanted, width = net(inputs[:1])
    assert np.allclose(values, wanted[0].numpy(), atol=5e-3)
    assert np.allclose(np.log(spread), width[0].numpy(), atol=5e-3)


@pytest.mark.slow
def test_rendered_people_are_seen_about_where_they_are():
    found = [sight(np.random.default_rng([5, number])) for number in range(4)]
    seen = [one for one in found if one is not None]
    assert len(seen) >= 3
    apart = [np.linalg.norm(one.seen_px - one.true_px, axis=1).mean() for one in seen]
    assert np.median(apart) < 12
