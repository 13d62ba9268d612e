"""What corrected records changed, until she says that she has read it (R3)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common.messages import ApplicationId
from services.upload.domain.exam import Exam, Text
from services.upload.models.application import Application
from services.upload.models.candidate import RegistrationChange
from services.upload.models.packs import the_exam
from services.upload.queries.shapes.registration import ChangedFact, RegistrationNote

NOTES_SHOWN = 3
SITE = Text(zh="考点", en="Site")


def registration_notes(
    session: Session, application_id: ApplicationId
) -> tuple[RegistrationNote, ...]:
    """The notes that she has not put away, the newest first."""
    rows = session.scalars(
        select(RegistrationChange)
        .where(
            RegistrationChange.application_id == application_id,
            RegistrationChange.seen_at.is_(None),
        )
        .order_by(RegistrationChange.revision.desc())
        .limit(NOTES_SHOWN)
    ).all()
    if not rows:
        return ()
    exam = the_exam(session, session.get_one(Application, application_id).exam)
    return tuple(_note(exam, row) for row in rows)


def _note(exam: Exam, row: RegistrationChange) -> RegistrationNote:
    labels = {fact.name: fact.label for fact in exam.facts} | {"site": SITE}
    open_ones = [n for n in labels if n in row.before or n in row.after]
    facts = [
        ChangedFact(
            label=labels[name],
            before=_value(exam, name, row.before.get(name, "")),
            after=_value(exam, name, row.after.get(name, "")),
        )
        for name in open_ones
    ]
    facts += [
        ChangedFact(label=labels.get(n, Text(zh=n, en=n)), before=None, after=None)
        for n in row.personal
    ]
    return RegistrationNote(
        changed_at=row.changed_at,
        facts=tuple(facts),
        came=tuple((code, title) for code in row.came if (title := _title(exam, code))),
        went=tuple((code, title) for code in row.went if (title := _title(exam, code))),
        was_submitted=row.was_submitted,
    )


def _value(exam: Exam, name: str, word: str) -> Text | None:
    """The fact's words in the exam; None where it is not given."""
    if name == "site":
        return next((s.name for s in exam.sites if s.code == word), None)
    known = next((fact.values for fact in exam.facts if fact.name == name), {})
    return known.get(word) or (Text(zh=word, en=word) if word else None)


def _title(exam: Exam, code: str) -> Text | None:
    return next((m.title for m in exam.materials if m.code == code), None)
