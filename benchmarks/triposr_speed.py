"""What TripoSR costs at its real size: seconds of one core and memory, with random weights.

OMP_NUM_THREADS=1 python -m benchmarks.triposr_speed
"""

import resource
import time

from sam_3d.triposr.network import Sizes, TripoSR

PLACES = 1 << 17
GRID = 160


def main() -> None:
    """Build, run and print."""
    import torch

    torch.set_num_threads(1)
    with torch.device("meta"):
        network = TripoSR(Sizes())
    print(f"{sum(p.numel() for p in network.parameters()) / 1e6:.0f} M parameters")
    network = network.to_empty(device="cpu").eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter.uniform_(-0.02, 0.02)
    started = time.process_time()
    planes = network.planes(torch.rand(3, 512, 512))
    print(f"planes of a picture: {time.process_time() - started:.1f} s")
    started = time.process_time()
    network.at(planes, torch.rand(PLACES, 3) - 0.5)
    seconds = (time.process_time() - started) * GRID**3 / PLACES
    print(f"density at {GRID}³ places: {seconds:.1f} s (from {PLACES} of them)")
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.1f} GB")


if __name__ == "__main__":
    main()
