"""Publication of results by two persons (R24)."""

import uuid
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, literal, null, select, update
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common import messages as m
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.outbox import post
from services.review.domain import publication
from services.review.domain.case import State
from services.review.domain.publication import Readiness
from services.review.domain.staff import Reviewer
from services.review.models.case import Case
from services.review.models.publication import Batch, BatchResult, Extension, Unsubmitted

NOT_SUBMITTED = "not_submitted"


def readiness(session: Session, exam: str, site: str | None) -> Readiness:
    """The counts that publication waits for, for the exam or one site of it."""
    rows = session.execute(
        select(Case.state, Case.outcome, Case.conditional, func.count())
        .where(*_cases_of(exam, site))
        .group_by(Case.state, Case.outcome, Case.conditional)
    ).all()
    conditional = sum(r[3] for r in rows if r.conditional)
    counts = {(r.state, r.outcome): int(r[3]) for r in rows if not r.conditional}
    never = session.scalar(select(func.count()).select_from(absent(exam, site).subquery()))
    concluded = State.CONCLUDED.value
    return Readiness(
        at_site=counts.get((State.SITE_REVIEW.value, None), 0),
        waiting=counts.get((State.WAITING.value, None), 0),
        at_area=counts.get((State.AREA_REVIEW.value, None), 0),
        passed=counts.get((concluded, "passed"), 0),
        not_passed=counts.get((concluded, "not_passed"), 0),
        not_submitted=never or 0,
        conditional=conditional,
        published=sum(n for (state, _), n in counts.items() if state == State.PUBLISHED.value),
    )


def propose(session: Session, exam: str, site: str | None, by: Reviewer) -> uuid.UUID:
    """Put the results together as they are now; nobody sees them before they are confirmed.

    Refuses `cases_open`, `nothing_to_publish`, `already_proposed`.
    """
    _lock_exam(session, exam)
    readiness(session, exam, site).check()
    if open_batch(session, exam) is not None:
        raise Refusal("already_proposed")
    batch_id = uuid.uuid4()
    batch = Batch(
        id=batch_id,
        exam=exam,
        site=site,
        results=0,
        proposed_by=by.id,
        proposed_at=database_now(session),
    )
    session.add(batch)
    session.flush()
    columns = ["batch_id", "application_id", "registration_number", "outcome", "version"]
    for rows in (_concluded_rows(batch_id, exam, site), _absent_rows(batch_id, exam, site)):
        done = session.execute(insert(BatchResult).from_select(columns, rows))
        batch.results += int(done.rowcount)  # type: ignore[attr-defined]
    _audit(session, batch, by, "batch.proposed")
    return batch_id


def withdraw(session: Session, batch_id: uuid.UUID, by: Reviewer) -> None:
    """Nothing was published; the proposal is void. Refuses `not_found`."""
    batch = _lock(session, batch_id)
    batch.withdrawn_at = database_now(session)
    _audit(session, batch, by, "batch.withdrawn")


def confirm(session: Session, batch_id: uuid.UUID, by: Reviewer) -> None:
    """Publish what another person proposed, if it is still so.

    Refuses `not_found`, `same_person`, `cases_open`, `batch_changed`.
    """
    batch = _lock(session, batch_id)
    _lock_exam(session, batch.exam)
    ready = readiness(session, batch.exam, batch.site)
    ready.check()
    unchanged = _mark_published(session, batch)
    publication.check_confirm(
        proposed_by=batch.proposed_by,
        confirmed_by=by.id,
        proposed=max(batch.results, ready.results),
        unchanged=unchanged,
    )
    now = database_now(session)
    batch.confirmed_by, batch.published_at = by.id, now
    session.flush()
    _tell(session, batch)
    _audit(session, batch, by, "batch.published")


def open_batch(session: Session, exam: str) -> Batch | None:
    """The proposal of the exam that waits for its second person."""
    return session.scalars(
        select(Batch).where(
            Batch.exam == exam, Batch.published_at.is_(None), Batch.withdrawn_at.is_(None)
        )
    ).one_or_none()


def _lock(session: Session, batch_id: uuid.UUID) -> Batch:
    batch = session.get(Batch, batch_id, with_for_update=True, populate_existing=True)
    if batch is None or batch.published_at is not None or batch.withdrawn_at is not None:
        raise Refusal("not_found")
    return batch


def _lock_exam(session: Session, exam: str) -> None:
    """Two who propose or confirm at once wait for one another."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("publish:" + exam))))


def _mark_published(session: Session, batch: Batch) -> int:
    now = database_now(session)
    done = session.execute(
        update(Case)
        .where(
            Case.application_id == BatchResult.application_id,
            BatchResult.batch_id == batch.id,
            Case.state == State.CONCLUDED.value,
            Case.outcome == BatchResult.outcome,
            Case.version == BatchResult.version,
        )
        .values(state=State.PUBLISHED.value, since=now, version=Case.version + 1, last_by=None)
        .execution_options(synchronize_session=False)
    )
    never = session.execute(
        update(Unsubmitted)
        .where(
            Unsubmitted.application_id == BatchResult.application_id,
            BatchResult.batch_id == batch.id,
            Unsubmitted.application_id.in_(
                select(absent(batch.exam, batch.site).subquery().c.application_id)
            ),
        )
        .values(published_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount) + int(never.rowcount)  # type: ignore[attr-defined]


def _tell(session: Session, batch: Batch) -> None:
    rows = session.execute(
        select(BatchResult.application_id, BatchResult.registration_number, BatchResult.outcome)
        .where(BatchResult.batch_id == batch.id)
        .order_by(BatchResult.registration_number)
    ).all()
    cut = publication.parts(rows)
    assert batch.published_at is not None
    for number, part in enumerate(cut, start=1):
        results = tuple(
            m.PublishedResult(
                application_id=m.ApplicationId(r.application_id),
                registration_number=r.registration_number,
                outcome=r.outcome,
            )
            for r in part
        )
        post(
            session,
            m.ResultsPublished(
                exam=batch.exam,
                batch_id=m.BatchId(batch.id),
                part=number,
                parts=len(cut),
                published_at=batch.published_at,
                results=results,
            ),
        )


def _cases_of(exam: str, site: str | None) -> list[ColumnElement[bool]]:
    return [Case.exam == exam] if site is None else [Case.exam == exam, Case.site == site]


def ready(exam: str, site: str | None) -> list[ColumnElement[bool]]:
    """The cases whose results would be published now."""
    return [Case.state == State.CONCLUDED.value, ~Case.conditional, *_cases_of(exam, site)]


def absent(exam: str, site: str | None) -> Select[uuid.UUID, str]:
    """Those who never submitted and whose window is over, also after an extension."""
    query = (
        select(Unsubmitted.application_id, Unsubmitted.registration_number)
        .outerjoin(Extension, Extension.application_id == Unsubmitted.application_id)
        .where(
            Unsubmitted.exam == exam,
            Unsubmitted.published_at.is_(None),
            func.coalesce(Extension.ends_at <= Unsubmitted.locked_at, True),
        )
    )
    return query if site is None else query.where(Unsubmitted.site == site)


def _concluded_rows(batch_id: uuid.UUID, exam: str, site: str | None) -> Select[*tuple[Any, ...]]:
    return select(
        literal(batch_id), Case.application_id, Case.registration_number, Case.outcome, Case.version
    ).where(*ready(exam, site))


def _absent_rows(batch_id: uuid.UUID, exam: str, site: str | None) -> Select[*tuple[Any, ...]]:
    never = absent(exam, site).subquery()
    return select(
        literal(batch_id),
        never.c.application_id,
        never.c.registration_number,
        literal(NOT_SUBMITTED),
        null(),
    )


def _audit(session: Session, batch: Batch, by: Reviewer, action: str) -> None:
    audit.record(
        session,
        actor=f"staff:{by.id}",
        action=action,
        subject=f"batch:{batch.id}",
        exam=batch.exam,
        site=batch.site,
        results=batch.results,
    )
