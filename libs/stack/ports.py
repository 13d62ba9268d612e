"""TCP ports of this machine: which are free, and who answers."""

import random
import socket

LOOPBACK = "127.0.0.1"
LOWEST_TEST_PORT = 20_000
HIGHEST_TEST_PORT = 32_000
"""Below Linux's range for outgoing connections, which would take a port between look and use."""


def is_taken(port: int, *, host: str = LOOPBACK) -> bool:
    """Whether another process listens on that port, so that ours could not."""
    with socket.socket() as listener:
        # As servers do: a port whose last connections are still fading counts as free.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return True
    return False


def answers(port: int, *, host: str = LOOPBACK) -> bool:
    """Whether a connection to that port is accepted."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def free_ports(count: int) -> list[int]:
    """Different ports on loopback on which nobody listens at this moment."""
    found: list[int] = []
    while len(found) < count:
        port = random.SystemRandom().randint(LOWEST_TEST_PORT, HIGHEST_TEST_PORT)
        if port not in found and not is_taken(port):
            found.append(port)
    return found
