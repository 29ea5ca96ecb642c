"""Fill the bank with procedural sounds.

python -m tools.train_separator.synthesis BANK FIRST_SEED CLIPS_PER_CLASS
"""

import sys
from pathlib import Path

import numpy as np

from tools.train_separator import creatures, machines, nature, objects
from tools.train_separator.bank import store, tidied

GENERATORS = {**nature.GENERATORS, **creatures.GENERATORS, **machines.GENERATORS, **objects.GENERATORS}
SECONDS = 6.0


def main() -> None:
    """Make clips by seed; a seed always gives the same sound."""
    folder, first, clips = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    only = set(sys.argv[4:])
    for seed in range(first, first + clips):
        for place, (sound, make) in enumerate(sorted(GENERATORS.items())):
            if only and sound not in only:
                continue
            samples = tidied(make(np.random.default_rng([seed, place]), SECONDS))
            row = {"file": f"seed {seed}", "package": "procedural", "licence": "Apache-2.0 (this project)"}
            store(folder, sound=sound, split="train", name=f"procedural-{seed}", samples=samples, row=row)


if __name__ == "__main__":
    main()
