"""Answers by words: 暂缺/不适用 for a material (R5), an explanation for a request (R20)."""

import datetime as dt

from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, RequestId
from services.upload.models.application import Absence
from services.upload.operations.access import hold, require_open, require_request, touch
from services.upload.operations.actors import candidate

MAX_WORDS = 500


def set_absence(
    session: Session,
    *,
    application_id: ApplicationId,
    material: str,
    reason: str,
    began_at: dt.datetime,
) -> None:
    """暂缺/不适用 with a reason; an empty reason takes it back.

    Raises Refusal `absence_not_allowed`, `absence_with_images`, `words_too_long`, and those of
    `require_open`.
    """
    held = hold(session, application_id)
    require_open(held, began_at=began_at, material=material)
    words = _checked(reason)
    entry = next((e for e in (*held.takes_deferred, *held.entries) if e.code == material), None)
    present = next((a for a in held.absences if a.material == material), None)
    if words and (entry is None or not entry.absence_allowed):
        raise Refusal("absence_not_allowed", material=material[:10])
    if words and held.counting(material):
        raise Refusal("absence_with_images", material=material)
    if present is not None and words:
        present.reason, present.said_at = words, held.now
    elif present is not None:
        session.delete(present)
    elif words:
        session.add(
            Absence(
                application_id=application_id, material=material, reason=words, said_at=held.now
            )
        )
    touch(held)
    audit.record(
        session,
        actor=candidate(application_id),
        action="absence.said" if words else "absence.taken_back",
        subject=candidate(application_id),
        material=material,
    )


def explain(
    session: Session,
    *,
    application_id: ApplicationId,
    request_id: RequestId,
    text: str,
    began_at: dt.datetime,
) -> None:
    """Her words instead of an image; an empty text takes them back.

    Raises Refusal `words_too_long` and those of `require_request`.
    """
    held = hold(session, application_id)
    request = require_request(held, request_id, began_at=began_at)
    request.explanation = _checked(text) or None
    touch(held)
    audit.record(
        session,
        actor=candidate(application_id),
        action="request.explained",
        subject=candidate(application_id),
        request=request_id,
    )


def _checked(text: str) -> str:
    words = text.strip()
    if len(words) > MAX_WORDS:
        raise Refusal("words_too_long", max=MAX_WORDS)
    return words
