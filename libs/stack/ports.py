"""TCP ports of this machine: which are taken, and who answers."""

import socket

LOOPBACK = "127.0.0.1"


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
