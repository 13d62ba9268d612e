"""What this room does when it hears of exams, overdue requests, locked applications and time."""

import dataclasses as dc
from itertools import islice

from sqlalchemy import case as sql_case
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common import messages as m
from libs.common.db import database_now
from libs.common.differences import differences
from libs.common.errors import Refusal
from services.review.domain import case as rules
from services.review.domain.case import State
from services.review.domain.request import Standing
from services.review.models.case import EarlyCheck, Exam, ExamVersion
from services.review.models.judging import LAPSED_CLAIMS, Claim, Request, Tally
from services.review.models.publication import Extension, Unsubmitted
from services.review.models.staff import AnsweredChallenge
from services.review.operations import asked, cases, deferred, images

KEEP_EARLY_CHECK_DAYS = 30
MOST_CHANGES = 200
"""A pack that changes more is another pack: its first changes tell so."""


def learn_exam(session: Session, message: m.ExamLoaded) -> None:
    """Keep what the desk needs of an exam's pack. A later load or edit replaces an earlier one,
    in whichever order they are heard.
    """
    values: dict[str, object] = {
        "pack_version": message.pack_version,
        "zone": message.zone,
        "names": message.names,
        "sites": message.sites,
        "materials": message.materials,
        "reasons": message.reasons,
        "settings": message.settings,
        "facts": message.facts,
    }
    key = f"exam:{message.exam}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(key))))
    before = session.get(Exam, message.exam)
    if before and before.loaded_at and message.loaded_at and message.loaded_at < before.loaded_at:
        return
    known = {name: getattr(before, name) for name in values} if before else values
    session.execute(
        insert(ExamVersion)
        .values(
            exam=message.exam,
            version=message.pack_version,
            learned_at=database_now(session),
            changes=[
                dc.asdict(change) for change in islice(differences(known, values), MOST_CHANGES)
            ],
        )
        .on_conflict_do_nothing()
    )
    values["loaded_at"] = message.loaded_at
    session.execute(
        insert(Exam)
        .values(code=message.exam, **values)
        .on_conflict_do_update(index_elements=[Exam.code], set_=values)
    )


def mark_overdue(session: Session, message: m.RequestsOverdue) -> None:
    """The candidate let requests pass; once none is open the area decides knowing so (R21)."""
    case = cases.lock_of_application(session, message.application_id)
    if case is None:
        raise Refusal("not_found")
    done = session.execute(
        update(Request)
        .where(
            Request.case_id == case.id,
            Request.id.in_(message.requests),
            # The round that came first took them for answered; upload knows which were not.
            Request.standing.in_([Standing.OPEN.value, Standing.ANSWERED.value]),
        )
        .values(standing=Standing.OVERDUE.value)
    )
    count = int(done.rowcount)  # type: ignore[attr-defined]
    images.keep_unsubmitted(session, case, message.unsubmitted, at=message.overdue_at)
    if not count:
        return
    case.has_overdue = True
    cases.note(session, case, "overdue", count=count)
    open_ = select(func.count()).where(
        Request.case_id == case.id, Request.standing == Standing.OPEN.value
    )
    if case.state == State.WAITING.value and not session.scalar(open_):
        cases.move(session, case, rules.after(State.WAITING, rules.Act.OVERDUE), by=None)
        cases.lapse_asks(session, case)
        session.flush()
        cases.say_stage(session, case)


def list_unsubmitted(session: Session, message: m.ApplicationLocked) -> None:
    """The site is told: 截止未提交 (R13). Who has a case has submitted, whatever came first.

    Who was published as absent and got more time in the same moment is locked again, later, and
    is published anew. Of the second window only a case can be concerned (R5).
    """
    case = cases.lock_of_application(session, message.application_id)
    if message.window == "second":
        if case is not None:
            deferred.end(session, case, message)
        return
    if case is not None:
        return
    added = insert(Unsubmitted).values(
        application_id=message.application_id,
        exam=message.exam,
        site=message.site,
        registration_number=message.registration_number,
        masked_name=message.masked_name,
        locked_at=message.locked_at,
    )
    session.execute(
        added.on_conflict_do_update(
            index_elements=[Unsubmitted.application_id],
            set_={
                "locked_at": func.greatest(Unsubmitted.locked_at, added.excluded.locked_at),
                "published_at": sql_case(
                    (added.excluded.locked_at > Unsubmitted.published_at, None),
                    else_=Unsubmitted.published_at,
                ),
            },
        )
    )
    audit.record(
        session,
        actor="room:upload",
        action="application.unsubmitted",
        subject=f"application:{message.application_id}",
        locked_at=message.locked_at,
    )


def remember_extension(session: Session, message: m.WindowExtended) -> None:
    """Whoever's window was extended is not unsubmitted until it has ended again (R14).

    Only who has submitted has a second window: it makes nobody unsubmitted.
    """
    if message.window == "second":
        deferred.extend(session, message)
        return
    for application_id in message.applications:
        added = insert(Extension).values(application_id=application_id, ends_at=message.ends_at)
        session.execute(
            added.on_conflict_do_update(
                index_elements=[Extension.application_id],
                set_={"ends_at": func.greatest(Extension.ends_at, added.excluded.ends_at)},
            )
        )


def tick(session: Session, _: m.DeadlineTick) -> None:
    """Claims that have run out end. Late, lost or doubled ticks do no harm."""
    session.execute(
        delete(AnsweredChallenge).where(AnsweredChallenge.ends_at < func.clock_timestamp())
    )
    _end_claims(session)
    asked.forget_rehearsals(session)
    session.execute(
        delete(EarlyCheck).where(
            EarlyCheck.at
            < func.clock_timestamp() - func.make_interval(0, 0, 0, KEEP_EARLY_CHECK_DAYS)
        )
    )


def _end_claims(session: Session) -> None:
    """Cases whose reviewer went away are anybody's again; how many is kept for the metrics."""
    over = delete(Claim).where(Claim.expires_at < func.clock_timestamp()).returning(Claim.case_id)
    ended = len(session.scalars(over).all())
    if ended:
        added = insert(Tally).values(name=LAPSED_CLAIMS, number=ended)
        session.execute(
            added.on_conflict_do_update(
                index_elements=[Tally.name], set_={"number": Tally.number + added.excluded.number}
            )
        )
