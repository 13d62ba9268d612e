"""First entry (R2): its steps, one-time codes, and the soft lock that slows guessing."""

import datetime as dt
from enum import StrEnum

CODE_DIGITS = 6
CODE_MINUTES = 5
CODE_TRIES = 5
RESEND_AFTER_SECONDS = 60
CODES_PER_DAY = 10
"""So that nobody can fill a stranger's phone; two of the staff can restart the check (R28)."""

FREE_FAILURES = 5
"""Failures before the first soft lock."""
FIRST_LOCK_SECONDS = 60
LONGEST_LOCK_SECONDS = 3600
FORGET_FAILURES_HOURS = 24

RELEASE_HOURS = 24
"""So long the second of two persons can confirm what the first has asked for (R28)."""


class Step(StrEnum):
    """What activation asks next; it can be interrupted anywhere and resumed."""

    IDENTITY = "identity"
    PHONE = "phone"
    PRIVACY = "privacy"
    PLEDGE = "pledge"
    PASSWORD = "password"  # noqa: S105 - the step's name
    DONE = "done"


class Released(StrEnum):
    """What two of the staff can do for a candidate who has proved who she is (R28)."""

    ENTRY = "entry"
    """Her entries' rest after too many failures ends."""
    PHONE = "phone"
    """The check of her phone begins anew."""


def following(step: Step) -> Step:
    """The step after this one."""
    steps = list(Step)
    return steps[min(steps.index(step) + 1, len(steps) - 1)]


def lock_seconds(failures: int) -> int:
    """How long the entry rests after so many failures in a row: 60 s, doubling up to an hour."""
    beyond = failures - FREE_FAILURES
    if beyond < 0:
        return 0
    return min(FIRST_LOCK_SECONDS << min(beyond, 10), LONGEST_LOCK_SECONDS)


def wait_before_resend(*, last_sent_at: dt.datetime | None, now: dt.datetime) -> int:
    """Seconds until the next code may be sent, rounded up; 0 means now."""
    if last_sent_at is None:
        return 0
    left = (last_sent_at + dt.timedelta(seconds=RESEND_AFTER_SECONDS) - now).total_seconds()
    return max(0, int(-(-left // 1)))
