"""The second reading of a conclusion by somebody who had no part in it and sees nothing of it."""

import datetime as dt
import uuid
from collections.abc import Mapping

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.db import database_now
from libs.common.errors import Refusal
from services.review.domain import second as rules
from services.review.domain.judging import Choice
from services.review.domain.request import Kind
from services.review.domain.second import Judgement, Reading, Settlement
from services.review.domain.staff import Reviewer
from services.review.models.case import Case, Exam, Image
from services.review.models.second import SecondReading, SecondVerdict
from services.review.operations import decide
from services.review.queries.filters import had_part


def claim_next(session: Session, by: Reviewer) -> uuid.UUID | None:
    """The reading that waits longest and of whose case he has neither judged nor looked at
    anything; his own unfinished one first. None when there is none.
    """
    if not rules.may_read(by):
        return None
    now = func.statement_timestamp()
    waiting = select(SecondReading).where(SecondReading.state == Reading.WAITING.value)
    mine = session.scalars(
        waiting.where(SecondReading.reader_id == by.id, SecondReading.expires_at > now).limit(1)
    ).one_or_none()
    if mine is not None:
        return mine.id
    free = or_(SecondReading.expires_at.is_(None), SecondReading.expires_at <= now)
    row = session.scalars(
        waiting.where(free, ~had_part(by))
        .order_by(SecondReading.drawn_at, SecondReading.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    if row.reader_id != by.id:  # what another began is not hers to see
        session.execute(delete(SecondVerdict).where(SecondVerdict.reading_id == row.id))
    row.reader_id, row.expires_at = by.id, _until(session)
    _audit(session, row, by, "second.taken")
    return row.id


def judge(
    session: Session,
    reading_id: uuid.UUID,
    image_id: uuid.UUID,
    said: Judgement,
    by: Reviewer,
) -> None:
    """Her verdict on one image; the newest holds. Refuses `not_found`, `unknown_reason`."""
    row = _hers(session, reading_id, by)
    image = session.get(Image, image_id)
    if image is None or image.case_id != row.case_id or not image.is_current:
        raise Refusal("not_found")
    asks = said.choice is Choice.ASK
    if asks:
        _check_reason(session, row, said.reason)
    given = {
        "choice": said.choice.value,
        "reason": said.reason if asks else "",
        "at": database_now(session),
    }
    session.execute(
        insert(SecondVerdict)
        .values(reading_id=row.id, image_id=image_id, **given)
        .on_conflict_do_update(
            index_elements=[SecondVerdict.reading_id, SecondVerdict.image_id], set_=given
        )
    )
    row.expires_at = _until(session)


def finish(
    session: Session, reading_id: uuid.UUID, by: Reviewer, *, eligible: bool, words: str
) -> None:
    """Her reading is done; it changes nothing of the case. Whether both agree is not told her.

    Refuses `not_found` and what `second.ending` refuses.
    """
    row = _hers(session, reading_id, by)
    images = session.scalars(
        select(Image.id).where(Image.case_id == row.case_id, Image.is_current)
    ).all()
    second = given(session, row.id)
    ending = rules.ending(images, second, eligible=eligible, words=words)
    now = database_now(session)
    row.ending, row.ending_words = ending.value, words.strip()
    row.agrees = rules.agrees(first_of(row), second, outcome=row.outcome, ending=ending)
    row.state, row.read_at, row.expires_at = Reading.READ.value, now, None
    _audit(session, row, by, "second.read")


def give_back(session: Session, reading_id: uuid.UUID, by: Reviewer) -> None:
    """Leave the reading to others; what she judged is forgotten. Refuses `not_found`."""
    row = _hers(session, reading_id, by)
    session.execute(delete(SecondVerdict).where(SecondVerdict.reading_id == row.id))
    row.reader_id = row.expires_at = None
    _audit(session, row, by, "second.released")


def settle(
    session: Session,
    reading_id: uuid.UUID,
    settlement: Settlement,
    words: str,
    by: Reviewer,
    *,
    seen_version: int,
) -> None:
    """The lead looks at both sides: the conclusion stands, or the area judges the case again.

    Refuses `not_found`, `words_needed`, `words_too_long` and what `decide.reopen` refuses.
    """
    row = session.get(SecondReading, reading_id, with_for_update=True)
    if row is None or row.agrees is not False or row.settlement is not None:
        raise Refusal("not_found")
    if not by.roles & rules.SETTLERS:
        raise Refusal("not_found")
    said = rules.check_settle(words)
    if settlement is Settlement.REOPENED:
        decide.reopen(session, row.case_id, said, by, seen_version=seen_version)
    now = database_now(session)
    row.settlement, row.settled_words = settlement.value, said
    row.settled_by, row.settled_at = by.id, now
    _audit(session, row, by, f"second.{settlement.value}")


def first_of(row: SecondReading) -> Mapping[uuid.UUID, Judgement]:
    """The conclusion's verdicts as they held when it was drawn."""
    return {
        uuid.UUID(image_id): Judgement(choice=Choice(said["choice"]), reason=said["reason"])
        for image_id, said in row.first.items()
    }


def given(session: Session, reading_id: uuid.UUID) -> Mapping[uuid.UUID, Judgement]:
    """Her verdicts so far, by image."""
    rows = session.scalars(select(SecondVerdict).where(SecondVerdict.reading_id == reading_id))
    return {r.image_id: Judgement(choice=Choice(r.choice), reason=r.reason) for r in rows}


def renew(session: Session, reading_id: uuid.UUID, by: Reviewer) -> SecondReading | None:
    """Looking at it keeps it hers; None if it is not hers."""
    try:
        row = _hers(session, reading_id, by)
    except Refusal:
        return None
    row.expires_at = _until(session)
    return row


def _hers(session: Session, reading_id: uuid.UUID, by: Reviewer) -> SecondReading:
    """A lease that ran out is hers still, as long as nobody else took it."""
    row = session.get(SecondReading, reading_id, with_for_update=True, populate_existing=True)
    if row is None or row.reader_id != by.id or row.state != Reading.WAITING.value:
        raise Refusal("not_found")
    return row


def _check_reason(session: Session, row: SecondReading, reason: str) -> None:
    case = session.get(Case, row.case_id)
    exam = session.get(Exam, case.exam) if case else None
    known = exam.reasons.get(reason) if exam else None
    if (
        known is None
        or known.get("retired")
        or known.get("kind", Kind.REPLACE.value) != Kind.REPLACE.value
    ):
        raise Refusal("unknown_reason")


def _until(session: Session) -> dt.datetime:
    return database_now(session) + dt.timedelta(minutes=rules.LEASE_MINUTES)


def _audit(session: Session, row: SecondReading, by: Reviewer, action: str) -> None:
    audit.record(session, actor=f"staff:{by.id}", action=action, subject=f"second:{row.id}")
