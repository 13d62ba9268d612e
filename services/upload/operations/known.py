"""What is known of the registrations that arrive together: one statement for each question."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common.messages import ApplicationId
from services.upload.domain.registration import Record
from services.upload.models.application import Application
from services.upload.models.candidate import Registration


def lock_all(
    session: Session, records: Sequence[Record], *, exam: str
) -> dict[ApplicationId, Application]:
    """The applications that are known, locked in the order of their numbers, and fresh."""
    found = session.scalars(
        select(Application)
        .join(Registration, Registration.application_id == Application.id)
        .where(Registration.exam == exam, Registration.number.in_([r.number for r in records]))
        .order_by(Registration.number)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )
    return {application.id: application for application in found}


def registrations(
    session: Session, applications: Iterable[ApplicationId]
) -> dict[str, Registration]:
    """Number → what is known, as it is now that its application is locked."""
    found = session.scalars(
        select(Registration)
        .where(Registration.application_id.in_(list(applications)))
        .execution_options(populate_existing=True)
    )
    return {registration.number: registration for registration in found}


def holders(session: Session, indexes: Iterable[bytes], *, exam: str) -> dict[bytes, str]:
    """Blind index of an ID number → the number of the exam under which it stands."""
    rows = session.execute(
        select(Registration.id_number_index, Registration.number).where(
            Registration.exam == exam, Registration.id_number_index.in_(list(indexes))
        )
    )
    return {bytes(index): number for index, number in rows}
