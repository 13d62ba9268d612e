"""Exams come in as packs; who was promised an end keeps it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.db import database_now
from libs.common.differences import Difference, differences
from libs.common.errors import Refusal
from libs.common.messages import ExamLoaded
from services.upload.domain.deadline import Window
from services.upload.domain.exam import Exam
from services.upload.models.exam import ExamWindow, LoadedExam
from services.upload.operations import edits
from services.upload.operations.windows import Extension, reopen_and_tell
from services.upload.packs import pack
from services.upload.packs.summary import summary


def load_exam(session: Session, document: Mapping[str, Any], *, actor: str) -> Exam:
    """The pack's newest version holds from now on, with what was changed of sites and reasons at
    the desk; the same version again changes nothing.

    Raises BadPack, and Refusal `window_shortened`: who was promised an end keeps it.
    """
    exam = pack.parse(document)
    row = session.get(LoadedExam, exam.code, with_for_update=True)
    document = edits.laid_over(session, exam.code, dict(document))
    exam = pack.parse(document)
    if row is not None and row.version == exam.version:
        return exam
    now = database_now(session)
    row = row or LoadedExam(code=exam.code)
    row.version, row.pack, row.loaded_at = exam.version, dict(document), now
    session.add(row)
    session.flush()
    for kind, window in exam.windows.items():
        _set_window(session, exam, kind, window)
    outbox.post(session, ExamLoaded(**summary(exam), loaded_at=row.loaded_at))
    audit.record(
        session,
        actor=actor,
        action="exam.loaded",
        subject=f"exam:{exam.code}",
        version=exam.version,
    )
    return exam


def compare(session: Session, document: Mapping[str, Any]) -> tuple[Exam, list[Difference]]:
    """The exam that `load_exam` would make of the document, and what that would change; nothing is
    changed. Raises BadPack, and Refusal `unknown_exam`, `window_shortened`.
    """
    code = str(document["code"])
    row = session.get(LoadedExam, code)
    if row is None:
        raise Refusal("unknown_exam", exam=code[:40])
    newer = edits.laid_over(session, code, dict(document))
    exam = pack.parse(newer)
    for kind, window in exam.windows.items():
        known = session.get(ExamWindow, (code, kind))
        if known is not None and window.ends_at < known.ends_at:
            raise Refusal("window_shortened", kind=kind)
    return exam, list(differences(row.pack, newer))


def _set_window(session: Session, exam: Exam, kind: str, window: Window) -> None:
    row = session.get(ExamWindow, (exam.code, kind), with_for_update=True)
    if row is None:
        row = ExamWindow(exam=exam.code, kind=kind)
        session.add(row)
    elif window.ends_at < row.ends_at:
        raise Refusal("window_shortened", kind=kind)
    is_later = row.ends_at is not None and window.ends_at > row.ends_at
    row.opens_at, row.ends_at = window.opens_at, window.ends_at
    row.grace_seconds = int(window.grace.total_seconds())
    session.flush()
    if is_later:
        later = Extension(exam=exam.code, kind=kind, ends_at=window.ends_at, reason=exam.version)
        reopen_and_tell(session, later)
