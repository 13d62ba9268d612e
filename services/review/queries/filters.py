"""Which cases belong to which queue, to whose scope, and to what somebody asked for.

Each condition is one that an index answers; `bench/review.py` holds them to it.
"""

import dataclasses as dc
from enum import StrEnum
from typing import cast

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from services.review.domain.case import State
from services.review.domain.second import COMPARERS, Reading, may_read
from services.review.domain.staff import (
    AREA_ROLES,
    SITE_ROLES,
    SUSPICION_READERS,
    Reviewer,
    Role,
)
from services.review.models.case import Case
from services.review.models.hearing import Wish
from services.review.models.judging import Claim, Suspicion
from services.review.models.publication import Unsubmitted
from services.review.models.second import SecondReading
from services.review.models.table import AUDIT

_HELD_BACK = cast("ColumnElement[bool]", Case.legal_hold)
"""Bare, as its partial index has it."""
_HELD = [State.SITE_REVIEW.value, State.AREA_REVIEW.value]
_ENDED = [State.CONCLUDED.value, State.PUBLISHED.value]
# Once, not with each query: an alias and its conditions cost more to build than the query to run.
_WISH, _FLAG, _CLAIM = aliased(Wish), aliased(Suspicion), aliased(Claim)
_READING = aliased(SecondReading)


class Queue(StrEnum):
    """The lists of the queues page."""

    SITE = "site"
    AREA = "area"
    MINE = "mine"
    RETURNED = "returned"
    OVERDUE = "overdue"
    INFO = "info"
    WISHES = "wishes"
    SUSPECTED = "suspected"
    SAMPLE = "sample"
    """Conclusions drawn to be read again, blind; whose they are is not shown."""
    DISAGREED = "disagreed"
    """The second reading came to something else: the lead's."""
    WAITING = "waiting"
    UNSUBMITTED = "unsubmitted"
    CONCLUDED = "concluded"


class Holder(StrEnum):
    """Whether somebody works on it."""

    FREE = "free"
    HELD = "held"


_PLAIN: dict[Queue, ColumnElement[bool]] = {
    Queue.SITE: Case.state == State.SITE_REVIEW.value,
    Queue.AREA: Case.state == State.AREA_REVIEW.value,
    Queue.RETURNED: or_(
        and_(Case.state == State.SITE_REVIEW.value, Case.returned_words.is_not(None)),
        and_(Case.state == State.AREA_REVIEW.value, Case.round > 1),
    ),
    Queue.OVERDUE: and_(Case.has_overdue, Case.state.in_(_HELD)),
    Queue.INFO: and_(Case.info_changed_at.is_not(None), Case.state.in_(_HELD)),
    Queue.WISHES: exists().where(
        _WISH.application_id == Case.application_id, _WISH.answer.is_(None)
    ),
    Queue.DISAGREED: exists().where(
        _READING.case_id == Case.id, _READING.agrees.is_(False), _READING.settlement.is_(None)
    ),
    Queue.WAITING: Case.state == State.WAITING.value,
    Queue.CONCLUDED: Case.state.in_(_ENDED),
}
"""The queues that are the same whoever asks."""


@dc.dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows a queue; empty or None narrows nothing."""

    search: str = ""
    """A registration number's beginning, or a masked name."""
    exam: str = ""
    site: str = ""
    holder: Holder | None = None
    again: bool = False
    """Only second and later rounds."""

    @property
    def is_any(self) -> bool:
        """Whether anything is narrowed but by the search."""
        return bool(self.exam or self.site or self.holder or self.again)


def offered(who: Reviewer) -> list[Queue]:
    """The queues that his roles have."""
    levels = [Queue.AREA, Queue.SITE] if who.sees_area else [Queue.SITE]
    own = [Queue.MINE] if who.roles & (SITE_ROLES | AREA_ROLES) else []
    return [
        levels[0],
        *own,
        *levels[1:],
        Queue.RETURNED,
        Queue.OVERDUE,
        Queue.INFO,
        Queue.WISHES,
        Queue.SUSPECTED,
        *([Queue.SAMPLE] if may_read(who) or Role.AUDITOR in who.roles else []),
        *([Queue.DISAGREED] if who.roles & COMPARERS else []),
        Queue.WAITING,
        Queue.UNSUBMITTED,
        Queue.CONCLUDED,
    ]


def scope(who: Reviewer) -> ColumnElement[bool]:
    """The same sentence as `Reviewer.sees`, for the database."""
    if who.sees_area:
        return true()
    return Case.site.in_(who.sites) if who.roles & SITE_ROLES else false()


def in_queue(queue: Queue, who: Reviewer) -> ColumnElement[bool]:
    """Whether a case stands in the queue."""
    if queue is Queue.MINE:
        return _claimed(by=who)
    if queue is Queue.SUSPECTED:
        return _suspected(who)
    return _PLAIN[queue]


def narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    """The conditions of the filters, the search left out."""
    where: list[ColumnElement[bool]] = []
    if filters.exam:
        where.append(Case.exam == filters.exam)
    if filters.site:
        where.append(Case.site == filters.site)
    if filters.again:
        where.append(Case.round > 1)
    if filters.holder is not None:
        claimed = _claimed()
        where.append(claimed if filters.holder is Holder.HELD else ~claimed)
    return where


def found(
    search: str, number: InstrumentedAttribute[str], name: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    """By the beginning of a number, or by the whole masked name, which alone has a star."""
    if "*" in search:
        return name == search
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return number.like(f"{escaped}%")


def absent(who: Reviewer, filters: Filters) -> list[ColumnElement[bool]]:
    """截止未提交 of his scope, narrowed."""
    where: list[ColumnElement[bool]] = [
        true() if who.sees_area else Unsubmitted.site.in_(who.sites)
    ]
    if filters.exam:
        where.append(Unsubmitted.exam == filters.exam)
    if filters.site:
        where.append(Unsubmitted.site == filters.site)
    if filters.search:
        where.append(
            found(filters.search, Unsubmitted.registration_number, Unsubmitted.masked_name)
        )
    return where


def _claimed(*, by: Reviewer | None = None) -> ColumnElement[bool]:
    """The statement's time, not the clock's: a volatile function would forbid the join."""
    live = exists().where(_CLAIM.case_id == Case.id, _CLAIM.expires_at > func.statement_timestamp())
    return live if by is None else live.where(_CLAIM.staff_id == by.id)


def readings(who: Reviewer) -> list[ColumnElement[bool]]:
    """The second readings that wait: a reader's without those in which he had a part."""
    waiting = SecondReading.state == Reading.WAITING.value
    return [waiting] if not may_read(who) else [waiting, ~had_part(who)]


def in_her_hands(who: Reviewer) -> ColumnElement[bool]:
    """Whether she is reading the case again, blind: until she is done its past is closed to her."""
    return exists().where(
        _READING.case_id == Case.id,
        _READING.reader_id == who.id,
        _READING.state == Reading.WAITING.value,
    )


def had_part(who: Reviewer) -> ColumnElement[bool]:
    """Whether the record names him for anything on the case, a mere look included."""
    subject = func.concat("case:", SecondReading.case_id)
    return exists().where(AUDIT.c.subject == subject, AUDIT.c.actor == f"staff:{who.id}")


def _suspected(who: Reviewer) -> ColumnElement[bool]:
    """Few see them: the roles of R19, and whoever raised one."""
    if who.roles & SUSPICION_READERS:
        return _HELD_BACK
    own = exists().where(
        _FLAG.case_id == Case.id, _FLAG.staff_id == who.id, _FLAG.withdrawn_at.is_(None)
    )
    return and_(_HELD_BACK, own)
