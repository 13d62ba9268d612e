"""A case past its retention time is let go of, unless it is under legal hold (R27).

The counts of published batches stay; whose results they were goes.
"""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.forgetting import belonging, forget, forget_parked
from libs.common.messages import CasePurged, PurgeCase
from libs.common.outbox import post
from services.review.models import judging, publication, second
from services.review.models.case import Case
from services.review.models.hearing import Duplicate
from services.review.models.table import Table
from services.review.operations.cases import say_hold

UPLOAD = "room:upload"
HOLDERS = (judging, publication, second)
"""Loaded besides, so that `Table.metadata` knows every table of a case in every process."""


def purge(session: Session, message: PurgeCase) -> None:
    """Say that it is gone; of a held case say the hold again, and nothing else happens."""
    application_id = message.application_id
    case = session.scalars(
        select(Case).where(Case.application_id == application_id).with_for_update()
    ).one_or_none()
    if case is not None and case.legal_hold:
        say_hold(session, case)
        return
    under_hold = select(Case.application_id).where(Case.legal_hold)
    # A pair stays while the other one is evidence: it names two pictures and no person.
    pair = (
        or_(
            Duplicate.application_id == application_id,
            Duplicate.other_application_id == application_id,
        )
        & Duplicate.application_id.not_in(under_hold)
        & Duplicate.other_application_id.not_in(under_hold)
    )
    conditions = belonging(Table.metadata, application_id, roots={Duplicate.__tablename__: pair})
    session.expunge_all()
    removed = forget(session, Table.metadata, conditions)
    forget_parked(session, application_id)
    post(session, CasePurged(application_id=application_id))
    audit.record(
        session,
        actor=UPLOAD,
        action="case.purged",
        subject=f"application:{application_id}",
        rows=sum(removed.values()),
    )
