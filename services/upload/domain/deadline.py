"""The window and its end (R12, R14): who is in time, until when, and how that is said.

A window is half-open, `[opens_at, ends_at)`. Midnight at its end is said as 24:00 of the day
before, because that is how every announcement says it.
"""

import dataclasses as dc
import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from zoneinfo import ZoneInfo

from libs.common.nights import evening_before

MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class Phase(StrEnum):
    """Where an instant lies; in `GRACE` only what began before the end is still written."""

    BEFORE = "before"
    OPEN = "open"
    GRACE = "grace"
    CLOSED = "closed"


@dc.dataclass(frozen=True, kw_only=True)
class Window:
    """When uploads, deletions, answers and submissions are admitted. Times are aware UTC."""

    opens_at: dt.datetime
    ends_at: dt.datetime
    grace: dt.timedelta

    @property
    def closes_at(self) -> dt.datetime:
        """End + grace: from here on nothing is written (R13)."""
        return self.ends_at + self.grace

    def admits(self, *, began_at: dt.datetime, written_at: dt.datetime) -> bool:
        """Whether a request that began and is written then is in time (R12).

        Nothing is written before it began: a gateway whose clock runs ahead of the database's
        harms nobody.
        """
        began_at = min(began_at, written_at)
        return self.opens_at <= began_at < self.ends_at and written_at < self.closes_at

    def phase(self, now: dt.datetime) -> Phase:
        """What the page says of this instant."""
        if now < self.opens_at:
            return Phase.BEFORE
        if now < self.ends_at:
            return Phase.OPEN
        return Phase.GRACE if now < self.closes_at else Phase.CLOSED


REMINDERS_HOURS = (72, 24, 3, 1)
"""How long before a window's end those who have not submitted are reminded (R22)."""


def reminders(ends_at: dt.datetime, zone: ZoneInfo) -> tuple[int, ...]:
    """How many hours before this end each reminder goes out; one more in the evening before a
    night, or the last SMS would have been a day ago.
    """
    evening = evening_before(ends_at, zone)
    if evening is None:
        return REMINDERS_HOURS
    return (*REMINDERS_HOURS, -(-(ends_at - evening) // dt.timedelta(hours=1)))


def newest_reminder(ends_at: dt.datetime, *, zone: ZoneInfo, now: dt.datetime) -> int | None:
    """Which reminder is due: the last that has come; None before the first and from the end on."""
    if now >= ends_at:
        return None
    due = [h for h in reminders(ends_at, zone) if ends_at - dt.timedelta(hours=h) <= now]
    return min(due, default=None)


class Scope(StrEnum):
    """Whom an extension concerns, the narrowest first."""

    APPLICATION = "application"
    SITE = "site"
    EXAM = "exam"


@dc.dataclass(frozen=True, kw_only=True)
class Extension:
    """A later end that an administrator granted, with a reason (R14)."""

    scope: Scope
    ends_at: dt.datetime


def deciding(window: Window, extensions: Iterable[Extension]) -> Extension | None:
    """The extension that sets the end: the latest; of equal ones the narrowest. It never shortens.

    `extensions` are those that concern this candidate: her own, her site's and the exam's.
    """
    scopes = list(Scope)
    later = [extension for extension in extensions if extension.ends_at > window.ends_at]
    return min(
        sorted(later, key=lambda extension: scopes.index(extension.scope)),
        key=lambda extension: -extension.ends_at.timestamp(),
        default=None,
    )


def effective(window: Window, extensions: Iterable[Extension]) -> Window:
    """The window that holds for a candidate, extensions included."""
    extension = deciding(window, extensions)
    return window if extension is None else dc.replace(window, ends_at=extension.ends_at)


def end_words(at: dt.datetime, *, zone: str, language: str, with_year: bool = False) -> str:
    """An end in the exam's zone: `2月16日24:00`, `16 Feb 24:00`; midnight stays 24:00."""
    local = at.astimezone(ZoneInfo(zone))
    if (local.hour, local.minute) != (0, 0):
        return _words(local, f"{local:%H:%M}", language=language, with_year=with_year)
    return _words(local - dt.timedelta(days=1), "24:00", language=language, with_year=with_year)


def moment_words(at: dt.datetime, *, zone: str, language: str, with_year: bool = False) -> str:
    """An instant in the exam's zone: `2月7日00:00`, `7 Feb 00:00`."""
    local = at.astimezone(ZoneInfo(zone))
    return _words(local, f"{local:%H:%M}", language=language, with_year=with_year)


def _words(day: dt.datetime, clock: str, *, language: str, with_year: bool) -> str:
    if language.startswith("zh"):
        return (f"{day.year}年" if with_year else "") + f"{day.month}月{day.day}日{clock}"
    year = f" {day.year}" if with_year else ""
    return f"{day.day} {MONTHS_EN[day.month - 1]}{year} {clock}"
