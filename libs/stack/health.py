"""Is this container's process well? `python -m libs.stack.health images`, for health checks.

A web process answers /livez. An eater of a queue has shown itself within two minutes: it does so
each 15 s while it is connected, and with each message.
"""

import http.client
import os
import sys
import time
from pathlib import Path

from libs.stack.place import PORTS, Place
from libs.stack.ports import LOOPBACK

SEEN_SECONDS = 120
ANSWER_SECONDS = 5


def is_well(name: str, *, run_dir: Path) -> bool:
    """Whether the process of that name does its work here."""
    if name in PORTS:
        return _answers(Place().port(name))
    newest = max((f.stat().st_mtime for f in (run_dir / f"{name}.1").iterdir()), default=0.0)
    return time.time() - newest < SEEN_SECONDS


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    run = Path(os.environ.get("RUN_DIR", "/run/shencai"))
    sys.exit(0 if is_well(sys.argv[1], run_dir=run) else 1)
