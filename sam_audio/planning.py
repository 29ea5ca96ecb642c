"""Decide, before any sound is read, which engine takes what out and in which order.

Prompts play three parts. Texts, examples and references to keep *name* a sound: a stem each (all examples
together). Texts to leave out, noise, and references and examples to drop *remove* a sound: it goes to the
residual. Spans, bands and pan windows are *gates*: they limit every stem to a place. Gates alone, or removals
alone, make one stem of what they leave.
"""

import re
from dataclasses import dataclass

from sam_audio.router import Route, route
from shared.errors import EngineUnavailable, PromptError
from shared.prompts import (
    Band,
    Example,
    Noise,
    NotText,
    Pan,
    Prompts,
    Reference,
    Span,
    Text,
    of_kind,
)
from shared.registry import Chosen, EngineSpec, choose, engines

PACKAGE = "sam_audio.engines"
# Who has the first claim on sound that several prompts name: the narrower name. What is known from the
# recording itself comes before all names, free text before the names of a list.
MEASURED = ("reference", "noise", "example", "words")
CLAIMS = ("speech", "vocals", "drums", "bass", "other", "melody", "instrumental", "background")
MAX_TARGETS = 8


@dataclass(frozen=True)
class Part:
    """One sound that is taken out of the mix.

    Args:
        text: What it is called: the prompt's words, or what kind of prompt it was.
        slug: For a file name, unique among the stems: "target" or "target_drums"; "" for a removal.
        concept: What a concept engine is asked for; else the kind of prompt.
        chosen: The engine, and why it was taken; None for what is left by gates and removals alone.
        prompts: What a prompt engine is given; empty for a concept engine.
        note: A sentence for the user; may be empty.
    """

    text: str
    slug: str
    concept: str
    chosen: Chosen | None
    prompts: Prompts = ()
    note: str = ""

    @property
    def wanted(self) -> bool:
        """Whether it is a stem of its own; else it goes to the residual."""
        return bool(self.slug)

    @property
    def claim(self) -> int:
        """Place in the cascade: lower numbers take their sound first."""
        if self.chosen is None:
            return len(CLAIMS) + 1
        if self.concept in MEASURED:
            return MEASURED.index(self.concept) - len(MEASURED)
        # Names that are in no list are of single sounds: after speech and singing, before wide ones.
        return CLAIMS.index(self.concept) if self.concept in CLAIMS else CLAIMS.index("drums")


@dataclass(frozen=True)
class Plan:
    """What will be done to a mix.

    Args:
        targets: The stems, in the order of the prompts; at least one.
        removals: What is taken out into the residual.
        gates: Spans, bands and pan windows that limit every stem.
        gate: The engine that applies them; None without gates.
        strength: How strictly engines that compare sounds keep the others out, 0..2.
        foreground: Whether boxes that name the stem by themselves keep only what stands out of the sound
            beside them, where their engine can tell.
    """

    targets: tuple[Part, ...]
    removals: tuple[Part, ...] = ()
    gates: Prompts = ()
    gate: Chosen | None = None
    strength: float = 1.0
    foreground: bool = True

    @property
    def drawn(self) -> bool:
        """Whether the stem is what lies inside drawn boxes, with no name and no removal."""
        boxes = any(isinstance(gate, Band) and gate.keep for gate in self.gates)
        return boxes and not self.removals and self.targets[0].chosen is None

    @property
    def cascade(self) -> tuple[Part, ...]:
        """All parts in the order in which they take their sound."""
        return tuple(sorted((*self.removals, *self.targets), key=lambda part: (part.claim, part.wanted)))

    @property
    def engines(self) -> tuple[Chosen, ...]:
        """Each engine that takes part, once."""
        chosen = [part.chosen for part in (*self.targets, *self.removals)] + [self.gate]
        return tuple({c.spec.id: c for c in chosen if c is not None}.values())


def plan(
    prompts: Prompts,
    engine: str = "auto",
    *,
    sample_rate_hz: int | None = None,
    strength: float = 1.0,
    foreground: bool = True,
) -> Plan:
    """Find the engine for each prompt.

    Args:
        prompts: What is wanted, not wanted, and where.
        engine: "auto", or the id of the engine for those prompts that it understands.
        sample_rate_hz: Of the sound; engines that cannot work at it are refused. None: not asked.
        strength, foreground: See `Plan`.

    Raises:
        PromptError: No prompt, too many, two that mean the same, or one that cannot be separated.
        EngineUnavailable: The named engine is unknown or cannot run here.
    """
    specs = engines(PACKAGE)
    if engine != "auto":
        choose(specs, (), engine)
    if not prompts:
        raise PromptError(
            "Nothing names what to separate.",
            'Give a text such as "speech" or "drums", or mark a place: a time, a box, an example.',
        )
    found = _Finder(specs, prompts, engine)
    targets, removals = found.targets(), found.removals()
    gates, gate = found.gates()
    if not targets:
        targets = (Part("what is left" if removals else "selection", "target", "rest", None),)
    result = Plan(_with_slugs(targets), removals, gates, gate, strength, foreground)
    _refuse_twins(result)
    if engine not in ("auto", *(chosen.spec.id for chosen in result.engines)):
        choose(tuple(s for s in specs if s.id == engine), prompts, engine)  # says what it does not understand
    if sample_rate_hz is not None:
        _refuse_slow_rates(result, sample_rate_hz)
    return result


class _Finder:
    """Finds the parts of a plan."""

    def __init__(self, specs: tuple[EngineSpec, ...], prompts: Prompts, engine: str) -> None:
        self._specs = specs
        self._prompts = prompts
        self._engine = engine
        examples: list[Example] = of_kind(prompts, Example)
        self._liked = tuple(examples) if any(example.keep for example in examples) else ()
        self._disliked = () if self._liked else tuple(Example(e.start_s, e.end_s) for e in examples)
        self._anchors: Prompts = ()  # gates that the engine of the texts understands by itself

    def targets(self) -> tuple[Part, ...]:
        """Return what the prompts name, in their order, the examples as one."""
        texts: list[Text] = of_kind(self._prompts, Text)
        kept = [p for p in of_kind(self._prompts, Reference) if p.keep]
        count = len(texts) + len(kept) + bool(self._liked)
        if count > MAX_TARGETS:
            raise PromptError(f"At most {MAX_TARGETS} sounds can be separated at once, but got {count}.")
        parts: list[Part] = []
        for prompt in self._prompts:
            if isinstance(prompt, Text):
                parts.append(self._named(prompt))
            elif prompt in kept:
                parts.append(self._shown((prompt,), "reference", "reference"))
            elif self._liked and prompt is self._liked[0]:
                parts.append(self._shown(self._liked, "sounds like the example", "example"))
        return tuple(parts)

    def removals(self) -> tuple[Part, ...]:
        """Return what goes to the residual."""
        parts = [
            self._shown((prompt,), "reference", "reference", wanted=False)
            for prompt in of_kind(self._prompts, Reference)
            if not prompt.keep
        ]
        if noise := tuple(of_kind(self._prompts, Noise)):
            parts.append(self._shown(noise, "noise", "noise", wanted=False))
        if self._disliked:
            parts.append(self._shown(self._disliked, "sounds like the example", "example", wanted=False))
        return (*parts, *(self._named(prompt) for prompt in of_kind(self._prompts, NotText)))

    def gates(self) -> tuple[Prompts, Chosen | None]:
        """Return the gates that remain, and the engine that applies them."""
        gates = tuple(p for p in self._prompts if isinstance(p, Span | Band | Pan) and p not in self._anchors)
        return gates, self._engine_for(gates) if gates else None

    def _shown(self, prompts: Prompts, text: str, concept: str, *, wanted: bool = True) -> Part:
        return Part(text, "target" if wanted else "", concept, self._engine_for(prompts), prompts)

    def _engine_for(self, prompts: Prompts) -> Chosen:
        able = [spec for spec in self._specs if spec.understands(prompts) and Text not in spec.accepts]
        named = any(spec.id == self._engine for spec in able)
        return choose(able or self._specs, prompts, self._engine if named else "auto")

    def _named(self, prompt: Text | NotText) -> Part:
        text = Text(prompt.text)
        slug = "target" if isinstance(prompt, Text) else ""
        wide = self._wide()
        if wide is None:
            chosen, found = self._expert(text)
            return Part(text.text, slug, found.concept, chosen, (), found.note)
        known = tuple(p for p in self._prompts if isinstance(p, Span | Band | Pan))
        self._anchors = tuple(p for p in known if type(p) in wide.spec.accepts)
        return Part(text.text, slug, "words", wide, (text, *self._anchors))

    def _wide(self) -> Chosen | None:
        """Return the engine that understands any words, when one is here or was asked for."""
        open_ended = [s for s in self._specs if s.concepts is None and Text in s.accepts]
        if self._engine != "auto":
            asked = [s for s in open_ended if s.id == self._engine]
            return choose(asked, (), self._engine) if asked else None
        here = [spec for spec in open_ended if spec.missing() is None]
        return choose(here, ()) if here else None

    def _expert(self, text: Text) -> tuple[Chosen, Route]:
        found = route(text.text)
        experts = [s for s in self._specs if s.concepts is not None]
        asked = next((s for s in experts if s.id == self._engine), None)
        if asked is not None:
            _within(asked, found, self._specs)
            return choose(experts, (text,), self._engine), found
        return choose(
            [s for s in self._specs if not s.concepts or found.concept in s.concepts], (text,)
        ), found


def _within(spec: EngineSpec, found: Route, specs: tuple[EngineSpec, ...]) -> None:
    """Refuse a concept that the named engine does not separate."""
    if found.concept in (spec.concepts or ()):
        return
    able = [s.id for s in specs if found.concept in (s.concepts or ())]
    if not able:
        raise EngineUnavailable(f"No engine separates {found.concept}.")
    raise PromptError(
        f"{spec.title} separates {' and '.join(spec.concepts or ())}, not {found.concept}.",
        f"Choose auto or {' or '.join(able)}.",
    )


def _refuse_twins(made: Plan) -> None:
    """Refuse two names of one thing, which cannot be told apart."""
    seen: dict[str, Part] = {}
    for part in (*made.targets, *made.removals):
        if part.prompts or part.chosen is None:
            continue
        twin = seen.setdefault(part.concept, part)
        if twin is part:
            continue
        if twin.wanted != part.wanted:
            raise PromptError(
                f'"{twin.text}" is wanted and "{part.text}" is not, but both mean {part.concept}.',
                "Give one of them.",
            )
        raise PromptError(
            f'"{twin.text}" and "{part.text}" both mean {part.concept}, which cannot be told apart.',
            "Give one of them.",
        )


def _refuse_slow_rates(made: Plan, sample_rate_hz: int) -> None:
    for chosen in made.engines:
        least_hz = chosen.spec.least_rate_hz
        if sample_rate_hz < least_hz:
            raise PromptError(
                f"{chosen.spec.title} wants sound of at least {least_hz} Hz; this has {sample_rate_hz} Hz.",
                "At such rates mark a place instead: spans, boxes (bands), an example or a noise span.",
            )


def _with_slugs(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    if len(parts) == 1:
        return parts
    named: list[Part] = []
    for part in parts:
        slug = file_stem(part.text, {other.slug for other in named})
        named.append(Part(part.text, slug, part.concept, part.chosen, part.prompts, part.note))
    return tuple(named)


def file_stem(text: str, taken: set[str]) -> str:
    """Return "target_" and the words in ASCII letters, digits and underscores, made unique."""
    words = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:40] or "sound"
    slug, count = f"target_{words}", 2
    while slug in taken:
        slug, count = f"target_{words}_{count}", count + 1
    return slug
