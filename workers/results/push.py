"""To the registration system: signed JSON, answered at once or tried again later.

The receiver keeps one result for each exam and application, and one correction for each request,
so a copy does no harm.
"""

import dataclasses as dc
import datetime as dt
import json
from typing import get_args
from urllib.parse import urlencode, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from libs.common.messages import (
    AskResultsHeld,
    CorrectionPushed,
    HeldResults,
    Outcome,
    PushCorrection,
    PushResult,
    ResultPushed,
    ResultsHeld,
)
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
    registration_held_url: str = ""
    """Empty: `results/held` below the results' address."""
    results_key_id: str
    results_key: str

    @property
    def corrections_url(self) -> str:
        """Where corrections are received."""
        beside = urljoin(self.registration_results_url, "corrections")
        return self.registration_corrections_url or beside

    @property
    def held_url(self) -> str:
        """Where it says what it holds."""
        return self.registration_held_url or f"{self.registration_results_url}/held"


MOST_ANSWER_BYTES = 4096
"""Three outcomes with a count and a hash each need 400."""


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


def ask_held(
    command: AskResultsHeld, settings: RegistrationSettings, *, now: dt.datetime
) -> ResultsHeld:
    """Ask what it holds, once: a person waits for the answer and can ask again. Silence, a refusal
    and an answer of another shape are told as such.
    """
    url = f"{settings.held_url}?{urlencode({'exam': command.exam})}"
    headers = sign(
        "GET", _path(url), b"", key_id=settings.results_key_id, key=settings.results_key, now=now
    )
    try:
        with requests.get(
            url, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True
        ) as answer:
            body = answer.raw.read(MOST_ANSWER_BYTES + 1, decode_content=True)
    except (requests.RequestException, HTTPError):
        return ResultsHeld(check_id=command.check_id, answered=False, status=0, held=())
    held = _held(body) if answer.status_code == 200 else None  # noqa: PLR2004 - it answers
    return ResultsHeld(
        check_id=command.check_id,
        answered=held is not None,
        status=answer.status_code,
        held=held or (),
    )


def _held(body: bytes) -> tuple[HeldResults, ...] | None:
    """What the answer says; None where it is of another shape."""
    try:
        outcomes = json.loads(body)["outcomes"]
        return tuple(
            HeldResults(
                outcome=outcome,
                count=int(outcomes[outcome]["count"]),
                digest=str(outcomes[outcome]["digest"])[:64],
            )
            for outcome in get_args(Outcome)
            if outcome in outcomes
        )
    except (ValueError, KeyError, TypeError):
        return None


def _path(url: str) -> str:
    address = urlsplit(url)
    return (address.path or "/") + (f"?{address.query}" if address.query else "")


def _post(
    url: str, fields: dict[str, str], settings: RegistrationSettings, *, now: dt.datetime
) -> tuple[bool, int]:
    """Whether it was accepted, and the answer's status. Raises NotAnswered."""
    body = json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()
    headers = sign(
        "POST", _path(url), body, key_id=settings.results_key_id, key=settings.results_key, now=now
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
