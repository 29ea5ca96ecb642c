"""What TripoSR costs at its real size: seconds of one core and memory, with random weights.

OMP_NUM_THREADS=1 python -m benchmarks.triposr_speed [--json]
"""

import json
import resource
import sys
import time

from sam_3d.triposr.network import Sizes, TripoSR

PLACES = 1 << 17
GRID = 160


def main() -> None:
    """Build, run and print."""
    quiet = "--json" in sys.argv[1:]
    import torch

    torch.set_num_threads(1)
    with torch.device("meta"):
        network = TripoSR(Sizes())
    parameters = f"{sum(p.numel() for p in network.parameters()) / 1e6:.0f} M parameters"
    network = network.to_empty(device="cpu").eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter.uniform_(-0.02, 0.02)
    started = time.process_time()
    planes = network.planes(torch.rand(3, 512, 512))
    planes_s = time.process_time() - started
    started = time.process_time()
    network.at(planes, torch.rand(PLACES, 3) - 0.5)
    density_s = (time.process_time() - started) * GRID**3 / PLACES
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    if quiet:
        print(json.dumps({"seconds": planes_s + density_s, "peak_gb": peak_gb}))
        return
    print(parameters)
    print(f"planes of a picture: {planes_s:.1f} s")
    print(f"density at {GRID}³ places: {density_s:.1f} s (from {PLACES} of them)")
    print(f"most memory: {peak_gb:.1f} GB")


if __name__ == "__main__":
    main()
