"""The cascade: what is taken when, what goes to the residual, and who is asked once for several names."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from sam_audio import cascade
from sam_audio.cascade import RESIDUAL, Found, pieces
from sam_audio.planning import Part, Plan, plan
from sam_audio.separate import separate
from shared import synth_music
from shared.media import Waveform
from shared.progress import Progress
from shared.prompts import Band, NotText, Span, Text
from shared.registry import Chosen, EngineSpec
from tests.sam_audio.mixing import mixture

RATE_HZ = 8000
SOUND = Waveform(np.random.default_rng(5).normal(0, 0.1, (2, 20_000)).astype(np.float32), RATE_HZ)


def spec(id: str, engine: object, **more) -> Chosen:
    made = EngineSpec(
        id=id, task="separate", tier="embedded", title=id, summary="", accepts=frozenset({Text}),
        licence="", version="1", load=lambda device: engine, **more,
    )  # fmt: skip
    return Chosen(made, "test")


class Shares:
    """Takes a tenth of the sound for each letter of the name, all names in one pass."""

    passes = 0

    def stream_all(self, blocks, sample_rate_hz: int, *, concepts: tuple[str, ...]):
        self.passes += 1
        for block in blocks:
            yield tuple(block * np.float32(len(name) / 10) for name in concepts)

    def stream(self, blocks, sample_rate_hz: int, *, concept: str):
        return (found[0] for found in self.stream_all(blocks, sample_rate_hz, concepts=(concept,)))


class Telling:
    """A gate that lets everything pass a block late, and knows how many frames went through."""

    def prepare(self, mix, prompts, progress):
        return LateGate()


class LateGate:
    def __init__(self) -> None:
        self.facts: dict[str, int] = {}
        self.warnings: list[str] = []

    def __call__(self, blocks: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        late: list[np.ndarray] = []
        frames = 0
        for block in blocks:
            frames += block.shape[1]
            late.append(block)
            if len(late) > 1:
                yield late.pop(0)
        yield from late
        self.facts["frames"] = frames


def all_of(made: Plan, **more) -> dict[str, np.ndarray]:
    blocks = list(pieces(SOUND, made, Progress(), **more))
    return {name: np.concatenate([block[name] for block in blocks], axis=1) for name in blocks[0]}


def test_one_engine_is_asked_once_for_all_its_names():
    engine = Shares()
    chosen = spec("shares", engine)
    made = Plan((Part("ab", "target_ab", "ab", chosen), Part("abcd", "target_abcd", "abcd", chosen)))
    found = all_of(made)
    assert engine.passes == 1
    np.testing.assert_allclose(found["target_ab"], 0.2 * SOUND.samples, atol=1e-6)
    np.testing.assert_allclose(found["target_abcd"], 0.4 * SOUND.samples, atol=1e-6)
    np.testing.assert_allclose(found[RESIDUAL], 0.4 * SOUND.samples, atol=1e-6)


def test_what_is_left_out_goes_to_the_residual_and_gates_may_be_late():
    chosen, gate = spec("shares", Shares()), spec("late", Telling())
    removal = Part("abc", "", "abc", chosen)
    target = Part("what is left", "target", "rest", None)
    told = Found()
    found = all_of(Plan((target,), (removal,), (Span(0, 1),), gate), found=told)
    np.testing.assert_allclose(found["target"], 0.7 * SOUND.samples, atol=1e-6)
    np.testing.assert_allclose(found[RESIDUAL], 0.3 * SOUND.samples, atol=1e-6)
    assert told.of(target) == {"frames": 20_000}


def test_an_engine_that_weighs_names_hears_of_the_others():
    class Competing:
        competing = True
        heard: dict = {}

        def stream(self, blocks, sample_rate_hz, *, concept, others, strength):
            self.heard[concept] = (others, strength)
            return (block * np.float32(0.1) for block in blocks)

    engine = Competing()
    chosen = spec("competing", engine)
    made = Plan((Part("a", "target", "a", chosen),), (Part("bc", "", "bc", chosen),))
    all_of(replace(made, strength=0.5))
    assert engine.heard == {"a": (("bc",), 0.5), "bc": (("a",), 0.5)}


def test_leaving_drums_out_is_the_residual_of_taking_them():
    drums = synth_music.drums(1, sample_rate_hz=22_050, seed=1)
    melody = synth_music.band(("C",), sample_rate_hz=22_050, seed=2)
    mix = Waveform(mixture(drums, melody)[0], 22_050)
    taken, left = separate(mix, (Text("drums"),)), separate(mix, (NotText("drums"),))
    np.testing.assert_allclose(left.target.sound.samples, taken.residual.sound.samples, atol=1e-6)
    np.testing.assert_allclose(left.residual.sound.samples, taken.target.sound.samples, atol=1e-6)
    assert left.target.name == "what is left" and left.target.chosen is None


def test_engines_that_listen_first_leave_progress_going_up(monkeypatch: pytest.MonkeyPatch):
    steps: list[float] = []
    chosen, gate = spec("shares", Shares()), spec("late", Telling())
    made = Plan((Part("abc", "target", "abc", chosen),), (), (Span(0, 1),), gate)
    monkeypatch.setattr(cascade, "BLOCK_FRAMES", 4000)
    list(pieces(SOUND, made, Progress(lambda fraction, stage: steps.append(fraction))))
    assert steps == sorted(steps) and steps[-1] == 1.0 and min(steps[1:]) > cascade.LISTENING


def test_the_plan_names_each_engine_once():
    made = plan((Text("drums"), NotText("melody"), Text("speech")))
    assert [chosen.spec.id for chosen in made.engines] == ["hpss", "deepfilternet"]


def test_boxes_alone_keep_what_stands_out_unless_told_otherwise():
    heard: list[dict] = []

    class Gate:
        weighs_background = True

        def prepare(self, mix, prompts, progress, **options):
            heard.append(options)
            return iter

    box, gate = (Band(0, 1, 100, 200),), spec("boxes", Gate())
    alone = (Part("selection", "target", "rest", None),)
    named = (Part("abc", "target", "abc", spec("shares", Shares())),)
    for made in (Plan(alone, (), box, gate), Plan(alone, (), box, gate, foreground=False)):
        all_of(made)
    all_of(Plan(named, (), box, gate))
    all_of(Plan(alone, (), (Span(0, 1),), gate))
    assert heard == [{"foreground": True}, {"foreground": False}, {}, {}]
