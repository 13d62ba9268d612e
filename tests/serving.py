"""A WSGI app on loopback for the length of a test, and waiting for what must come to pass."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server


@contextmanager
def served(app: Any, *, port: int = 0) -> Iterator[str]:
    """The app on that or a free port; yields its address."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def until(claim: Callable[[], bool], *, seconds: float = 5, what: str = "the claim") -> None:
    """Poll until the claim holds; fail with `what` was waited for."""
    give_up = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < give_up, f"not within {seconds:g} s: {what}"
        time.sleep(0.05)
