"""Wishes to have an application back, and what is answered to them (R17)."""

import uuid

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.outbox import post
from services.review.domain import wish as rules
from services.review.domain.case import State
from services.review.domain.staff import Reviewer
from services.review.domain.wish import Answer
from services.review.domain.words import fitting
from services.review.models.case import Case
from services.review.models.hearing import Wish
from services.review.operations import cases, claims


def remember_wish(session: Session, message: m.ReopenAsked) -> None:
    """The site finds it in its queue; a copy changes nothing. A wish about an older round than
    the case has is over at once.
    """
    cases.take_turns(session, message.application_id)
    case = cases.lock_of_application(session, message.application_id)
    is_late = case is not None and case.round > message.round
    added = session.scalar(
        insert(Wish)
        .values(
            application_id=message.application_id,
            round=message.round,
            reason=message.reason,
            asked_at=message.asked_at,
            answer=Answer.OVER.value if is_late else None,
            answered_at=database_now(session) if is_late else None,
        )
        .on_conflict_do_nothing()
        .returning(Wish.round)
    )
    if added is not None and case is not None and not is_late:
        cases.note(session, case, "reopen_asked", words=message.reason)


def grant(
    session: Session, case_id: uuid.UUID, words: str, by: Reviewer, *, seen_version: int
) -> None:
    """She has her papers again and may hand them in anew; the case waits at the same level.

    Refuses what `claims.for_act` refuses, `no_wish`, `wrong_state`, `words_too_long`.
    """
    case = claims.for_act(session, case_id, by, seen_version=seen_version)
    wish = _open_wish(session, case)
    said = fitting(words, limit=rules.MAX_WORDS)
    target, level = rules.grant(State(case.state))
    _answer(session, wish, Answer.GRANTED, said, by)
    seconds = cases.release(session, case)
    cases.move(session, case, target, by=by, resumes_at=level.value)
    cases.note(session, case, "given_back", by=by, level=level, words=said, seconds=seconds)
    post(
        session,
        m.CaseReopened(
            application_id=m.ApplicationId(case.application_id),
            case_id=m.CaseId(case.id),
            round=case.round,
            words=said,
        ),
    )


def decline(
    session: Session, case_id: uuid.UUID, words: str, by: Reviewer, *, seen_version: int
) -> None:
    """She is told why not. Refuses what `claims.for_act` and `wish.decline` refuse, `no_wish`."""
    case = claims.for_act(session, case_id, by, seen_version=seen_version)
    wish = _open_wish(session, case)
    said = rules.decline(words)
    _answer(session, wish, Answer.DECLINED, said, by)
    cases.note(session, case, "reopen_declined", by=by, words=said)
    post(
        session,
        m.ReopenDeclined(
            application_id=m.ApplicationId(case.application_id),
            case_id=m.CaseId(case.id),
            round=case.round,
            words=said,
        ),
    )


def end(session: Session, case: Case) -> None:
    """Wishes about rounds that are past have no object any more."""
    session.execute(
        update(Wish)
        .where(
            Wish.application_id == case.application_id,
            Wish.round < case.round,
            Wish.answer.is_(None),
        )
        .values(answer=Answer.OVER.value, answered_at=func.clock_timestamp())
    )


def _open_wish(session: Session, case: Case) -> Wish:
    wish = session.scalars(
        select(Wish)
        .where(Wish.application_id == case.application_id, Wish.answer.is_(None))
        .order_by(Wish.round.desc())
        .limit(1)
    ).one_or_none()
    if wish is None:
        raise Refusal("no_wish")
    return wish


def _answer(session: Session, wish: Wish, answer: Answer, words: str, by: Reviewer) -> None:
    at = database_now(session)
    wish.answer, wish.words, wish.answered_by, wish.answered_at = answer.value, words, by.id, at
