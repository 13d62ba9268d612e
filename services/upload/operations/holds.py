"""Legal hold: suspected false papers are neither purged nor carried over (R27)."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.messages import LegalHoldSet
from services.upload.models.retention import PurgeAsk
from services.upload.operations.access import lock
from services.upload.operations.actors import SYSTEM, candidate


def set_hold(session: Session, message: LegalHoldSet) -> None:
    """Write down that a hold stands, or no longer does; what was said later holds.

    Nothing of it is shown to her. Raises Refusal `no_application`.
    """
    application = lock(session, message.application_id)
    if message.set_at is not None:
        if application.hold_set_at is not None and message.set_at < application.hold_set_at:
            return
        application.hold_set_at = message.set_at
    application.is_held = message.held
    session.execute(delete(PurgeAsk).where(PurgeAsk.application_id == application.id))
    audit.record(
        session,
        actor=SYSTEM,
        action="hold.set" if message.held else "hold.ended",
        subject=candidate(application.id),
        reason=message.reason,
    )
