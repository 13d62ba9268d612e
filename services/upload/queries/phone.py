"""How a link to a phone stands: for the computer that shows it, and for the phone that uses it."""

import dataclasses as dc
import datetime as dt
import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, ImageId, RequestId
from services.upload.models.application import Application, Image
from services.upload.models.phone import PhoneLink


@dc.dataclass(frozen=True, kw_only=True)
class LinkView:
    """One link; `is_over` also when she has taken it back."""

    id: uuid.UUID
    application_id: ApplicationId
    material: str
    request_id: RequestId | None
    ends_at: dt.datetime
    used_at: dt.datetime | None
    is_over: bool
    received: int
    """Pictures of the material that came since a phone has it."""
    revision: int
    """Of the application: the computer's page is shown anew when it grows."""
    now: dt.datetime


def link_page(
    session: Session, link_id: uuid.UUID, *, application_id: ApplicationId | None = None
) -> LinkView:
    """The link; with `application_id` only hers. Raises Refusal `phone_link_over`."""
    link = session.get(PhoneLink, link_id, populate_existing=True)
    if link is None or application_id not in (None, link.application_id):
        raise Refusal("phone_link_over")
    now = database_now(session)
    has_run_out = link.used_at is None and link.ends_at <= now
    return LinkView(
        id=link.id,
        application_id=link.application_id,
        material=link.material,
        request_id=link.request_id,
        ends_at=link.ends_at,
        used_at=link.used_at,
        is_over=link.ended_at is not None or has_run_out,
        received=_received(session, link),
        revision=session.get_one(Application, link.application_id).revision,
        now=now,
    )


def is_of_link(session: Session, link: LinkView, image_id: ImageId) -> bool:
    """Whether the picture belongs to what the link opens."""
    found = session.scalars(
        select(Image.id).where(
            Image.id == image_id,
            Image.application_id == link.application_id,
            Image.material == link.material,
            Image.deleted_at.is_(None),
        )
    ).first()
    return found is not None


def _received(session: Session, link: PhoneLink) -> int:
    if link.used_at is None:
        return 0
    return session.execute(
        select(func.count())
        .select_from(Image)
        .where(
            Image.application_id == link.application_id,
            Image.material == link.material,
            Image.received_at >= link.used_at,
            Image.deleted_at.is_(None),
        )
    ).scalar_one()
