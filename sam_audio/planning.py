"""Decide, before any sound is read, which engine takes what out and in which order."""

import re
from dataclasses import dataclass

from sam_audio.router import Route, route
from shared.errors import EngineUnavailable, PromptError
from shared.prompts import Prompts, Text, of_kind
from shared.registry import Chosen, EngineSpec, choose, engines

PACKAGE = "sam_audio.engines"
# Who has the first claim on sound that several prompts name: the narrower name. Free text comes before all.
CLAIMS = ("speech", "vocals", "drums", "melody", "instrumental", "background")
MAX_TARGETS = 8


@dataclass(frozen=True)
class Part:
    """One target of a separation.

    Args:
        text: The prompt's words.
        slug: For a file name, unique among the parts: "target" or "target_drums".
        concept: What the engine is asked for.
        chosen: The engine, and why it was taken.
        note: A sentence for the user; may be empty.
    """

    text: str
    slug: str
    concept: str
    chosen: Chosen
    note: str = ""

    @property
    def claim(self) -> int:
        """Place in the cascade: lower numbers take their sound first."""
        return CLAIMS.index(self.concept) if self.concept in CLAIMS else -1


def plan(prompts: Prompts, engine: str = "auto") -> tuple[Part, ...]:
    """Find engine and concept for each text prompt, in the order of the prompts.

    Args:
        prompts: At least one `Text`; other kinds are passed on to engines that understand them.
        engine: "auto" or an engine id.

    Raises:
        PromptError: No text, too many, two that mean the same, or one that cannot be separated.
        EngineUnavailable: The named engine is unknown or cannot run here.
    """
    texts: list[Text] = of_kind(prompts, Text)
    if not texts:
        raise PromptError(
            "Nothing names what to separate.", 'Give a text prompt, such as "speech" or "drums".'
        )
    if len(texts) > MAX_TARGETS:
        raise PromptError(f"At most {MAX_TARGETS} sounds can be separated at once, but got {len(texts)}.")
    others = tuple(prompt for prompt in prompts if not isinstance(prompt, Text))
    parts: list[Part] = []
    for text in texts:
        chosen, found = _choice((text, *others), text.text, engine)
        for part in parts:
            if part.concept == found.concept:
                raise PromptError(
                    f'"{part.text}" and "{text.text}" both mean {found.concept}, which cannot be told apart.',
                    "Give one of them.",
                )
        slug = file_stem(text.text, {part.slug for part in parts}) if len(texts) > 1 else "target"
        parts.append(Part(text.text, slug, found.concept, chosen, found.note))
    return tuple(parts)


def _choice(prompts: Prompts, text: str, engine: str) -> tuple[Chosen, Route]:
    specs = engines(PACKAGE)
    if engine != "auto":
        chosen = choose(specs, prompts, engine)
        if chosen.spec.concepts is None:
            return chosen, Route(text, "words")
        return chosen, _within(chosen.spec, route(text), specs)
    wide = [s for s in specs if s.concepts is None and s.understands(prompts) and s.missing() is None]
    if wide:
        return choose(wide, prompts), Route(text, "words")
    found = route(text)
    able = [s for s in specs if s.concepts is None or found.concept in s.concepts]
    return choose(able, prompts), found


def _within(spec: EngineSpec, found: Route, specs: tuple[EngineSpec, ...]) -> Route:
    """Refuse a concept that the named engine does not separate."""
    if found.concept in (spec.concepts or ()):
        return found
    able = [s.id for s in specs if found.concept in (s.concepts or ())]
    if not able:
        raise EngineUnavailable(f"No engine separates {found.concept}.")
    raise PromptError(
        f"{spec.title} separates {' and '.join(spec.concepts or ())}, not {found.concept}.",
        f"Choose auto or {' or '.join(able)}.",
    )


def file_stem(text: str, taken: set[str]) -> str:
    """Return "target_" and the words in ASCII letters, digits and underscores, made unique."""
    words = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:40] or "sound"
    slug, count = f"target_{words}", 2
    while slug in taken:
        slug, count = f"target_{words}_{count}", count + 1
    return slug
