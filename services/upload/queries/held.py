"""What is held of her (R28): everything that stands under her application, and how long it stays.

Reviewers' names are not told (R19), and no outcome before its publication (R23).
"""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from libs.common.messages import ApplicationId, ImageId
from services.upload.domain.exam import Exam, Text
from services.upload.domain.shrink import OPEN
from services.upload.models.application import Image, Submission, findings_of
from services.upload.models.candidate import Account
from services.upload.models.holdings import Holdings, read_holdings
from services.upload.models.review import ReopenAsk, ResultPush
from services.upload.models.shrink import Shrink
from services.upload.operations.actors import candidate
from services.upload.queries.account import registration_panel
from services.upload.queries.held_traces import browsers_of, looks_of, messages_of
from services.upload.queries.papers import title_of
from services.upload.queries.shapes.held import (
    Agreed,
    HeldAccount,
    HeldImage,
    HeldOfHer,
    HeldPhoto,
    HeldRequest,
    HeldSubmission,
    HeldWords,
)
from services.upload.vault import Vault


def held_of(
    session: Session, application_id: ApplicationId, *, vault: Vault, whole: bool = False
) -> HeldOfHer:
    """All of it; about fifteen statements, however much there is. Raises Refusal `no_application`.

    ID number, phones and name are masked as on every page, unless `whole` asks for her own copy.
    """
    held = read_holdings(session, application_id)
    push = session.get(ResultPush, application_id)
    return HeldOfHer(
        exam=held.exam.code,
        exam_name=held.exam.name,
        zone=held.exam.zone,
        area=held.exam.area,
        site=held.exam.site(held.application.site),
        state=held.state,
        registration=registration_panel(session, application_id, vault=vault, whole=whole),
        began_at=_began_at(session, held),
        account=_account(session, held),
        images=_images(session, held),
        photos=_photos(session, held),
        submissions=_submissions(session, application_id),
        requests=_requests(held),
        words=_words(session, held),
        messages=messages_of(session, application_id),
        browsers=browsers_of(session, application_id),
        looks=looks_of(session, application_id),
        outcome=held.application.outcome,
        published_at=held.application.published_at,
        told_at=push.accepted_at if push else None,
        retention_days=held.exam.settings.retention_days,
        kept_until=held.kept_until,
    )


def _began_at(session: Session, held: Holdings) -> dt.datetime:
    """Its first audit row; where that log began later, when the facts were last received."""
    first = session.execute(
        text("SELECT min(at) FROM audit WHERE subject = :subject"),
        {"subject": candidate(held.application.id)},
    ).scalar_one()
    received = held.registration.received_at
    return min(first, received) if first is not None else received


def _account(session: Session, held: Holdings) -> HeldAccount:
    account = session.get_one(Account, held.application.id)
    return HeldAccount(
        activated_at=account.activated_at,
        phone_verified_at=account.phone_at,
        language=account.language,
        agreed=_agreed(held.exam, account),
    )


def _agreed(exam: Exam, account: Account) -> tuple[Agreed, ...]:
    rows = (
        ("privacy", exam.privacy, account.privacy_version, account.privacy_at),
        ("consent", exam.consent, account.consent_version, account.consent_at),
        ("pledge", exam.pledge, account.pledge_version, account.pledge_at),
    )
    return tuple(
        Agreed(what=what, title=statement.title, version=version, at=at)
        for what, statement, version, at in rows
        if version is not None and at is not None
    )


def _images(session: Session, held: Holdings) -> tuple[HeldImage, ...]:
    rows = session.scalars(
        select(Image)
        .where(Image.application_id == held.application.id)
        .order_by(Image.material, Image.position, Image.received_at, Image.id)
    ).all()
    return tuple(
        HeldImage(
            id=row.id,
            material=row.material,
            title=title_of(held.exam, row.material),
            position=row.position,
            version=row.version,
            sha256=row.sha256,
            size_bytes=row.size_bytes,
            format=row.format,
            received_at=row.received_at,
            submitted_at=row.locked_at,
            deleted_at=row.deleted_at,
            findings=findings_of(row),
            kind=row.kind,
        )
        for row in rows
    )


def _photos(session: Session, held: Holdings) -> tuple[HeldPhoto, ...]:
    rows = session.scalars(
        select(Shrink)
        .where(Shrink.application_id == held.application.id, Shrink.state.in_(OPEN))
        .order_by(Shrink.received_at)
    ).all()
    return tuple(
        HeldPhoto(
            material=row.material,
            title=title_of(held.exam, row.material),
            size_bytes=row.original_bytes,
            received_at=row.received_at,
        )
        for row in rows
    )


def _submissions(session: Session, application_id: ApplicationId) -> tuple[HeldSubmission, ...]:
    rows = session.scalars(
        select(Submission)
        .where(Submission.application_id == application_id)
        .order_by(Submission.round)
    ).all()
    return tuple(
        HeldSubmission(
            round=row.round,
            receipt_number=row.receipt_number,
            submitted_at=row.submitted_at,
            digest=row.digest,
            images=len(row.images),
        )
        for row in rows
    )


def _requests(held: Holdings) -> tuple[HeldRequest, ...]:
    materials: dict[ImageId | None, str] = {image.id: image.material for image in held.images}
    return tuple(
        HeldRequest(
            id=row.id,
            kind=row.kind,
            title=_title(held.exam, row.material or materials.get(row.image_id)),
            words=row.words,
            raised_at=row.raised_at,
            due_at=row.due_at,
            state=row.state,
            explanation=row.explanation,
        )
        for row in held.requests
    )


def _words(session: Session, held: Holdings) -> tuple[HeldWords, ...]:
    asks: Sequence[ReopenAsk] = session.scalars(
        select(ReopenAsk)
        .where(ReopenAsk.application_id == held.application.id)
        .order_by(ReopenAsk.round)
    ).all()
    absences = sorted(held.absences, key=lambda absence: absence.material)
    return tuple(
        HeldWords(
            what="absence",
            title=title_of(held.exam, absence.material),
            words=absence.reason,
            at=absence.said_at,
        )
        for absence in absences
    ) + tuple(
        HeldWords(what="reopening", title=None, words=ask.reason, at=ask.asked_at) for ask in asks
    )


def _title(exam: Exam, material: str | None) -> Text | None:
    return title_of(exam, material) if material else None
