"""Find a port to listen on."""

import socket

from shared.errors import InputError

TRIED = 100


def free_port(host: str, first: int) -> int:
    """Return the first port from `first` on that can be listened on.

    Raises:
        InputError: None of a hundred is free, or the address is not this machine's.
    """
    for port in range(first, min(first + TRIED, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise InputError(f"No port from {first} on can be used at {host}.", "Name another with --port or --host.")
