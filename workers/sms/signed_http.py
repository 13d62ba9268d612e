"""A gateway of any other vendor, behind a small signed HTTP door of its own.

    POST {url}/messages            {"out_id", "phone", "sign", "template", "params"}
    GET  {url}/messages/{out_id}   what became of it; 404: there is no such message

Answers are `{"outcome": one of our classes, "code", "id"}`; requests are signed as in
docs/integration.md. An adapter for a carrier that has no SDK here is some dozen lines behind it.
"""

import dataclasses as dc
import json
import typing
from typing import Any, get_args
from urllib.parse import urlsplit

import requests

from libs.common.clock import now
from libs.common.messages import SmsClass
from libs.common.signing import sign
from workers.sms.gateways import Answer, NoClearAnswer, Sms, answer

TIMEOUT_SECONDS = (1.5, 3.0)
"""To connect, to answer; together below the worker's soft limit of 5 s."""
_CLASSES = frozenset(get_args(SmsClass))


@dc.dataclass(frozen=True, kw_only=True)
class SignedHttpSettings:
    """The door and the key that proves who sends."""

    sms_http_url: str = ""
    sms_http_key_id: str = ""
    sms_http_key: str = ""
    sms_http_sign_name: str = ""


class SignedHttpGateway:
    """One account. Create it after forking."""

    vendor = "http"

    def __init__(self, settings: SignedHttpSettings) -> None:
        self._settings = settings
        self._session = requests.Session()
        self._session.trust_env = False

    def send(self, sms: Sms) -> Answer:
        """One POST for one message."""
        body = {
            "out_id": sms.out_id,
            "phone": sms.phone,
            "sign": self._settings.sms_http_sign_name,
            "template": sms.template,
            "params": list(sms.params),
        }
        try:
            response = self._call("POST", "/messages", json.dumps(body).encode())
        except requests.ConnectTimeout:
            return Answer(outcome="retryable", code="NotConnected")
        except requests.ConnectionError as error:
            return _of_connection(error)
        except requests.RequestException:
            return Answer(outcome="unknown", code="NoAnswer")
        return _answer(response)

    def find(self, sms: Sms) -> Answer | None:
        """One GET by our own id."""
        try:
            response = self._call("GET", f"/messages/{sms.out_id}", b"")
        except requests.RequestException as error:
            raise NoClearAnswer(type(error).__name__) from None
        if response.status_code == requests.codes.not_found:
            return None
        found = _answer(response)
        if found.outcome != "accepted":
            raise NoClearAnswer(found.code)
        return found

    def _call(self, method: str, path: str, body: bytes) -> requests.Response:
        url = self._settings.sms_http_url.rstrip("/") + path
        address = urlsplit(url)
        headers = sign(
            method,
            address.path,
            body,
            key_id=self._settings.sms_http_key_id,
            key=self._settings.sms_http_key,
            now=now(),
        )
        return self._session.request(
            method,
            url,
            data=body,
            headers={**headers, "Content-Type": "application/json"},
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )


def _answer(response: requests.Response) -> Answer:
    """What a whole answer says; anything but our own shape may mean that it was sent."""
    try:
        given: Any = response.json()
        outcome, code = given["outcome"], str(given["code"])[:80]
        vendor_id = str(given["id"])[:80] if given.get("id") else None
    except (ValueError, TypeError, KeyError, AttributeError):
        outcome = None
    if not isinstance(outcome, str):
        return Answer(outcome="unknown", code=f"Status{response.status_code}")
    known = typing.cast("SmsClass", outcome) if outcome in _CLASSES else None
    return answer(known, vendor="http", code=code, vendor_id=vendor_id)


def _of_connection(error: requests.ConnectionError) -> Answer:
    """Refused or not found: never sent. Broken in the middle: it may have been."""
    reason = type(getattr(error.args[0] if error.args else None, "reason", None)).__name__
    if reason in {"NewConnectionError", "ConnectTimeoutError", "NameResolutionError"}:
        return Answer(outcome="retryable", code="NotConnected")
    return Answer(outcome="unknown", code="NoAnswer")
