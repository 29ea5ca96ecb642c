"""Write docs/effects.md from the declarations of effects and presets.

python -m tools.effects_page
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from sam_audio.effects.stream import Effect
from sam_audio.presets import presets
from shared.discovery import declared
from shared.params import Parameter, parameters

PAGE = Path(__file__).parents[1] / "docs" / "effects.md"
HEAD = """\
# Effects

Written by `python -m tools.effects_page`; a test keeps it true. `segstudio effects` prints the same.

Effects work on the targets of a separation; the remix is their result and the residual. They are steps of a
chain, in order, in a recipe or on the command line:

```json
"chain": [
  {"id": "eq", "high_db": 3},
  {"id": "robot", "method": "vocoder", "pitch_hz": 90, "spans": [[3, 5], [8, 9.5]]},
  {"id": "reverb", "wet": 0.4, "bypass": true}
]
```

```
segstudio audio separate interview.wav --text speech --out result \\
  --preset studio --effect eq:high_db=3 --effect robot:method=vocoder,pitch_hz=90@3-5+8-9.5 \\
  --effect reverb:wet=0.4,bypass=true
```

* `bypass`: the step is left out and keeps its settings. It works for mesh operations too.
* `spans`: where the step is heard, in seconds, `[[start, end], …]`; everywhere when there are none. Outside,
  no sample changes; inside, each edge cross-fades over 8 ms. The effect hears the whole sound, so that an
  echo of something before a span is heard within it. Steps on meshes refuse spans.
* `wet`, where there is one, mixes at equal power: 0 is the sound as it was, bit for bit, 1 the effect alone
  (of `delay` it is the level of the first echo).
* `--preset NAME` puts a ready chain first, then come `--chain FILE` and each `--effect`.

Every effect keeps the length, compensates its delay, gives the same result for any block size, keeps silence
silent, and at neutral settings changes no sample. Echoes and reverb that would last beyond the end are cut
there with a short fade. Sound streams through: memory does not grow with length. Three effects must hear the
end first, `normalise`, `reverse` and the last seconds of `fade`, and a slower `time` holds sound back: what
has to wait beyond 16 MiB lies in a temporary file that is gone with the run (1.4 GB for an hour of stereo at
48 kHz).
"""


def page() -> str:
    """Return the text of the page."""
    return "\n".join([HEAD, *_presets(), *_effects()])


def _presets() -> Iterator[str]:
    yield "## Presets\n\n| Name | What it is | Steps |\n|---|---|---|"
    for ready in presets().values():
        steps = ", ".join(f"`{step['id']}`" for step in ready.steps)
        yield f"| `{ready.id}` | {ready.summary} | {steps} |"
    yield ""


def _effects() -> Iterator[str]:
    effects: tuple[type[Effect], ...] = declared("sam_audio.effects", "EFFECTS")
    for effect in sorted(effects, key=lambda effect: effect.id):
        yield f"## {effect.title}: `{effect.id}`\n\n{' '.join((effect.__doc__ or '').split())}\n"
        rows = parameters(effect)
        if rows:
            yield "| Parameter | Range | Default | Meaning |\n|---|---|---|---|"
            yield from (_row(parameter) for parameter in rows)
            yield ""


def _row(parameter: Parameter) -> str:
    span = parameter.range
    limits = f"{span.low:g} to {span.high:g} {span.unit}".strip() if span else ""
    offer = ", ".join(f"`{choice}`" for choice in parameter.choices or ("true", "false"))
    default = parameter.default
    shown = f"{default:g}" if parameter.kind in (int, float) else str(default).lower()
    return f"| `{parameter.name}` | {limits or offer} | {shown} | {parameter.doc} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf8")
    sys.exit(0)
