"""An application is gone: so is how its candidate was reached, and what she was told (R27)."""

from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.forgetting import belonging, forget, forget_parked
from libs.common.messages import Purged
from services.notify.models import ladder, notice, people
from services.notify.models.table import Base

UPLOAD = "room:upload"
HOLDERS = (ladder, notice, people)
"""Loaded here, so that `Base.metadata` knows every table of an application in every process."""


def purge(session: Session, message: Purged) -> None:
    """Forget it; a second copy finds nothing."""
    conditions = belonging(Base.metadata, message.application_id)
    removed = forget(session, Base.metadata, conditions)
    forget_parked(session, message.application_id)
    audit.record(
        session,
        actor=UPLOAD,
        action="contact.purged",
        subject=f"application:{message.application_id}",
        rows=sum(removed.values()),
    )
