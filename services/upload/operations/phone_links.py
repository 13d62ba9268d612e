"""From the computer to the phone: a link that is made, used once, and taken back."""

import datetime as dt
import uuid

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, RequestId
from services.upload.models.phone import PhoneLink
from services.upload.operations.access import lock
from services.upload.operations.actors import candidate

LINK_MINUTES = 10
"""How long a code can be used, and from then on how long the phone may work with it."""


def make(
    session: Session,
    *,
    application_id: ApplicationId,
    material: str,
    request_id: RequestId | None = None,
) -> uuid.UUID:
    """A new link; the one before it works no more, so that only the code on the screen counts."""
    lock(session, application_id)
    now = database_now(session)
    _end_all(session, application_id, now=now)
    link = PhoneLink(
        id=uuid.uuid4(),
        application_id=application_id,
        material=material,
        request_id=request_id,
        made_at=now,
        ends_at=now + dt.timedelta(minutes=LINK_MINUTES),
    )
    session.add(link)
    _note(session, link, "phone_link.made")
    session.flush()
    return link.id


def usable(session: Session, link_id: uuid.UUID) -> PhoneLink:
    """The link that a phone may open. Raises Refusal `phone_link_used`, `phone_link_over`."""
    link = session.get(PhoneLink, link_id, populate_existing=True)
    if link is None or link.ended_at is not None or link.ends_at <= database_now(session):
        raise Refusal("phone_link_over")
    if link.used_at is not None:
        raise Refusal("phone_link_used")
    return link


def use(session: Session, link_id: uuid.UUID) -> PhoneLink:
    """A phone takes it: once, whoever else presses at the same moment. Raises as `usable`."""
    usable(session, link_id)
    taken = session.execute(
        update(PhoneLink)
        .where(PhoneLink.id == link_id, PhoneLink.used_at.is_(None), PhoneLink.ended_at.is_(None))
        .values(used_at=func.clock_timestamp())
        .returning(PhoneLink.id)
    ).first()
    if taken is None:
        raise Refusal("phone_link_used")
    link = session.get_one(PhoneLink, link_id, populate_existing=True)
    _note(session, link, "phone_link.used")
    return link


def end(session: Session, *, application_id: ApplicationId, link_id: uuid.UUID) -> None:
    """She takes it back: the code and the phone that used it end at once."""
    ended = session.execute(
        update(PhoneLink)
        .where(
            PhoneLink.id == link_id,
            PhoneLink.application_id == application_id,
            PhoneLink.ended_at.is_(None),
        )
        .values(ended_at=func.clock_timestamp())
        .returning(PhoneLink.id)
    ).first()
    if ended is not None:
        _note(session, session.get_one(PhoneLink, link_id), "phone_link.ended")


def end_every(session: Session, application_id: ApplicationId) -> None:
    """She signs out everywhere: her phone's link too."""
    _end_all(session, application_id, now=database_now(session))


def sweep(session: Session, *, now: dt.datetime) -> None:
    """Forget links of yesterday; the audit log remembers them."""
    old = select(PhoneLink).where(PhoneLink.ends_at < now - dt.timedelta(days=1)).limit(1000)
    for link in session.scalars(old):
        session.delete(link)


def _end_all(session: Session, application_id: ApplicationId, *, now: dt.datetime) -> None:
    session.execute(
        update(PhoneLink)
        .where(PhoneLink.application_id == application_id, PhoneLink.ended_at.is_(None))
        .values(ended_at=now)
    )


def _note(session: Session, link: PhoneLink, action: str) -> None:
    who = candidate(link.application_id)
    audit.record(
        session, actor=who, action=action, subject=who, link=link.id, material=link.material
    )
