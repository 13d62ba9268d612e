"""What notify learns from the other rooms: exams, applications, and how people are reached."""

import re
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import sealing
from libs.common.errors import BadMessage
from libs.common.fields import FieldCipher, blind_index
from libs.common.messages import ContactChanged, ExamLoaded
from services.notify.domain.exam import is_older
from services.notify.domain.ladder import REMIND_HOURS
from services.notify.domain.wording import LANGUAGES
from services.notify.models.people import Contact, Exam

_MAINLAND = re.compile(r"^\+86(?=1[0-9]{10}$)")


def load_exam(session: Session, message: ExamLoaded) -> None:
    """Keep the words of an exam; a copy of an older pack that comes late changes nothing."""
    if any(language not in message.names for language in LANGUAGES):
        raise BadMessage("ExamLoaded without the exam's name in each language")
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtext(:exam))"), {"exam": f"exam:{message.exam}"}
    )
    known = session.get(Exam, message.exam)
    if known is None:
        session.add(Exam(code=message.exam, **_words(message)))
    elif not _is_older(message, known):
        for name, value in _words(message).items():
            setattr(known, name, value)
    session.flush()


def _is_older(message: ExamLoaded, known: Exam) -> bool:
    """An administrator changes words without a new version; then the time of loading tells."""
    if message.loaded_at is not None and known.loaded_at is not None:
        return message.loaded_at < known.loaded_at
    return is_older(message.pack_version, than=known.pack_version)


def _words(message: ExamLoaded) -> dict[str, object]:
    hours = message.settings.get("request_reminder_hours", REMIND_HOURS)
    return {
        "pack_version": message.pack_version,
        "zone": message.zone,
        "names": message.names,
        "titles": message.materials,
        "facts": message.facts,
        "sites": {
            code: {language: words.get(language, code) for language in LANGUAGES}
            for code, words in message.sites.items()
        },
        "request_reminder_hours": hours,
        "loaded_at": message.loaded_at,
    }


def know_applications(session: Session, exam: str, applications: Iterable[UUID]) -> None:
    """Remember which exam they belong to; how to reach them comes by ContactChanged."""
    rows = [{"application_id": a, "exam": exam} for a in sorted(set(applications))]
    if rows:
        session.execute(insert(Contact).on_conflict_do_nothing(), rows)


def know_application(
    session: Session,
    *,
    exam: str,
    site: str,
    application_id: UUID,
    number: str,
    round_: int = 0,
) -> None:
    """Remember one with its site, its number and the newest round that was handed in."""
    row = insert(Contact).values(
        application_id=application_id, exam=exam, site=site, number=number, round=round_
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=[Contact.application_id],
            set_={
                "site": site,
                "number": number,
                "round": func.greatest(Contact.round, row.excluded.round),
            },
        )
    )


def change_contact(
    session: Session,
    message: ContactChanged,
    *,
    cipher: FieldCipher,
    private_key: str,
    index_key: str,
) -> None:
    """Keep phones, encrypted; a revision that is not newer than the one known changes nothing."""
    opened = sealing.unseal(message.contact, private_key)
    values = {
        "exam": message.exam,
        "revision": message.revision,
        "language": message.language,
        "site": message.site,
        "phone_mark": _mark(opened.get("phone"), index_key),
        **({"number": message.registration_number} if message.registration_number else {}),
        **{
            name: _encrypted(opened.get(name), f"contact:{name}:{message.application_id}", cipher)
            for name in ("phone", "unit_phone")
        },
    }
    session.execute(
        insert(Contact)
        .values(application_id=message.application_id, **values)
        .on_conflict_do_update(
            index_elements=[Contact.application_id],
            set_=values,
            where=Contact.revision < message.revision,
        )
    )


def _mark(phone: object, index_key: str) -> bytes | None:
    """The same for one number, however its country is written before it."""
    if not isinstance(phone, str) or not phone:
        return None
    return blind_index(_MAINLAND.sub("", phone), index_key)


def _encrypted(phone: object, place: str, cipher: FieldCipher) -> bytes | None:
    if phone in (None, ""):
        return None
    if not isinstance(phone, str):
        raise BadMessage("a phone in ContactChanged is no text")
    return cipher.encrypt(phone, place=place)
