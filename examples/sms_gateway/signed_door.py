"""The signed HTTP door of any other vendor: what an adapter before a carrier looks like."""

import datetime as dt
import re
import threading
import uuid
from typing import Any

from flask import Flask, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from examples.sms_gateway.calls import Calls, play
from examples.sms_gateway.exchange import NOT_EVEN_READ, UNSPOKEN, Exchange
from examples.sms_gateway.phones import TextMessage
from examples.sms_gateway.receipts import beijing
from examples.sms_gateway.script import Step
from examples.sms_gateway.settings import GatewaySettings
from libs.common import signing
from libs.common.clock import now

PREFIX = "/http"
NUMBER = re.compile(r"1[3-9]\d{9}")
ERRORS: dict[str, tuple[str, str]] = {
    "bad_number": ("bad_recipient", "BadNumber"),
    "blacklisted": ("bad_recipient", "Blacklisted"),
    "template_parked": ("content", "NoSuchTemplate"),
    "number_limit": ("number_limit", "TooManyForThisNumber"),
    "balance_gone": ("account", "NoBalance"),
    "internal_timeout": ("unknown", "NoAnswerFromTheCarrier"),
    "unknown_code": ("something_new", "SomethingNew"),
    "throttled": ("throttled", "TooManyRequests"),
}
"""Outcome and code of each refusal."""


class SignedDoor:
    """One account."""

    def __init__(
        self,
        settings: GatewaySettings,
        templates: dict[str, str],
        exchange: Exchange,
        calls: Calls,
    ) -> None:
        self._settings, self._templates = settings, templates
        self._exchange, self._calls = exchange, calls
        self._nonces: set[str] = set()
        self._lock = threading.Lock()

    def add(self, app: Flask) -> None:
        """The two routes."""
        app.add_url_rule(f"{PREFIX}/messages", "http_send", self._send, methods=["POST"])
        app.add_url_rule(f"{PREFIX}/messages/<out_id>", "http_find", self._find)

    def _refused(self, action: str) -> AnyResponse | None:
        """The answer to a request that is not signed, or comes a second time."""
        try:
            signed = signing.verify(
                request.method,
                request.full_path.removesuffix("?"),
                request.get_data(),
                dict(request.headers),
                keys={self._settings.sms_http_key_id: self._settings.sms_http_key},
                now=now(),
            )
        except signing.BadSignature:
            self._calls.note(action, signed=False, code="Unsigned", vendor="http")
            return _said("account", "Unsigned", status=401)
        with self._lock:
            if signed.nonce in self._nonces:
                return _said("account", "Replayed", status=401)
            self._nonces.add(signed.nonce)
        return None

    def _send(self) -> AnyResponse:
        refused = self._refused("send")
        if refused is not None:
            return refused
        given = request.get_json()
        step = self._exchange.step("http", f"+86{given.get('phone')}")
        if step.answer in NOT_EVEN_READ:
            return self._played(step)
        message = compose(
            given, sign=self._settings.sms_http_sign_name, templates=self._templates, now=now()
        )
        taken = self._exchange.take(message, step, errors=ERRORS, receipt=receipt_of, vendor="http")
        self._calls.note("send", signed=True, code=step.answer, vendor="http")
        if step.answer in UNSPOKEN:
            return self._played(step)
        if isinstance(taken, tuple):
            return _said(*taken)
        return _said("accepted", "Accepted", vendor_id=taken.serial)

    def _played(self, step: Step) -> AnyResponse:
        hang = self._settings.sms_gateway_hang_seconds
        played = play(UNSPOKEN[step.answer], hang_seconds=hang)
        assert played is not None
        return played

    def _find(self, out_id: str) -> AnyResponse:
        refused = self._refused("find")
        if refused is not None:
            return refused
        self._calls.note("find", signed=True, code="answered", vendor="http")
        message = self._exchange.phones.by_out_id(out_id)
        if message is None:
            return _said("unknown", "NoSuchMessage", status=404)
        return _said("accepted", "Accepted", vendor_id=message.serial)


def compose(
    given: dict[str, Any], *, sign: str, templates: dict[str, str], now: dt.datetime
) -> TextMessage | tuple[str, str]:
    """The message, or outcome and code why there is none."""
    if not NUMBER.fullmatch(str(given.get("phone"))):
        return ERRORS["bad_number"]
    text = templates.get(str(given.get("template")))
    if text is None or given.get("sign") != sign:
        return ERRORS["template_parked"]
    words = [str(word) for word in given.get("params") or []]
    if len(words) != len(set(re.findall(r"\{(\d+)\}", text))):
        return ERRORS["template_parked"]
    return TextMessage(
        serial=uuid.uuid4().hex,
        phone=f"+86{given['phone']}",
        sign=sign,
        template=str(given["template"]),
        body=re.sub(r"\{(\d+)\}", lambda place: words[int(place[1]) - 1], text),
        out_id=str(given.get("out_id") or ""),
        accepted_at=now,
    )


def receipt_of(message: TextMessage) -> list[dict[str, Any]]:
    """The pushed report of one settled message."""
    failed = message.status == "failed"
    return [
        {
            "out_id": message.out_id,
            "id": message.serial,
            "delivered": not failed,
            "code": "UNDELIV" if failed else "DELIVRD",
            "at": beijing(message.settled_at or message.accepted_at),
        }
    ]


def _said(
    outcome: str, code: str, *, vendor_id: str | None = None, status: int = 200
) -> AnyResponse:
    answer = jsonify(outcome=outcome, code=code, id=vendor_id)
    answer.status_code = status
    return answer
