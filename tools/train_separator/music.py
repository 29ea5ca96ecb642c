"""Fill the bank with instruments: soundfonts through fluidsynth, sampled notes, drum kits.

    python -m tools.train_separator.music BANK FIRST_SEED PHRASES

MIT soundfonts and notes train; timgm6mb (GPL) and the other kits only test.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tools.train_separator.bank import RATE_HZ, decoded, store, tidied

FAMILIES: dict[str, tuple[int, ...]] = {  # General MIDI programs, from 0
    "piano": (0, 1, 2, 3, 4, 5),
    "mallets": (8, 9, 10, 11, 12, 13),
    "bell": (14,),
    "organ": (16, 17, 18, 19, 20),
    "accordion": (21, 22, 23),
    "guitar": (24, 25),
    "electric guitar": (26, 27, 28, 29, 30),
    "bass": (32, 33, 34, 35, 36, 38),
    "strings": (40, 41, 42, 43, 44, 48, 49),
    "harp": (46,),
    "choir": (52, 53),
    "brass": (56, 57, 58, 59, 60, 61),
    "saxophone": (64, 65, 66, 67),
    "clarinet": (68, 69, 70, 71),
    "flute": (72, 73, 74, 75),
    "synth": (80, 81, 87, 88, 89, 90),
    "banjo": (104, 105, 106),
}
LOW_HIGH = {
    "bass": (28, 50),
    "flute": (65, 91),
    "mallets": (60, 91),
    "guitar": (42, 76),
    "electric guitar": (42, 78),
    "piano": (33, 86),
    "strings": (40, 84),
    "brass": (40, 76),
    "bell": (60, 84),
    "harp": (40, 86),
}
CHORDS = {
    "piano",
    "organ",
    "accordion",
    "guitar",
    "electric guitar",
    "strings",
    "choir",
    "synth",
    "harp",
    "mallets",
}
NOTES = {  # tonejs-instrument packages
    "piano": "piano",
    "organ": "organ",
    "accordion": "harmonium",
    "harp": "harp",
    "mallets": "xylophone",
    "guitar": "guitar-acoustic",
    "guitar ": "guitar-nylon",
    "electric guitar": "guitar-electric",
    "bass": "bass-electric",
    "bass ": "contrabass",
    "strings": "violin",
    "strings ": "cello",
    "brass": "trumpet",
    "brass ": "trombone",
    "brass  ": "french-horn",
    "brass   ": "tuba",
    "flute": "flute",
    "clarinet": "clarinet",
    "clarinet ": "bassoon",
    "saxophone": "saxophone",
}
FONTS = {
    "fluid-soundfont-gm": ("train", "MIT"),
    "musescore-general-soundfont-small": ("train", "MIT"),
    "timgm6mb-soundfont": ("test", "GPL-2"),
}
FREE_KITS = {"Audiophob": "CC0", "rumpf_kit_z01_h2": "CC-BY-3.0"}
PHRASE_S = 7.0
Event = tuple[float, float, int, int]  # start s, length s, pitch, velocity


def phrase(rng: np.random.Generator, low: int, high: int, chords: bool) -> list[Event]:
    """Return notes of one random phrase in a random scale."""
    scale = [(0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 3, 5, 7, 10)][int(rng.integers(3))]
    root, beat = int(rng.integers(12)), rng.uniform(0.14, 0.6)
    span = int(rng.integers(10, 30))
    start = int(rng.integers(low, max(low + 1, high - span)))
    pitches = [p for p in range(start, min(high, start + span)) if (p - root) % 12 in scale]
    many = chords and rng.random() < 0.6
    place, at, found = int(rng.integers(len(pitches))), 0.0, []
    while at < PHRASE_S - 0.5:
        length = beat * rng.choice([0.5, 1, 1, 1, 2, 4])
        place = int(np.clip(place + rng.integers(-3, 4), 0, len(pitches) - 1))
        voices = [place, place + 2, place + 4] if many and rng.random() < 0.6 else [place]
        if rng.random() > 0.1:
            for voice in voices:
                if voice < len(pitches):
                    found.append(
                        (at, length * rng.uniform(0.5, 1.05), pitches[voice], int(rng.integers(50, 120)))
                    )
        at += length
    return found


def beats(rng: np.random.Generator) -> list[Event]:
    """Return a drum pattern in General MIDI keys."""
    step = 60 / rng.uniform(70, 170) / 4
    kick, snare = rng.random(16) < 0.25, rng.random(16) < 0.06
    kick[0], snare[[4, 12]] = True, True
    hats = np.zeros(16, bool)
    hats[:: int(rng.choice([1, 2, 2, 4]))] = rng.random() < 0.9
    keys = [
        int(rng.choice(k))
        for k in ((35, 36), (38, 40, 37, 39), (42, 44, 46, 51, 54, 70), (41, 45, 48, 49, 56, 62, 76))
    ]
    extra, found = rng.random(16) < 0.12, []
    for k in range(int(PHRASE_S / step)):
        for hit, key in zip((kick, snare, hats, extra), keys, strict=True):
            if hit[k % 16]:
                found.append((k * step, 0.1, key, int(rng.integers(60, 125))))
    return found


def _midi(path: Path, phrases: list[list[Event]], program: int, drums: bool) -> None:
    import mido

    file = mido.MidiFile(ticks_per_beat=500)
    track = mido.MidiTrack()
    file.tracks.append(track)
    channel = 9 if drums else 0
    track.append(mido.MetaMessage("set_tempo", tempo=500_000))
    track.append(mido.Message("program_change", program=program, channel=channel))
    events = []
    for index, notes in enumerate(phrases):
        for at, length, pitch, velocity in notes:
            begin = index * PHRASE_S + at
            events.append((round(begin * 1000), "note_on", pitch, velocity))
            events.append((round((begin + length) * 1000), "note_off", pitch, 0))
    now = 0
    for at, kind, pitch, velocity in sorted(events, key=lambda e: (e[0], e[1])):
        track.append(mido.Message(kind, note=pitch, velocity=velocity, channel=channel, time=at - now))
        now = at
    file.save(path)


def rendered(
    font: Path, phrases: list[list[Event]], program: int, rng: np.random.Generator, drums: bool = False
) -> Any:
    """Return the phrases as one sound, (T,) float32 at 24 kHz."""
    import soundfile

    with tempfile.TemporaryDirectory() as folder:
        midi, wav = Path(folder) / "a.mid", Path(folder) / "a.wav"
        _midi(midi, phrases, program, drums)
        room = ["-R", str(int(rng.integers(2))), "-C", "0", "-g", "0.5", "-r", str(RATE_HZ)]
        command = ["fluidsynth", "-ni", "-q", *room, "-F", str(wav), str(font), str(midi)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        sound, _ = soundfile.read(wav, dtype="float32", always_2d=True)
    return sound.mean(1)


def from_fonts(folder: Path, seed: int, phrases: int) -> None:
    """Render every family with every font."""
    for package, (split, licence) in FONTS.items():
        font = next(p for p in sorted((folder / "x" / package).rglob("*.sf[23]")) if not p.is_symlink())
        many = phrases if split == "train" else 1
        for sound, programs in {**FAMILIES, "drums": (0, 8, 16, 24, 25, 40)}.items():
            for program in programs:
                rng = np.random.default_rng([seed, program, len(package)])
                drums, bounds = sound == "drums", LOW_HIGH.get(sound, (48, 80))
                lines = [beats(rng) if drums else phrase(rng, *bounds, sound in CHORDS) for _ in range(many)]
                whole = rendered(font, lines, program, rng, drums)
                for index in range(many):
                    cut = whole[int(index * PHRASE_S * RATE_HZ) : int((index + 1) * PHRASE_S * RATE_HZ)]
                    row = {"file": f"{font.name} program {program}", "package": package, "licence": licence}
                    name = f"{package}-{program}-{seed}-{index}"
                    store(folder, sound=sound, split=split, name=name, samples=tidied(cut), row=row)


def _played(notes: dict[int, Any], line: list[Event]) -> Any:
    """Play a phrase on sampled notes, the nearest one resampled to pitch."""
    out = np.zeros(int((PHRASE_S + 1) * RATE_HZ), np.float32)
    for at, length, pitch, velocity in line:
        near = min(notes, key=lambda key: abs(key - pitch))
        speed = 2 ** ((pitch - near) / 12)
        room = min(len(notes[near]) / speed, (length + 0.15) * RATE_HZ)
        places = np.arange(int(room) - 2) * speed
        note = np.interp(places, np.arange(len(notes[near])), notes[near]) * (velocity / 127) ** 2
        fade = min(2000, len(note))
        note[len(note) - fade :] *= np.linspace(1, 0, fade)
        begin = int(at * RATE_HZ)
        note = note[: len(out) - begin]
        out[begin : begin + len(note)] += note
    return out


def from_notes(folder: Path, seed: int, phrases: int) -> None:
    """Play phrases on the sampled instruments."""
    letters = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
    for sound, short in NOTES.items():
        package, notes = f"tonejs-instrument-{short}-mp3", {}
        for path in sorted((folder / "x" / package).rglob("*.mp3")):
            named = re.match(r"([A-G])(s|#)?(\d)", path.stem)
            sample = decoded(path, 8) if named else None
            if named and sample is not None:
                notes[12 * (int(named[3]) + 1) + letters[named[1]] + bool(named[2])] = sample
        rng = np.random.default_rng([seed, len(short), ord(short[0])])
        for index in range(phrases if notes else 0):
            line = phrase(rng, min(notes) - 2, max(notes) + 4, sound.strip() in CHORDS)
            row = {"file": short, "package": package, "licence": "MIT"}
            name = f"{package}-{seed}-{index}"
            store(
                folder,
                sound=sound.strip(),
                split="train",
                name=name,
                samples=tidied(_played(notes, line)),
                row=row,
            )


def from_kits(folder: Path, seed: int, phrases: int) -> None:
    """Sequence one-shot drum kits: the free ones train, the others test."""
    kits = sorted((folder / "x/hydrogen-drumkits").rglob("drumkit.xml"))
    sonic = folder / "x/sonic-pi-samples"
    pools = [
        (k.parent.name, sorted(p for p in k.parent.rglob("*") if p.suffix in {".flac", ".wav"})) for k in kits
    ]
    pools.append(
        (
            "sonic-pi",
            sorted(
                p for p in sonic.rglob("*.flac") if re.match(r"(bd|drum|sn|elec_(hi|lo|mid|cymb))", p.name)
            ),
        )
    )
    for kit, paths in ((kit, paths) for kit, paths in pools if paths):
        licence = {**FREE_KITS, "sonic-pi": "CC0"}.get(kit, "")
        split, many = ("train", phrases * 2) if licence else ("test", 2)
        rng = np.random.default_rng([seed, len(kit)])
        for index in range(many):
            chosen = [decoded(paths[int(i)], 3) for i in rng.choice(len(paths), 4, replace=len(paths) < 4)]
            out, keys = np.zeros(int((PHRASE_S + 3) * RATE_HZ), np.float32), {}
            for at, _, key, velocity in beats(rng):
                hit = chosen[keys.setdefault(key, len(keys) % 4)]
                if hit is not None:
                    out[int(at * RATE_HZ) :][: len(hit)] += (hit * (velocity / 127) ** 2)[
                        : len(out) - int(at * RATE_HZ)
                    ]
            row = {"file": kit, "package": "hydrogen-drumkits", "licence": licence or "listened to only"}
            samples = tidied(out[: int(PHRASE_S * RATE_HZ)])
            store(
                folder,
                sound="drums",
                split=split,
                name=f"kit-{kit}-{seed}-{index}".replace(" ", "_"),
                samples=samples,
                row=row,
            )


def main() -> None:
    """Fill in everything that is not there yet."""
    folder, seed, phrases = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    from_notes(folder, seed, phrases * 2)
    from_kits(folder, seed, phrases)
    from_fonts(folder, seed, phrases)


if __name__ == "__main__":
    main()
