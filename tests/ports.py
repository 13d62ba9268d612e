"""Ports of this machine that a test may take."""

import random

from libs.stack.ports import is_taken

SINGLE_PORTS = range(20_000, 26_000)
PORTS_OF_A_STACK = 20
BASES = range(26_000, 32_000, PORTS_OF_A_STACK)
"""Both below Linux's range for outgoing connections, which would take a port between look and use.
Apart from one another, as a stack that is stopped and started again wants its old ports back.
"""


def free_ports(count: int) -> list[int]:
    """Different ports on loopback on which nobody listens at this moment."""
    found: list[int] = []
    while len(found) < count:
        port = random.SystemRandom().choice(SINGLE_PORTS)
        if port not in found and not is_taken(port):
            found.append(port)
    return found


def free_base() -> int:
    """A PORT_BASE whose twenty ports are all free."""
    base = random.SystemRandom().choice(BASES)
    while any(is_taken(base + offset) for offset in range(PORTS_OF_A_STACK)):
        base = random.SystemRandom().choice(BASES)
    return base
