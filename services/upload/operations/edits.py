"""Administrators change how a site is reached, and the reasons that reviewers give (R19, R28)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.messages import EditReason, EditSite, ExamLoaded
from services.upload.models.exam import ExamEdit, LoadedExam
from services.upload.packs import pack
from services.upload.packs.edits import Document, Edit, Part, applied
from services.upload.packs.faults import BadPack
from services.upload.packs.summary import summary


def edit_site(session: Session, message: EditSite) -> None:
    """Phone, hours and address of a site. Refuses `unknown_exam`, `unknown_site`, `bad_edit`."""
    row = _locked(session, message.exam)
    if all(site["code"] != message.site for site in row.pack["sites"]):
        raise Refusal("unknown_site", site=message.site[:40])
    said = message.reached
    fields = {
        "phone": said.get("phone", ""),
        "hours": {"zh": said.get("hours", ""), "en": said.get("hours_en", "")},
        "address": {"zh": said.get("address", ""), "en": said.get("address_en", "")},
    }
    _edit(session, row, Edit(part=Part.SITES, code=message.site, fields=fields), by=message.by)


def edit_reason(session: Session, message: EditReason) -> None:
    """A reason with all its fields, a new one among them. Refuses `unknown_exam`, `bad_edit`."""
    row = _locked(session, message.exam)
    fields = {
        "kind": message.kind,
        "words": _both(message.words),
        "cure": _both(message.cure),
        "initials": message.initials,
        "materials": list(message.materials),
        "retired": message.retired,
    }
    if message.facts is not None:
        fields["facts"] = list(message.facts)
    _edit(session, row, Edit(part=Part.REASONS, code=message.reason, fields=fields), by=message.by)


def laid_over(session: Session, exam: str, document: Document) -> Document:
    """A pack's document with what was changed at the desk."""
    rows = session.scalars(
        select(ExamEdit).where(ExamEdit.exam == exam).order_by(ExamEdit.part, ExamEdit.code)
    )
    edits = (Edit(part=Part(row.part), code=row.code, fields=row.fields) for row in rows)
    return applied(document, edits)


def _edit(session: Session, row: LoadedExam, edit: Edit, *, by: str) -> None:
    """The exam with the edit holds from now on, and everybody hears of it."""
    document = applied(row.pack, [edit])
    try:
        exam = pack.parse(document)
    except BadPack as error:
        raise Refusal("bad_edit", why=str(error.faults[0])[:200]) from None
    if exam.version == row.version:
        return
    values = {"fields": dict(edit.fields), "edited_by": by, "edited_at": database_now(session)}
    session.execute(
        insert(ExamEdit)
        .values(exam=row.code, part=edit.part.value, code=edit.code, **values)
        .on_conflict_do_update(index_elements=["exam", "part", "code"], set_=values)
    )
    row.version, row.pack, row.loaded_at = exam.version, document, database_now(session)
    session.flush()
    outbox.post(session, ExamLoaded(**summary(exam), loaded_at=row.loaded_at))
    audit.record(
        session,
        actor=f"staff:{by}",
        action="exam.edited",
        subject=f"exam:{row.code}",
        part=edit.part.value,
        code=edit.code,
        version=exam.version,
    )


def _locked(session: Session, exam: str) -> LoadedExam:
    row = session.get(LoadedExam, exam, with_for_update=True)
    if row is None:
        raise Refusal("unknown_exam", exam=exam[:40])
    return row


def _both(texts: dict[str, str]) -> dict[str, Any]:
    """Words by language tag, as a pack writes them."""
    return {"zh": texts.get("zh-CN", ""), "en": texts.get("en", "")}
