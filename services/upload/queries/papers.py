"""What she is given in writing: receipts (R15), messages of record (R22), the result (R24)."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, ImageId
from services.upload.domain import receipt
from services.upload.domain.deadline import Window, effective
from services.upload.domain.exam import Exam, Text
from services.upload.models.application import Application, Submission
from services.upload.models.candidate import Registration
from services.upload.models.packs import the_exam
from services.upload.models.review import InAppMessage
from services.upload.models.windows import plain, second_of
from services.upload.queries.shapes.news import MessagesPage, MessageView, ResultPage
from services.upload.queries.shapes.receipts import ReceiptLine, ReceiptPage

MESSAGES_SHOWN = 200


def receipt_page(
    session: Session, number: str, *, application_id: ApplicationId | None = None
) -> ReceiptPage:
    """The receipt of that number; with `application_id` only hers. Raises Refusal `no_receipt`.

    `number` as it was typed. The public page shows no name and no registration number.
    """
    stored = receipt.read_number(number)
    row = session.execute(
        select(Submission, Application, Registration)
        .join(Application, Application.id == Submission.application_id)
        .join(Registration, Registration.application_id == Application.id)
        .where(Submission.receipt_number == (stored or ""))
    ).one_or_none()
    if row is None:
        raise Refusal("no_receipt")
    submission, application, registration = row
    if application_id not in (None, application.id):
        raise Refusal("no_receipt")
    exam = the_exam(session, application.exam)
    return ReceiptPage(
        application_id=application.id,
        submission_id=submission.id,
        number=submission.receipt_number,
        digest=submission.digest,
        round=submission.round,
        exam_name=exam.name,
        zone=exam.zone,
        site=exam.site(application.site),
        registration_number=registration.number,
        masked_name=registration.masked_name,
        submitted_at=submission.submitted_at,
        images=tuple(_line(exam, image) for image in submission.images),
        absences=tuple((title_of(exam, a["material"]), a["reason"]) for a in submission.absences),
        explanations=len(submission.explanations),
        later=tuple(title_of(exam, code) for code in submission.later),
        later_window=_later_window(session, application) if submission.later else None,
        lines=digest_lines(submission),
    )


def _later_window(session: Session, application: Application) -> Window | None:
    window, extensions = second_of(session, application)
    return window and effective(window, [plain(row) for row in extensions])


def digest_lines(submission: Submission) -> tuple[str, ...]:
    """What the digest covers, besides number and time."""
    images = receipt.image_lines(
        receipt.ReceiptImage(
            material=image["material"],
            position=image["position"],
            sha256=image["sha256"],
            size_bytes=image["size_bytes"],
        )
        for image in submission.images
    )
    return images + receipt.absence_lines(a["material"] for a in submission.absences)


def messages_page(session: Session, application_id: ApplicationId) -> MessagesPage:
    """Her messages, the newest first."""
    rows = session.scalars(
        select(InAppMessage)
        .where(InAppMessage.application_id == application_id)
        .order_by(InAppMessage.posted_at.desc(), InAppMessage.id.desc())
        .limit(MESSAGES_SHOWN)
    ).all()
    return MessagesPage(
        unread=sum(1 for row in rows if row.read_at is None),
        messages=tuple(
            MessageView(
                id=row.id,
                fact=row.fact,
                title=row.titles,
                body=row.bodies,
                posted_at=row.posted_at,
                is_read=row.read_at is not None,
            )
            for row in rows
        ),
    )


def result_page(session: Session, application_id: ApplicationId) -> ResultPage:
    """The result, or only the stage. Raises Refusal `no_application`."""
    row = session.execute(
        select(Application, Registration)
        .join(Registration, Registration.application_id == Application.id)
        .where(Application.id == application_id)
    ).one_or_none()
    if row is None:
        raise Refusal("no_application")
    application, registration = row
    exam = the_exam(session, application.exam)
    return ResultPage(
        exam_name=exam.name,
        registration_number=registration.number,
        masked_name=registration.masked_name,
        stage=application.stage,
        outcome=application.outcome,
        published_at=application.published_at,
        zone=exam.zone,
        area=exam.area,
        site=exam.site(application.site),
    )


def _line(exam: Exam, image: dict[str, str | int]) -> ReceiptLine:
    material = str(image["material"])
    return ReceiptLine(
        image_id=ImageId(uuid.UUID(str(image["image_id"]))),
        material=material,
        title=title_of(exam, material),
        position=int(image["position"]),
        sha256=str(image["sha256"]),
        size_bytes=int(image["size_bytes"]),
        was_checking=image["state"] == "checking",
    )


def title_of(exam: Exam, material: str) -> Text:
    """The material's title; its code where a newer pack has dropped it."""
    try:
        return exam.material(material).title
    except KeyError:
        return Text(zh=material, en=material)
