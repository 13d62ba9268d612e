"""A slow and lossy way to a server: a proxy that passes segments on at the pace of a bad network.

A lost segment is one that comes later, after a retransmission: to whoever reads a TCP stream a loss
is a pause, for everything behind it too.
"""

import contextlib
import dataclasses as dc
import random
import socket
import threading
import time
from collections.abc import Iterator

SEGMENT_BYTES = 1460


@dc.dataclass(frozen=True, kw_only=True)
class Pace:
    """What the network is like."""

    bits_per_second: int
    loss: float = 0.0
    """Share of the segments that are lost once."""
    retransmission_seconds: float = 0.6

    def pause(self, size: int, chance: random.Random) -> float:
        """How long these bytes take."""
        late = self.retransmission_seconds if chance.random() < self.loss else 0.0
        return size * 8 / self.bits_per_second + late


@contextlib.contextmanager
def slow_way(port: int, pace: Pace) -> Iterator[int]:
    """A port of this machine that leads to the other one; both directions share the pace."""
    door = socket.create_server(("127.0.0.1", 0))
    chance = random.Random(7)
    threading.Thread(target=_serve, args=(door, port, pace, chance), daemon=True).start()
    try:
        yield door.getsockname()[1]
    finally:
        door.close()


def _serve(door: socket.socket, port: int, pace: Pace, chance: random.Random) -> None:
    while True:
        try:
            here, _ = door.accept()
        except OSError:
            return
        there = socket.create_connection(("127.0.0.1", port))
        # What waits in the proxy's own buffer would be a network of its own.
        here.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * SEGMENT_BYTES)
        for source, target in ((here, there), (there, here)):
            threading.Thread(target=_pass, args=(source, target, pace, chance), daemon=True).start()


def _pass(source: socket.socket, target: socket.socket, pace: Pace, chance: random.Random) -> None:
    with contextlib.suppress(OSError):
        while segment := source.recv(SEGMENT_BYTES):
            time.sleep(pace.pause(len(segment), chance))
            target.sendall(segment)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
