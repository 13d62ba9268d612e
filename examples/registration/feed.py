"""Handing the registrations over to Shencai: signed JSON, in parts."""

import json
import time
from typing import Any

import requests

from examples.registration.memory import Sync
from examples.registration.roster import Candidate
from examples.registration.settings import RegistrationSettings
from libs.common.clock import now
from libs.common.signing import sign

PATH = "/api/registrations"
PART = 200
"""Registrations in one request."""
TIMEOUT_SECONDS = 15
PAUSE_SECONDS = 1.0


def hand_over(settings: RegistrationSettings, candidates: list[Candidate]) -> Sync:
    """Send all registrations; stops at the first part that is not taken."""
    accepted, problem = 0, ""
    for start in range(0, len(candidates), PART):
        part = candidates[start : start + PART]
        taken, problem = _send(settings, part)
        accepted += taken
        if problem:
            break
    return Sync(at=now().isoformat(), sent=len(candidates), accepted=accepted, problem=problem)


def hand_over_within(
    settings: RegistrationSettings, candidates: list[Candidate], *, seconds: float
) -> Sync:
    """The same, tried again until Shencai answers or the time is up."""
    end = time.monotonic() + seconds
    while True:
        sync = hand_over(settings, candidates)
        if not sync.problem or time.monotonic() >= end:
            return sync
        time.sleep(PAUSE_SECONDS)


def _send(settings: RegistrationSettings, part: list[Candidate]) -> tuple[int, str]:
    """How many of the part were taken, and what went wrong, if anything did."""
    rows = [candidate.as_sent() for candidate in part]
    body = json.dumps({"registrations": rows}, ensure_ascii=False).encode()
    headers = sign(
        "POST",
        PATH,
        body,
        key_id=settings.registration_api_key_id,
        key=settings.registration_api_key,
        now=now(),
    )
    base = (settings.internal_upload_url or settings.upload_url).rstrip("/")
    try:
        answer = requests.post(
            base + PATH,
            data=body,
            headers={**headers, "Content-Type": "application/json", "Accept": "application/json"},
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        return 0, type(error).__name__
    if answer.status_code != requests.codes.ok:
        return 0, f"HTTP {answer.status_code}"
    return _read(answer, len(part))


def _read(answer: requests.Response, sent: int) -> tuple[int, str]:
    """`{"accepted": n, "refused": [{"registration_number": …, "reason": …}]}`."""
    try:
        report: Any = answer.json()
        accepted, refused = int(report["accepted"]), list(report.get("refused", []))
        first = f"{refused[0]['registration_number']}: {refused[0]['reason']}" if refused else ""
    except (ValueError, KeyError, TypeError):
        return 0, "the answer was not understood"
    if accepted + len(refused) != sent:
        return accepted, f"{accepted} + {len(refused)} ≠ {sent}"
    return accepted, first
