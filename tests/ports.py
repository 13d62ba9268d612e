"""Ports of this machine that a test may take."""

import random

from libs.stack.ports import is_taken

LOWEST_PORT = 20_000
HIGHEST_PORT = 32_000
"""Below Linux's range for outgoing connections, which would take a port between look and use."""
PORTS_OF_A_STACK = 20


def free_ports(count: int) -> list[int]:
    """Different ports on loopback on which nobody listens at this moment."""
    found: list[int] = []
    while len(found) < count:
        port = random.SystemRandom().randint(LOWEST_PORT, HIGHEST_PORT)
        if port not in found and not is_taken(port):
            found.append(port)
    return found


def free_base() -> int:
    """A PORT_BASE whose twenty ports are all free."""
    base = free_ports(1)[0]
    while any(is_taken(base + offset) for offset in range(PORTS_OF_A_STACK)):
        base = free_ports(1)[0]
    return base
