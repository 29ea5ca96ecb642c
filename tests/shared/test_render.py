import os
import textwrap
import time
from dataclasses import replace

import numpy as np
import pytest
import trimesh

from shared import render_process
from shared.errors import Cancelled, InputError
from shared.mesh import Camera, Mesh
from shared.progress import Progress
from shared.render import View, orbit, render

QUADRANTS = {"red": (220, 30, 30), "green": (30, 200, 30), "blue": (30, 30, 220), "yellow": (230, 220, 40)}


def card() -> Mesh:
    """A square card that faces +z, its texture four colours: red upper left, then green, blue lower left."""
    texture = np.zeros((62, 62, 3), np.uint8)  # not a multiple of four: OpenGL's row alignment shows here
    texture[:31, :31], texture[:31, 31:] = QUADRANTS["red"], QUADRANTS["green"]
    texture[31:, :31], texture[31:, 31:] = QUADRANTS["blue"], QUADRANTS["yellow"]
    corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0.0]])
    faces = np.array([[0, 1, 2], [0, 2, 3]])
    return Mesh(corners, faces, uv=(corners[:, :2] + 1) / 2, texture=texture)


def ball(radius: float = 1.0) -> Mesh:
    found = trimesh.creation.icosphere(4, radius)
    return Mesh(np.asarray(found.vertices), np.asarray(found.faces))


def refuse(parts, shots, deadline):
    """Answer as a machine without OpenGL does."""
    raise render_process.RenderFailure("no OpenGL on this machine")


@pytest.fixture
def no_opengl(monkeypatch):
    monkeypatch.setattr(render_process, "draw", refuse)


def child_of(tmp_path, monkeypatch, body: str) -> render_process._Child:
    """Put another script in the place of the child that draws."""
    script = tmp_path / "child.py"
    script.write_text(textwrap.dedent(body))
    child = render_process._Child(script)
    monkeypatch.setattr(render_process, "_child", child)
    return child


@pytest.fixture(scope="module")
def opengl():
    """Skip where the machine has no OpenGL; the tests with `no_opengl` run everywhere."""
    drawn = render([ball()], [orbit([ball()], 0, size_px=(32, 32))], timeout_s=120)
    if drawn.renderer != "pyrender":
        pytest.skip(drawn.warnings[0])


def check_card():
    drawn = render([card()], [orbit([card()], 0, elevation_deg=0, size_px=(160, 160))], timeout_s=120)
    frame = drawn.frames[0].astype(int)
    assert frame[0, 0, 3] == 0
    for (row, column), name in zip(((50, 50), (50, 110), (110, 50), (110, 110)), QUADRANTS, strict=True):
        seen, wanted = frame[row, column, :3], np.array(QUADRANTS[name])
        assert frame[row, column, 3] == 255
        assert np.linalg.norm(seen / np.linalg.norm(seen) - wanted / np.linalg.norm(wanted)) < 0.12, name
        assert 0.75 < np.linalg.norm(seen) / np.linalg.norm(wanted) < 1.25, (
            name
        )  # neither washed out nor dark
    return drawn


@pytest.mark.slow
def test_pyrender_shows_the_texture_the_right_way_round(opengl):
    assert check_card().renderer == "pyrender"


def test_numpy_shows_the_texture_the_right_way_round_and_says_so(no_opengl):
    drawn = check_card()
    assert drawn.renderer == "numpy"
    assert drawn.warnings == ("Previews were drawn without OpenGL (no OpenGL on this machine).",)


@pytest.mark.slow
def test_both_renderers_see_the_same(opengl, monkeypatch):
    meshes = [
        ball(),
        Mesh(ball(0.5).vertices + [1, 0.5, 0.4], ball().faces, colors=np.full((2562, 3), 40, np.uint8)),
    ]
    off_centre = View(Camera(300.0, (100.0, 60.0), (180, 140)), orbit(meshes, 0).camera_from_world)
    for view in (orbit(meshes, 30, size_px=(180, 140)), off_centre):
        by_pyrender = render(meshes, [view], timeout_s=120)
        with monkeypatch.context() as patch:
            patch.setattr(render_process, "draw", refuse)
            by_numpy = render(meshes, [view])
        assert (by_pyrender.renderer, by_numpy.renderer) == ("pyrender", "numpy")
        a, b = (r.frames[0, ..., 3] > 127 for r in (by_pyrender, by_numpy))
        assert (a & b).sum() / (a | b).sum() > 0.99
        difference = by_pyrender.frames[0, ..., :3].astype(int) - by_numpy.frames[0, ..., :3]
        assert np.abs(difference[a & b]).mean() < 14


def test_parts_at_one_place_are_drawn_in_their_order(opengl):
    cards = [replace(card(), texture=np.full((8, 8, 3), color, np.uint8)) for color in QUADRANTS.values()]
    view = orbit(cards, 0, size_px=(48, 48))
    frames = [render(cards, [view]).frames[0] for _ in range(6)]
    assert all((frame == frames[0]).all() for frame in frames)
    assert frames[0][24, 24, :3].argmax() == 0  # the first card is red, and nothing is nearer


@pytest.mark.parametrize("azimuth", [0, 90, 200])
@pytest.mark.parametrize("size", [(120, 80), (80, 120)])
def test_every_angle_frames_the_whole_object(no_opengl, azimuth, size):
    tall = Mesh(ball().vertices * (0.3, 2, 1) + (5, -3, 2), ball().faces)
    (frame,) = render([tall], [orbit([tall], azimuth, size_px=size)]).frames
    seen = frame[..., 3] > 0
    assert seen.any()
    assert not (seen[0].any() or seen[-1].any() or seen[:, 0].any() or seen[:, -1].any())
    assert max(seen.any(1).mean(), seen.any(0).mean()) > 0.55


def test_ninety_degrees_look_at_the_side_that_faces_x():
    view = orbit([ball()], 90, elevation_deg=0)
    in_camera = view.camera_from_world[:3, :3] @ [1, 0, 0]
    assert in_camera == pytest.approx([0, 0, 1])  # towards the camera
    assert view.camera_from_world[:3, :3] @ [0, 1, 0] == pytest.approx([0, 1, 0])


@pytest.mark.slow
def test_a_killed_renderer_is_replaced(opengl):
    view = orbit([ball()], 0, size_px=(32, 32))
    render_process._child._process.kill()
    render_process._child._process.wait()
    assert render([ball()], [view], timeout_s=120).renderer == "pyrender"


def test_a_renderer_that_always_crashes_gives_way_to_numpy(tmp_path, monkeypatch):
    child_of(tmp_path, monkeypatch, "import os; os._exit(139)")
    drawn = render([ball()], [orbit([ball()], 0, size_px=(32, 32))])
    assert (drawn.renderer, drawn.frames[0, 16, 16, 3]) == ("numpy", 255)
    assert "crashed" in drawn.warnings[0]


def test_a_renderer_that_hangs_gives_way_after_the_time_limit(tmp_path, monkeypatch):
    child = child_of(tmp_path, monkeypatch, "import time; time.sleep(600)")
    start = time.monotonic()
    drawn = render([ball()], [orbit([ball()], 0, size_px=(32, 32))], timeout_s=0.5)
    assert time.monotonic() - start < 100  # the machine may be busy
    assert drawn.renderer == "numpy" and "more than" in drawn.warnings[0]
    assert child._process is None  # ended, not left behind


def test_a_machine_without_opengl_is_not_asked_again_at_once(tmp_path, monkeypatch):
    body = """
        import pathlib, pickle, sys
        pickle.load(sys.stdin.buffer)
        with pathlib.Path(sys.argv[0] + ".asked").open("a") as file:
            file.write("x")
        pickle.dump(("error", "pyrender failed: no EGL"), sys.stdout.buffer)
        sys.stdout.buffer.flush()
    """
    child_of(tmp_path, monkeypatch, body)
    view = orbit([ball()], 0, size_px=(32, 32))
    assert "no EGL" in render([ball()], [view]).warnings[0]
    assert "no EGL" in render([ball()], [view]).warnings[0]
    assert (tmp_path / "child.py.asked").read_text() == "x"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_neither_uses_nor_ends_its_parent_s_renderer(opengl):
    view = orbit([ball()], 0, size_px=(32, 32))
    render([ball()], [view], timeout_s=120)
    renderer = render_process._child._process
    forked = os.fork()
    if forked == 0:
        render_process._child.stop()
        os._exit(0)
    os.waitpid(forked, 0)
    assert renderer.poll() is None
    assert render([ball()], [view], timeout_s=120).renderer == "pyrender"
    assert render_process._child._process is renderer


@pytest.mark.parametrize(
    ("meshes", "views"),
    [
        ([], ["view"]),
        (["ball"], []),
        (["empty"], ["view"]),
        (["ball"], ["view", "other"]),
        (["ball"], ["huge"]),
    ],
)
def test_what_cannot_be_drawn_is_refused(meshes, views):
    known_meshes = {"ball": ball(), "empty": Mesh(np.zeros((0, 3)), np.zeros((0, 3), int))}
    sizes = {"view": (32, 32), "other": (33, 32), "huge": (5000, 20)}
    shots = [orbit([ball()], 0, size_px=sizes[name]) for name in views]
    with pytest.raises(InputError, match="wants?"):
        render([known_meshes[name] for name in meshes], shots)


def test_rendering_can_be_cancelled(no_opengl):
    from threading import Event

    stop = Event()
    views = [orbit([ball()], angle, size_px=(32, 32)) for angle in range(8)]
    with pytest.raises(Cancelled):
        render([ball()], views, progress=Progress(lambda fraction, stage: stop.set(), stop))
