"""What operations ask: which requests for erasure wait, and what was purged of an exam (R27)."""

import dataclasses as dc
import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.upload.domain.retention import ErasureState
from services.upload.models.application import Application
from services.upload.models.candidate import Registration
from services.upload.models.packs import the_exam
from services.upload.models.retention import Certificate, Erasure, PurgeAsk


@dc.dataclass(frozen=True, kw_only=True)
class Waiting:
    """One request that waits; the number is the registration's."""

    exam: str
    number: str
    due_at: dt.datetime
    is_held: bool


def waiting(session: Session) -> Sequence[Waiting]:
    """Every request that waits, the most urgent first."""
    rows = session.execute(
        select(Application.exam, Registration.number, Erasure.due_at, Application.is_held)
        .join(Application, Application.id == Erasure.application_id)
        .join(Registration, Registration.application_id == Erasure.application_id)
        .where(Erasure.state == ErasureState.ASKED)
        .order_by(Erasure.due_at)
    )
    return [
        Waiting(exam=row.exam, number=row.number, due_at=row.due_at, is_held=row.is_held)
        for row in rows
    ]


def certificate(session: Session, code: str) -> dict[str, object]:
    """Counts of what was removed, and of what is still here. Raises Refusal `unknown_exam`."""
    exam = the_exam(session, code)
    mine = Application.exam == code
    here = select(func.count()).select_from(Application).where(mine)
    asked = select(func.count()).select_from(PurgeAsk).join(Application).where(mine)
    row = session.get(Certificate, code)
    removed = (
        {column.name: getattr(row, column.name) for column in Certificate.__table__.columns}
        if row is not None
        else {"exam": code, "applications": 0}
    )
    return {
        **removed,
        "retention_days": exam.settings.retention_days,
        "applications_here": session.execute(here).scalar_one(),
        "of_these_asked": session.execute(asked).scalar_one(),
        "of_these_under_legal_hold": session.execute(here.where(Application.is_held)).scalar_one(),
        "made_at": session.execute(select(func.clock_timestamp())).scalar_one(),
    }
