"""A round of a submission arrives: it opens the case, or brings it what the candidate answered."""

import dataclasses as dc
import uuid
from typing import Any, cast

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common.db import database_now
from services.review.domain import case as rules
from services.review.domain.case import Level, State
from services.review.domain.request import Standing
from services.review.models.case import Case
from services.review.models.judging import Request
from services.review.models.publication import Unsubmitted
from services.review.operations import cases, changes, damage, images, readings, requests, wishes
from services.review.vault import Vault


def receive_round(session: Session, message: m.ApplicationSubmitted, *, vault: Vault) -> None:
    """Open the case, or bring it the next round; an older round only adds its images.

    1 the case under lock  2 its snapshot  3 its images  4 the stage  5 what came early
    Refuses `already_published`.
    """
    person = vault.open_sealed(message.personal)
    cases.take_turns(session, message.application_id)
    case, is_new = _case_of(session, message)
    is_newer = message.round > case.round
    if is_newer:
        _next_round(session, case, message)
        _take_snapshot(case, message)
    if is_new or message.submitted_at >= case.facts_at:
        _take_facts(case, message)
        case.personal = vault.keep_person(person, case_id=case.id)
    images.keep(session, case, message)
    _end_absence(session, message)
    session.flush()
    requests.withdraw_lost_drafts(session, case)
    if is_newer or is_new:
        wishes.end(session, case)
        cases.say_stage(session, case)
    damage.apply_early(session, case)
    readings.apply_early(session, case)
    changes.apply_early(session, case, vault=vault)
    if is_newer or is_new:
        changes.ask_for(session, case, message.missing)


def _case_of(session: Session, message: m.ApplicationSubmitted) -> tuple[Case, bool]:
    """The application's case, and whether it is new; two that would open it take turns."""
    case_id = uuid.uuid4()
    now = database_now(session)
    opened = session.scalar(
        insert(Case)
        .values(
            id=case_id,
            application_id=message.application_id,
            state=State.SITE_REVIEW.value,
            since=now,
            round=message.round,
            personal=b"",
            **_snapshot(message),
        )
        .on_conflict_do_nothing(index_elements=[Case.application_id])
        .returning(Case.id)
    )
    if opened is not None:
        case = cases.lock(session, opened)
        if message.round > 1:  # the first round comes late; the area has this one (R20)
            case.state = State.AREA_REVIEW.value
        cases.note(session, case, "opened")
        return case, True
    known = cases.lock_of_application(session, message.application_id)
    assert known is not None
    return known, False


def _next_round(session: Session, case: Case, message: m.ApplicationSubmitted) -> None:
    resumes_at = Level(case.resumes_at) if case.resumes_at else None
    target = rules.after_round(
        State(case.state), resumes_at=resumes_at, is_second=message.window == "second"
    )
    cases.release(session, case)
    cases.move(session, case, target, by=None, round=message.round, **cases.NOT_DECIDED)
    cases.lapse_asks(session, case)
    answered = session.execute(
        update(Request)
        .where(Request.case_id == case.id, Request.standing == Standing.OPEN.value)
        .values(standing=Standing.ANSWERED.value)
    )
    cases.note(session, case, "answered", count=int(answered.rowcount))  # type: ignore[attr-defined]


def _snapshot(message: m.ApplicationSubmitted) -> dict[str, object]:
    return {
        "exam": message.exam,
        "site": message.site,
        "registration_number": message.registration_number,
        "masked_name": message.masked_name,
        "receipt_number": message.receipt_number,
        "submitted_at": message.submitted_at,
        "facts": message.facts,
        "facts_at": message.submitted_at,
        "deferred": list(message.deferred),
        **_answers(message),
    }


def _answers(message: m.ApplicationSubmitted) -> dict[str, object]:
    return {
        "materials": list(message.materials),
        "absences": [dc.asdict(a) for a in message.absences],
        "explanations": [
            {"request_id": str(e.request_id), "text": e.text} for e in message.explanations
        ],
    }


def _take_snapshot(case: Case, message: m.ApplicationSubmitted) -> None:
    """What the round says. The second window's speaks of its own materials alone (R5)."""
    case.receipt_number, case.submitted_at = message.receipt_number, message.submitted_at
    case.site, case.deferred = message.site, list(message.deferred)
    answers = _answers(message)
    if message.window == "second":
        own = set(message.materials)
        case.materials = [
            *case.materials,
            *(c for c in message.materials if c not in case.materials),
        ]
        kept = [a for a in case.absences if a["material"] not in own]
        case.absences = kept + cast("list[Any]", answers["absences"])
        case.explanations = case.explanations + cast("list[Any]", answers["explanations"])
        return
    if case.second_round:
        answers["materials"] = [
            *message.materials,
            *(c for c in case.second_materials if c not in message.materials),
        ]
    for name, value in answers.items():
        setattr(case, name, value)


def _take_facts(case: Case, message: m.ApplicationSubmitted) -> None:
    case.facts, case.facts_at = message.facts, message.submitted_at
    case.registration_number = message.registration_number
    case.masked_name = message.masked_name


def _end_absence(session: Session, message: m.ApplicationSubmitted) -> None:
    """Who has submitted is not on the list 截止未提交 any more."""
    session.execute(
        delete(Unsubmitted).where(
            Unsubmitted.application_id == message.application_id,
            Unsubmitted.published_at.is_(None),
        )
    )
