"""When a request began (R12), and the trace that it carries through every message.

The gateway stamps `X-Request-Start: t=<Unix seconds, fraction allowed>`; it is believed only from
the proxies in TRUSTED_PROXIES. Without it the request began when the app saw its headers: this
middleware runs before any byte of the body is read.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any

from libs.common import logs
from libs.common.clock import now

BEGAN_AT = "shencai.began_at"
_STAMP = re.compile(r"^(?:t=)?(\d{10}(?:\.\d{1,6})?)$")
_MAX_AGE = dt.timedelta(minutes=10)

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Arrival:
    """WSGI middleware that notes the beginning and opens the trace."""

    def __init__(self, app: WsgiApp, *, trusted_proxies: tuple[str, ...]) -> None:
        self._app = app
        self._trusted = frozenset(trusted_proxies)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ[BEGAN_AT] = self._began(environ)
        with logs.traced(logs.new_trace()):
            return self._app(environ, start_response)

    def _began(self, environ: dict[str, Any]) -> dt.datetime:
        seen = now()
        if environ.get("REMOTE_ADDR") not in self._trusted:
            return seen
        match = _STAMP.match(environ.get("HTTP_X_REQUEST_START", ""))
        if match is None:
            return seen
        stamped = dt.datetime.fromtimestamp(float(match.group(1)), dt.UTC)
        return stamped if seen - _MAX_AGE <= stamped <= seen else seen
