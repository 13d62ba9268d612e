"""What was called, and the ways in which a vendor does not answer."""

import socket
import time

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from examples.sms_gateway.exchange import Reply

MAX_CALLS_KEPT = 10_000


class Calls:
    """What was called, for tests: action and whether the signature held. Nothing personal."""

    def __init__(self) -> None:
        self.seen: list[dict[str, object]] = []

    def note(self, action: str, *, signed: bool, code: str, vendor: str = "tencent") -> None:
        """Remember one HTTP request to a vendor's door."""
        seen: dict[str, object] = {"action": action, "signed": signed, "code": code}
        self.seen.append(seen if vendor == "tencent" else seen | {"vendor": vendor})
        del self.seen[:-MAX_CALLS_KEPT]


def play(reply: Reply, *, hang_seconds: float) -> AnyResponse | None:
    """The ways in which a vendor does not answer; None for an answer."""
    match reply:
        case "unavailable":
            return Response("service unavailable", status=503)
        case "html":
            return Response("<html><body>Welcome to the Wi-Fi of Hotel Demo</body></html>")
        case "hang":
            time.sleep(hang_seconds)
            return Response("too late", status=504)
        case "reset":
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return Response(status=500)
        case _:
            return None
