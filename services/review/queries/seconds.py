"""Where readers differ: the second readings against the conclusions, and reason by reason."""

import dataclasses as dc
from collections import defaultdict
from typing import Any

from sqlalchemy import Select, Text, cast, exists, func, select
from sqlalchemy.orm import Session

from services.review.domain.case import Level
from services.review.domain.judging import Choice
from services.review.domain.request import Kind
from services.review.domain.second import Ending, Reading
from services.review.domain.staff import Reviewer
from services.review.models.case import Case
from services.review.models.judging import Request, Verdict
from services.review.models.second import SecondReading, SecondVerdict


@dc.dataclass(frozen=True, kw_only=True)
class SecondLine:
    """Of one site and one first outcome: what the second readings came to."""

    exam: str
    site: str
    outcome: str
    drawn: int
    read: int
    passed: int
    not_passed: int
    ask: int
    disagree: int
    """In the case or in an image."""
    reopened: int


@dc.dataclass(frozen=True, kw_only=True)
class ReasonDifference:
    """Images, by the reason with which one reader asked for what another accepted."""

    exam: str
    reason: str
    area: int
    """The site had accepted, the area asked."""
    second_asks: int
    second_accepts: int


def seconds(session: Session, who: Reviewer) -> list[SecondLine]:
    """The second readings of each site; the area's and the auditor's matter alone."""
    if not who.sees_area:
        return []
    was_read = SecondReading.state == Reading.READ.value
    rows = session.execute(
        select(
            Case.exam,
            Case.site,
            SecondReading.outcome,
            func.count().label("drawn"),
            func.count().filter(was_read).label("read"),
            *(
                func.count().filter(was_read, SecondReading.ending == ending.value).label(ending)
                for ending in Ending
            ),
            func.count().filter(was_read, SecondReading.agrees.is_(False)).label("disagree"),
            func.count().filter(SecondReading.settlement == "reopened").label("reopened"),
        )
        .join(Case, Case.id == SecondReading.case_id)
        .where(SecondReading.state != Reading.VOID.value)
        .group_by(Case.exam, Case.site, SecondReading.outcome)
        .order_by(Case.exam, Case.site, SecondReading.outcome.desc())
    )
    return [SecondLine(**r._mapping) for r in rows]  # noqa: SLF001


def reason_differences(session: Session, who: Reviewer) -> list[ReasonDifference]:
    """Per reason: how often one asked for what another had accepted; the most first."""
    if not who.sees_area:
        return []
    counted: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for column, query in enumerate((_area_against_site(), _second_asks(), _second_accepts())):
        for exam, reason, images in session.execute(query):
            counted[exam, reason][column] = images
    lines = [
        ReasonDifference(exam=exam, reason=reason, area=n[0], second_asks=n[1], second_accepts=n[2])
        for (exam, reason), n in counted.items()
    ]
    return sorted(lines, key=lambda x: (-x.area - x.second_asks - x.second_accepts, x.reason))


def _area_against_site() -> Select[str, str, int]:
    accepted = exists().where(
        Verdict.image_id == Request.image_id,
        Verdict.level == Level.SITE.value,
        Verdict.choice == Choice.ACCEPT.value,
        Verdict.taken_back_at.is_(None),
    )
    return (
        select(Case.exam, Request.reason, func.count())
        .join(Case, Case.id == Request.case_id)
        .where(
            Request.level == Level.AREA.value,
            Request.kind == Kind.REPLACE.value,
            Request.standing.not_in(["draft", "withdrawn"]),
            accepted,
        )
        .group_by(Case.exam, Request.reason)
    )


def _second_asks() -> Select[str, str, int]:
    """The first reading accepted, the second would ask."""
    return _seconds(SecondVerdict.reason, first=Choice.ACCEPT, second=Choice.ASK)


def _second_accepts() -> Select[str, str, int]:
    """The first reading asked, the second would accept."""
    return _seconds(_first("reason"), first=Choice.ASK, second=Choice.ACCEPT)


def _seconds(reason: Any, *, first: Choice, second: Choice) -> Select[str, str, int]:
    return (
        select(Case.exam, reason, func.count())
        .select_from(SecondVerdict)
        .join(SecondReading, SecondReading.id == SecondVerdict.reading_id)
        .join(Case, Case.id == SecondReading.case_id)
        .where(
            SecondReading.state == Reading.READ.value,
            SecondVerdict.choice == second.value,
            _first("choice") == first.value,
        )
        .group_by(Case.exam, reason)
    )


def _first(field: str) -> Any:
    """What the conclusion said of the image: SQL's ->> twice."""
    of_image = SecondReading.first[cast(SecondVerdict.image_id, Text)]
    return of_image[field].astext
