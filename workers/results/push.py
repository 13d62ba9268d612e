"""One final result to the registration system: signed JSON, answered at once or tried again later.

The receiver keeps one result for each exam and application, so a copy does no harm.
"""

import dataclasses as dc
import datetime as dt
import json
from urllib.parse import urlsplit

import requests

from libs.common.messages import PushResult, ResultPushed
from libs.common.signing import sign

TIMEOUT_SECONDS = (1.5, 3.0)
"""To connect, to answer; together below the worker's soft limit of 5 s."""
TRY_AGAIN = {408, 425, 429}
"""Refusals that speak of the moment, not of the request (RFC 9110, RFC 8470, RFC 6585)."""


@dc.dataclass(frozen=True)
class RegistrationSettings:
    """Where results are received, and the key that proves who sends them."""

    registration_results_url: str
    results_key_id: str
    results_key: str


class NotAnswered(Exception):
    """The registration system did not confirm; the producer's outbox sends again later."""


def push(command: PushResult, settings: RegistrationSettings, *, now: dt.datetime) -> ResultPushed:
    """Post the result. A refusal (4xx) is final; raises NotAnswered for all other trouble."""
    body = body_of(command)
    address = urlsplit(settings.registration_results_url)
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    headers = sign(
        "POST", path, body, key_id=settings.results_key_id, key=settings.results_key, now=now
    )
    try:
        answer = requests.post(
            settings.registration_results_url,
            data=body,
            headers={**headers, "Content-Type": "application/json"},
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise NotAnswered(type(error).__name__) from None
    status = answer.status_code
    accepted = 200 <= status < 300  # noqa: PLR2004 - the class of success (RFC 9110)
    refused = 400 <= status < 500 and status not in TRY_AGAIN  # noqa: PLR2004 - of refusal
    if not accepted and not refused:
        raise NotAnswered(f"status {status}")
    return ResultPushed(application_id=command.application_id, accepted=accepted, status=status)


def body_of(command: PushResult) -> bytes:
    """What the registration system reads: one result, and nothing personal but the number."""
    fields = {
        "application_id": str(command.application_id),
        "exam": command.exam,
        "registration_number": command.registration_number,
        "outcome": command.outcome,
        "published_at": command.published_at.isoformat(),
    }
    return json.dumps(fields, separators=(",", ":")).encode()
