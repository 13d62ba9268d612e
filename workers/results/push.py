"""To the registration system: signed JSON, answered at once or tried again later.

The receiver keeps one result for each exam and application, and one correction for each request,
so a copy does no harm.
"""

import dataclasses as dc
import datetime as dt
import json
from urllib.parse import urljoin, urlsplit

import requests

from libs.common.messages import CorrectionPushed, PushCorrection, PushResult, ResultPushed
from libs.common.signing import sign

TIMEOUT_SECONDS = (1.5, 3.0)
"""To connect, to answer; together below the worker's soft limit of 5 s."""
TRY_AGAIN = {408, 425, 429}
"""Refusals that speak of the moment, not of the request (RFC 9110, RFC 8470, RFC 6585)."""


@dc.dataclass(frozen=True, kw_only=True)
class RegistrationSettings:
    """Where results and corrections are received, and the key that proves who sends them."""

    registration_results_url: str
    registration_corrections_url: str = ""
    """Empty: `corrections` beside the results' address."""
    results_key_id: str
    results_key: str

    @property
    def corrections_url(self) -> str:
        """Where corrections are received."""
        beside = urljoin(self.registration_results_url, "corrections")
        return self.registration_corrections_url or beside


class NotAnswered(Exception):
    """The registration system did not confirm; the producer's outbox sends again later."""


def push(command: PushResult, settings: RegistrationSettings, *, now: dt.datetime) -> ResultPushed:
    """Post the result. A refusal (4xx) is final; raises NotAnswered for all other trouble."""
    fields = {
        "application_id": str(command.application_id),
        "exam": command.exam,
        "registration_number": command.registration_number,
        "outcome": command.outcome,
        "published_at": command.published_at.isoformat(),
    }
    accepted, status = _post(settings.registration_results_url, fields, settings, now=now)
    return ResultPushed(application_id=command.application_id, accepted=accepted, status=status)


def push_correction(
    command: PushCorrection, settings: RegistrationSettings, *, now: dt.datetime
) -> CorrectionPushed:
    """Post what should be corrected, why, and until when; answered as a result is."""
    fields = {
        "request_id": str(command.request_id),
        "exam": command.exam,
        "registration_number": command.registration_number,
        "fact": command.fact,
        "reason": command.reason,
        "words": command.words,
        "due_at": command.due_at.isoformat(),
    }
    accepted, status = _post(settings.corrections_url, fields, settings, now=now)
    return CorrectionPushed(request_id=command.request_id, accepted=accepted, status=status)


def _post(
    url: str, fields: dict[str, str], settings: RegistrationSettings, *, now: dt.datetime
) -> tuple[bool, int]:
    """Whether it was accepted, and the answer's status. Raises NotAnswered."""
    body = json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()
    address = urlsplit(url)
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    headers = sign(
        "POST", path, body, key_id=settings.results_key_id, key=settings.results_key, now=now
    )
    try:
        answer = requests.post(
            url,
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
    return accepted, status
