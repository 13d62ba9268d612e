"""What the operations share: a case under lock, as its holder judges it, and how it moves."""

import uuid

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, CaseAdvanced, CaseId, ImageId, LegalHoldSet, Stage
from libs.common.outbox import post
from services.review.domain.case import Level, State
from services.review.domain.judging import Choice, Judged, JudgedImage
from services.review.domain.request import Standing
from services.review.domain.staff import Reviewer
from services.review.models.case import Case, CaseEvent, Exam, Image
from services.review.models.judging import Claim, Request, Suspicion, Verdict
from services.review.operations import draws

_STAGES: dict[State, Stage] = {
    State.SITE_REVIEW: "site_review",
    State.AREA_REVIEW: "area_review",
    State.CONCLUDED: "awaiting_publication",
}


def lock(session: Session, case_id: uuid.UUID) -> Case:
    """The case, held against all others until the transaction ends. Refuses `not_found`."""
    case = session.get(Case, case_id, with_for_update=True, populate_existing=True)
    if case is None:
        raise Refusal("not_found")
    return case


def lock_of_application(session: Session, application_id: uuid.UUID) -> Case | None:
    """The application's case under lock, if there is one."""
    return session.scalars(
        select(Case).where(Case.application_id == application_id).with_for_update()
    ).one_or_none()


def take_turns(session: Session, application_id: uuid.UUID) -> None:
    """From here to the transaction's end nobody else hears of this application.

    Before the case exists there is no row to lock, and a check that found no case would be kept
    for later while the round, not committed yet, looks for it in vain.
    """
    key = f"application:{application_id}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(key))))


def setting(session: Session, exam: str, name: str, default: int) -> int:
    """A number of the exam's pack."""
    found = session.scalar(select(Exam.settings[name].as_integer()).where(Exam.code == exam))
    return default if found is None else found


def judged(session: Session, case: Case) -> Judged:
    """The images of the newest round with their verdicts, in the list's order."""
    images = session.scalars(
        select(Image)
        .where(Image.case_id == case.id, Image.is_current)
        .order_by(Image.material, Image.position, Image.id)
    ).all()
    choices = verdicts(session, case.id)
    drafts = session.scalar(
        select(func.count()).where(
            Request.case_id == case.id, Request.standing == Standing.DRAFT.value
        )
    )
    return Judged(
        state=State(case.state),
        images=tuple(
            JudgedImage(
                image_id=i.id,
                checked=i.state == "checked",
                site=choices.get((i.id, Level.SITE)),
                area=choices.get((i.id, Level.AREA)),
            )
            for i in images
        ),
        drafts=drafts or 0,
    )


def verdicts(session: Session, case_id: uuid.UUID) -> dict[tuple[uuid.UUID, Level], Choice]:
    """The verdict of each level that holds, by image."""
    rows = session.execute(
        select(Verdict.image_id, Verdict.level, Verdict.choice)
        .ext(distinct_on(Verdict.image_id, Verdict.level))
        .where(Verdict.case_id == case_id, Verdict.taken_back_at.is_(None))
        .order_by(Verdict.image_id, Verdict.level, Verdict.id.desc())
    )
    return {(r.image_id, Level(r.level)): Choice(r.choice) for r in rows}


def move(
    session: Session, case: Case, target: State, *, by: Reviewer | None, **columns: object
) -> None:
    """Bring the case into a state, with the columns that belong to it in the same statement.

    Whoever looked at it before has seen something old.
    """
    since = database_now(session)
    draws.void(session, case)
    for name, value in ({"resumes_at": None} | columns).items():
        setattr(case, name, value)
    case.state = target.value
    case.since = since
    touch(case, by)
    session.flush()


def touch(case: Case, by: Reviewer | None) -> None:
    """What others saw of this case is stale from now on."""
    case.version += 1
    case.last_by = by.id if by else None


def release(session: Session, case: Case) -> int | None:
    """End the claim; how many seconds it had lasted."""
    held = func.extract("epoch", func.clock_timestamp() - Claim.claimed_at)
    seconds = session.scalar(delete(Claim).where(Claim.case_id == case.id).returning(held))
    return None if seconds is None else int(seconds)


def note(
    session: Session,
    case: Case,
    kind: str,
    *,
    by: Reviewer | None = None,
    level: Level | None = None,
    words: str = "",
    count: int = 0,
    seconds: int | None = None,
) -> None:
    """Write what happened into the case's record and into the audit log (R25)."""
    session.add(
        CaseEvent(
            case_id=case.id,
            kind=kind,
            level=level.value if level else None,
            round=case.round,
            words=words,
            count=count,
            seconds=seconds,
            staff_id=by.id if by else None,
            at=func.clock_timestamp(),
        )
    )
    audit.record(
        session,
        actor=f"staff:{by.id}" if by else "room:review",
        action=f"case.{kind}",
        subject=f"case:{case.id}",
        state=case.state,
        round=case.round,
        count=count,
    )


def say_stage(session: Session, case: Case) -> None:
    """Tell the candidate's side the stage. What was accepted is left out once an outcome
    exists, so that two messages of different outcomes are alike (R23).
    """
    state = State(case.state)
    accepted = () if state is State.CONCLUDED else judged(session, case).accepted
    post(
        session,
        CaseAdvanced(
            application_id=ApplicationId(case.application_id),
            case_id=CaseId(case.id),
            round=case.round,
            case_version=case.version,
            stage=_STAGES[state],
            accepted=tuple(ImageId(i) for i in accepted),
        ),
    )


def hold_if_suspected(session: Session, case: Case) -> None:
    """Suspected false papers may not be purged while one suspicion stands (R27)."""
    standing = session.scalar(
        select(func.count()).where(Suspicion.case_id == case.id, Suspicion.withdrawn_at.is_(None))
    )
    held = bool(standing)
    if held != case.legal_hold:
        case.legal_hold = held
        say_hold(session, case)


def say_hold(session: Session, case: Case) -> None:
    """Tell the candidate's side whether the case is under legal hold, as of now."""
    post(
        session,
        LegalHoldSet(
            application_id=ApplicationId(case.application_id),
            held=case.legal_hold,
            reason=SUSPECTED,
            set_at=database_now(session),
        ),
    )


SUSPECTED = "suspected_false"

NOT_DECIDED = {
    "outcome": None,
    "concluded_by": None,
    "outcome_words": "",
    "overrules": False,
    "conditional": False,
}
"""The columns of a case that is open again."""


def lapse_asks(session: Session, case: Case) -> None:
    """Verdicts that asked for something are open again: the answer, or its lack, is judged."""
    session.execute(
        update(Verdict)
        .where(
            Verdict.case_id == case.id,
            Verdict.choice == Choice.ASK.value,
            Verdict.taken_back_at.is_(None),
        )
        .values(taken_back_at=func.clock_timestamp())
    )
